using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetaEmbed.Data;

/// <summary>
/// Parses <c>user item item ...</c> lines block by block. A block is cut after its last separator and the word that
/// stands there unfinished is carried in front of the next one, so the inner loop only ever sees whole words.
/// </summary>
internal sealed unsafe class InteractionTextReader
{
    /// <summary>Longest word that is looked at; no id needs as many bytes.</summary>
    internal const int LongestWord = 64;

    // A carried word lies in front of the block, and the byte before it in front of that.
    private const int HeadRoom = LongestWord + 1;

    // A line feed at the end of the file, and what is read eight bytes at a time beyond it.
    private const int TailRoom = 8;
    private readonly string _file;
    private readonly int _maxId;
    private InteractionTextLine[] _lines = new InteractionTextLine[16];
    private int _lineCount;
    private int[] _items;
    private int _itemCount;
    private int _user = -1;
    private long _lineNumber = 1;
    private int _maxUser = -1;
    private int _maxItem = -1;

    private InteractionTextReader(string file, int maxId, long length)
    {
        _file = file;
        _maxId = maxId;

        // Three digits and a space: mostly enough, and memory that is never touched costs nothing.
        _items = GC.AllocateUninitializedArray<int>((int)Math.Clamp(length / 4, 16, 1 << 28));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">Limits and block size.</param>
    /// <exception cref="Inference.UserMistakeException">It cannot be read, is empty or has a malformed line.</exception>
    public static InteractionText Read(string file, DatasetOptions options)
    {
        using var stream = InteractionTextErrors.Open(file);
        return Read(file, stream, stream.Length, options);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="file">Name for messages.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="length">Its length, or a guess; decides only how much memory is asked for at first.</param>
    /// <param name="options">Limits and block size.</param>
    /// <exception cref="Inference.UserMistakeException">It is empty or has a malformed line.</exception>
    public static InteractionText Read(string file, Stream stream, long length, DatasetOptions options)
    {
        var reader = new InteractionTextReader(file, options.MaxId, length);
        var hash = new XxHash128();
        var blockSize = Math.Max(options.BlockSize, InteractionTextErrors.BeginningLength);
        var buffer = GC.AllocateUninitializedArray<byte>(HeadRoom + blockSize + TailRoom);
        buffer[HeadRoom - 1] = (byte)'\n';
        var got = InteractionTextErrors.ReadBlock(file, stream, buffer.AsSpan(HeadRoom, InteractionTextErrors.BeginningLength));
        var start = HeadRoom + InteractionTextErrors.CheckBeginning(file, buffer.AsSpan(HeadRoom, got));
        while (true)
        {
            hash.Append(buffer.AsSpan(HeadRoom, got));
            var end = HeadRoom + got;

            // A final line without a line feed ends here.
            if (got == 0)
                buffer[end++] = (byte)'\n';
            var whole = end;
            while (whole > start && !IsSeparator(buffer[whole - 1]))
                whole--;
            reader.Parse(buffer, start, whole);
            if (end - whole > LongestWord)
                throw InteractionTextErrors.LongWord(file, reader._lineNumber, buffer.AsSpan(whole, end - whole));
            if (got == 0)
                break;
            var carried = end - whole;
            start = HeadRoom - carried;
            buffer.AsSpan(whole - 1, carried + 1).CopyTo(buffer.AsSpan(start - 1));
            got = InteractionTextErrors.ReadBlock(file, stream, buffer.AsSpan(HeadRoom, options.BlockSize));
        }

        if (reader._lineCount == 0)
            throw InteractionTextErrors.Empty(file);
        return new InteractionText(file, reader._lines, reader._lineCount, reader._items, reader._itemCount, reader._maxUser, reader._maxItem, hash.GetCurrentHashAsUInt128());
    }

    /// <summary>XxHash128 of a file's bytes, without looking at them.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="Inference.UserMistakeException">It cannot be read.</exception>
    public static UInt128 Hash(string file)
    {
        using var stream = InteractionTextErrors.Open(file);
        var hash = new XxHash128();
        var block = GC.AllocateUninitializedArray<byte>(1 << 18);
        int got;
        while ((got = InteractionTextErrors.ReadBlock(file, stream, block)) > 0)
            hash.Append(block.AsSpan(0, got));
        return hash.GetCurrentHashAsUInt128();
    }

    // buffer: bytes [start, end) are whole words, each followed by a separator; byte start - 1 is the one before them.
    // Compiled once at full optimisation: a dataset is read once, so there is no time to warm up.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Parse(byte[] buffer, int start, int end)
    {
        // A number takes at least two bytes, its separator included; a line names a user.
        var most = (end - start) / 2 + 1;
        Reserve(ref _items, _itemCount, most);
        var items = _items;
        var count = _itemCount;
        var user = _user;
        var maxItem = _maxItem;
        var maxId = (ulong)_maxId;
        fixed (byte* bytes = buffer)
        {
            var at = bytes + start;
            var last = bytes + end;
            while (at < last)
            {
                // Eight bytes at once: bytes that are no digit get their high bit set (those above the lowest such
                // byte may be wrong, and are not looked at).
                var word = ReadEight(at) ^ 0x3030303030303030;
                var digits = BitOperations.TrailingZeroCount(((word + 0x7676767676767676) | word) & 0x8080808080808080) >> 3;
                uint current = *at;
                if (digits != 0)
                {
                    var next = at + digits;
                    ulong value = maxId + 1;
                    if (IsSeparator(*next))
                        value = EightDigits(word << (64 - 8 * digits));
                    if (value > maxId)
                        value = RareWord(at, out next, user < 0);
                    at = *next == ' ' ? next + 1 : next;
                    if (user >= 0)
                    {
                        items[count++] = (int)value;
                        maxItem = Math.Max(maxItem, (int)value);
                    }
                    else
                    {
                        user = (int)value;
                        StartLine(user, count);
                    }
                }
                else if (current is ' ' or '\t')
                {
                    at++;
                }
                else if (current is '\n' or '\r')
                {
                    // CR LF is one line end, a lone CR is one too.
                    if (current == '\r' || at[-1] != '\r')
                        _lineNumber++;
                    user = -1;
                    at++;
                }
                else
                {
                    RareWord(at, out at, user < 0);
                }
            }
        }

        _itemCount = count;
        _user = user;
        _maxItem = maxItem;
    }

    private void StartLine(int user, int start)
    {
        if (_lineCount == _lines.Length)
            Reserve(ref _lines, _lineCount, 1);
        _lines[_lineCount++] = new InteractionTextLine(user, start, _lineNumber);
        _maxUser = Math.Max(_maxUser, user);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadEight(byte* at)
    {
        var word = Unsafe.ReadUnaligned<ulong>(at);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    // Digits, the first one in the lowest byte, in eight bytes: pairs, then fours, then all are put together.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EightDigits(ulong digits)
    {
        digits = digits * 10 + (digits >> 8);
        return ((digits & 0x000000FF000000FF) * (100 + (1_000_000UL << 32)) + ((digits >> 16) & 0x000000FF000000FF) * (1 + (10_000UL << 32))) >> 32;
    }

    // A word that is not at once an id: many digits are accepted, everything else is refused.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong RareWord(byte* word, out byte* end, bool isUser)
    {
        end = word;
        while (!IsSeparator(*end))
            end++;
        return InteractionTextErrors.ParseSlowly(_file, _lineNumber, new ReadOnlySpan<byte>(word, (int)(end - word)), isUser, _maxId);
    }

    private void Reserve<T>(ref T[] array, int used, int more)
    {
        var needed = (long)used + more;
        if (needed <= array.Length)
            return;
        if (needed > Array.MaxLength)
            throw InteractionTextErrors.TooMany(_file, _lineNumber);
        var larger = GC.AllocateUninitializedArray<T>((int)Math.Min(Math.Max(needed, array.Length * 3L / 2), Array.MaxLength));
        array.AsSpan(0, used).CopyTo(larger);
        array = larger;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSeparator(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';
}
