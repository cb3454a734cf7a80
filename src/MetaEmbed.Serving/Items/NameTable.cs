using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace MetaEmbed.Serving.Items;

/// <summary>
/// The public ids of items or users, in UTF-8, by number and back. Without names the ids are the numbers in decimal. Looking up
/// allocates nothing.
/// </summary>
internal sealed class NameTable
{
    private readonly byte[]? _text;
    private readonly int[]? _starts;
    private readonly int[]? _slots;

    private NameTable(int count) => Count = count;

    private NameTable(byte[] text, int[] starts)
    {
        (_text, _starts, Count) = (text, starts, starts.Length - 1);
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * Count));
        _slots = new int[size];
        for (var id = 0; id < Count; id++)
        {
            ref var slot = ref Slot(Of(id));
            if (slot == 0)
                slot = id + 1; // of equal names the first counts
        }
    }

    public int Count { get; }

    public static NameTable OfNumbers(int count) => new(count);

    /// <summary>Names by number; an empty one is its number.</summary>
    public static NameTable Of(int count, Func<int, string> name)
    {
        var starts = new int[count + 1];
        var text = new byte[Math.Max(16, 12 * count)];
        var end = 0;
        for (var id = 0; id < count; id++)
        {
            var next = name(id);
            if (text.Length - end < 3 * next.Length)
                Array.Resize(ref text, Math.Max(2 * text.Length, end + (3 * next.Length)));
            end += Encoding.UTF8.GetBytes(next, text.AsSpan(end));
            starts[id + 1] = end;
        }

        return new NameTable(text, starts);
    }

    /// <summary>The name of a number; only where there are names.</summary>
    public bool TryNameOf(int id, out ReadOnlySpan<byte> name)
    {
        name = _text is null ? default : Of(id);
        return _text is not null;
    }

    /// <summary>The name of a number as text.</summary>
    public string TextOf(int id) => TryNameOf(id, out var name) ? Encoding.UTF8.GetString(name) : id.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a name; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> name)
    {
        if (_slots is not null)
            return Slot(name) - 1;
        if (name.IsEmpty || name.Length > 10 || (name[0] == '0' && name.Length > 1))
            return -1;
        return Utf8Parser.TryParse(name, out uint number, out var read) && read == name.Length && number < (uint)Count ? (int)number : -1;
    }

    /// <summary>The number of a name; -1 where there is none.</summary>
    public int Find(string name)
    {
        Span<byte> buffer = stackalloc byte[512];
        return 3 * name.Length <= buffer.Length ? Find(buffer[..Encoding.UTF8.GetBytes(name, buffer)]) : Find(Encoding.UTF8.GetBytes(name));
    }

    private ReadOnlySpan<byte> Of(int id) => _text.AsSpan(_starts![id], _starts[id + 1] - _starts[id]);

    private ref int Slot(ReadOnlySpan<byte> name)
    {
        var mask = (uint)_slots!.Length - 1;
        var at = (uint)XxHash3.HashToUInt64(name) & mask;
        while (_slots[at] is > 0 and var taken && !Of(taken - 1).SequenceEqual(name))
            at = (at + 1) & mask;
        return ref _slots[at];
    }
}
