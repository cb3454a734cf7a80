using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// The items that each user met in training, <c>history.bytes</c> U8: for each user the number of items, then the first item
/// and the gaps between the following ones, every number in seven bits a byte, the lowest first, a set eighth bit meaning
/// that more follow. Items ascend; a gap is at least 1. Read when first asked for, and checked then.
/// </summary>
internal sealed class Histories
{
    private readonly Safetensors _file;
    private readonly MappedTensor<byte> _bytes;
    private readonly int _users;
    private readonly int _items;
    private volatile Rows? _rows;

    private Histories(Safetensors file, int users, int items)
    {
        _file = file;
        _bytes = new MappedTensor<byte>(file, "history.bytes", -1);
        _users = users;
        _items = items;
    }

    /// <summary>Opens the histories; null where the file has none.</summary>
    public static Histories? Open(Safetensors file, int users, int items) =>
        file.TryFind("history.bytes", out _) ? new Histories(file, users, items) : null;

    /// <summary>The items of a user, ascending.</summary>
    /// <exception cref="UserMistakeException">The bytes are damaged.</exception>
    public ReadOnlySpan<int> Of(int user)
    {
        var rows = All();
        return rows.Items.AsSpan(rows.Start[user]..rows.Start[user + 1]);
    }

    /// <summary>All items, user after user, and where each user's start.</summary>
    public Rows All() => _rows ??= Read();

    private Rows Read()
    {
        var bytes = _bytes.Span;
        if (_users > bytes.Length)
            throw ModelFormat.Damaged(_file, $"history.bytes has {bytes.Length} bytes for {_users} users");
        // Every item takes at least one byte.
        var items = new int[bytes.Length - _users];
        var start = new int[_users + 1];
        var at = 0;
        var filled = 0;
        for (var user = 0; user < _users; user++)
        {
            var count = Next(bytes, ref at);
            var item = -1L;
            if (count > items.Length - filled)
                throw ModelFormat.Damaged(_file, $"history of user {user} announces {count} items, more than the bytes can hold");
            for (var i = 0; i < count; i++)
            {
                var gap = Next(bytes, ref at);
                item += i == 0 ? gap + 1L : gap;
                if (item >= _items || (i > 0 && gap == 0))
                    throw ModelFormat.Damaged(_file, $"history of user {user} has an item that is out of order or beyond the last one, {_items - 1}");
                items[filled++] = (int)item;
            }

            start[user + 1] = filled;
        }

        if (at != bytes.Length)
            throw ModelFormat.Damaged(_file, $"history.bytes has {bytes.Length - at} bytes behind the last user's");
        return new Rows(start, items[..filled]);
    }

    private int Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0L;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (at == bytes.Length)
                break;
            var part = bytes[at++];
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
                return value <= int.MaxValue ? (int)value : throw ModelFormat.Damaged(_file, "history.bytes holds a number beyond 31 bits");
        }

        throw ModelFormat.Damaged(_file, "history.bytes ends inside a number");
    }

    /// <param name="Start">Where each user's items start; users + 1 long.</param>
    /// <param name="Items">All items.</param>
    internal sealed record Rows(int[] Start, int[] Items);
}
