using System.Buffers.Text;

namespace MetaEmbed.Data;

/// <summary>Writes <c>user item item ...</c> lines row by row, through a buffer of its own.</summary>
internal sealed class InteractionTextWriter(Stream stream) : IDisposable
{
    private const int LongestNumber = 11;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Appends a line.</summary>
    public void Append(int user, ReadOnlySpan<int> items)
    {
        AppendId(user, items.IsEmpty);
        for (var i = 0; i < items.Length; i++)
            AppendId(items[i], i + 1 == items.Length);
    }

    /// <summary>Writes what the buffer still holds; the stream stays open.</summary>
    public void Dispose()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void AppendId(int id, bool last)
    {
        if (_used + LongestNumber > _buffer.Length)
            Dispose();
        Utf8Formatter.TryFormat(id, _buffer.AsSpan(_used), out var digits);
        _used += digits;
        _buffer[_used++] = last ? (byte)'\n' : (byte)' ';
    }
}
