using System.Text;
using MetaEmbed.Inference;

namespace MetaEmbed.Data;

/// <summary>What can be wrong with a text of interactions, in words: file, line, what was found, how to mend it.</summary>
internal static class InteractionTextErrors
{
    private const int ShownBytes = 24;
    private static readonly (byte[] Magic, string Found, string Mend)[] Beginnings =
    [
        ([0x1F, 0x8B], "is compressed with gzip", "unpack it first: gunzip FILE"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed with zstd", "unpack it first: unzstd FILE"),
        ([0xFD, 0x37, 0x7A, 0x58], "is compressed with xz", "unpack it first: unxz FILE"),
        ([0x50, 0x4B, 0x03, 0x04], "is a zip archive", "unpack it first: unzip FILE"),
        ([0x50, 0x41, 0x52, 0x31], "is a Parquet file, not text", "write it out as text, a line 'user item item ...' for each user"),
        ([0xFF, 0xFE], "is text in UTF-16", "save it as UTF-8"),
        ([0xFE, 0xFF], "is text in UTF-16", "save it as UTF-8"),
    ];

    /// <summary>Bytes that <see cref="CheckBeginning"/> wants to see.</summary>
    public const int BeginningLength = 4;

    /// <summary>Opens a file for reading from its beginning to its end.</summary>
    public static FileStream Open(string file)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            if (stream.CanSeek)
                return stream;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserMistakeException(file, null, "there is no such file", "check the path", failure);
        }
        catch (UnauthorizedAccessException failure) when (Directory.Exists(file))
        {
            throw new UserMistakeException(file, null, "is a folder", "give the file itself", failure);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(file, failure);
        }

        stream.Dispose();
        throw new UserMistakeException(file, null, "is a pipe or a device", "give a regular file");
    }

    /// <summary>Fills a block as far as the file goes; a failing disk is the user's to mend.</summary>
    public static int ReadBlock(string file, Stream stream, Span<byte> block)
    {
        try
        {
            return stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(file, failure);
        }
    }

    /// <summary>Refuses files that are no text by their first bytes; returns the length of the byte order mark.</summary>
    public static int CheckBeginning(string file, ReadOnlySpan<byte> beginning)
    {
        foreach (var (magic, found, mend) in Beginnings)
        {
            if (beginning.StartsWith(magic))
                throw new UserMistakeException(file, null, found, mend);
        }

        var mark = Encoding.UTF8.Preamble;
        return beginning.StartsWith(mark) ? mark.Length : 0;
    }

    /// <summary>Reads a word that is not plainly an id: leading zeros are accepted, the rest is refused.</summary>
    public static ulong ParseSlowly(string file, long line, ReadOnlySpan<byte> word, bool isUser, int maxId)
    {
        if (word.Length > InteractionTextReader.LongestWord)
            throw LongWord(file, line, word);
        var kind = isUser ? "user" : "item";
        if (word.ContainsAnyInRange((byte)0, (byte)0x1F))
            throw new UserMistakeException(file, line, $"{kind} id {Show(word)} holds a control character", "this is not plain text; save it as UTF-8 text");
        if (word[0] == '-' && word.Length > 1 && !word[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw new UserMistakeException(file, line, $"{kind} id {Show(word)} is negative", "ids are whole numbers from 0");
        if (word.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw NotNumber(file, line, word, kind);
        var digits = word.TrimStart((byte)'0');
        ulong value = 0;
        foreach (var digit in digits[..Math.Min(digits.Length, 11)])
            value = value * 10 + digit - '0';
        if (value > (ulong)maxId)
        {
            throw new UserMistakeException(
                file,
                line,
                $"{kind} id {Show(word)} is larger than {maxId}",
                $"number the {kind}s from 0 without gaps, since every id up to the largest gets a row");
        }

        return value;
    }

    /// <summary>A word that no id can be.</summary>
    public static UserMistakeException LongWord(string file, long line, ReadOnlySpan<byte> word) =>
        new(file, line, $"{Show(word)} is a word of more than {InteractionTextReader.LongestWord} bytes, not an id", "write ids as whole numbers from 0, separated by spaces");

    /// <summary>Nothing in a file.</summary>
    public static UserMistakeException Empty(string file) =>
        new(file, null, "is empty", "write a line 'user item item ...' for each user");

    /// <summary>More numbers than an array holds.</summary>
    public static UserMistakeException TooMany(string file, long line) =>
        new(file, line, $"more than {Array.MaxLength} interactions", "take a part of the data");

    private static UserMistakeException Unreadable(string file, Exception failure) =>
        new(file, null, $"cannot be read ({failure.Message.TrimEnd('.')})", "check its permissions and the disk", failure);

    private static UserMistakeException NotNumber(string file, long line, ReadOnlySpan<byte> word, string kind)
    {
        var mend = "ids are whole numbers from 0";
        if (word.IndexOfAny((byte)',', (byte)';', (byte)'|') >= 0)
            mend = "separate ids by spaces";
        else if (word[0] is (byte)'#' or (byte)'/')
            mend = "take comments out; ids are whole numbers from 0";
        else if (word.IndexOf((byte)'.') >= 0 && !word.ContainsAnyExceptInRange((byte)'.', (byte)'9'))
            mend = "ids are whole numbers from 0, without a decimal point";
        else if (word.IndexOf((byte)':') >= 0)
            mend = "give ids only, without weights or times";
        return new UserMistakeException(file, line, $"{kind} id {Show(word)} is not a whole number", mend);
    }

    private static string Show(ReadOnlySpan<byte> word)
    {
        var text = new StringBuilder("'");
        foreach (var letter in Encoding.UTF8.GetString(word[..Math.Min(word.Length, ShownBytes)]))
        {
            if (char.IsControl(letter))
                text.Append("\\x").Append(((int)letter).ToString("x2"));
            else
                text.Append(letter);
        }

        return text.Append(word.Length > ShownBytes ? "...'" : "'").ToString();
    }
}
