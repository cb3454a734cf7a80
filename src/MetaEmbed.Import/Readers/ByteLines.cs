using MetaEmbed.Inference;

namespace MetaEmbed.Import.Readers;

/// <summary>Lines of a stream as bytes, without their ends (LF or CR LF); the bytes live until the next line.</summary>
internal sealed class ByteLines(string file, Stream stream, int longest = ByteLines.Longest)
{
    private const int Longest = 1 << 28;
    private byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _done;

    /// <summary>Number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line read last.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Reads a line.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="UserMistakeException">It is too long to be one.</exception>
    public bool MoveNext()
    {
        var searched = _start;
        while (true)
        {
            var found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0)
                return Take(searched + found, searched + found + 1);
            searched = _end;
            if (_done)
                return _start < _end && Take(_end, _end);
            searched -= Fill();
        }
    }

    private bool Take(int end, int next)
    {
        var last = end > _start && _buffer[end - 1] == '\r' ? end - 1 : end;
        Line = _buffer.AsMemory(_start, last - _start);
        _start = next;
        Number++;
        return true;
    }

    // Moves what is left to the front, grows where the buffer is full, reads on; returns how far things moved.
    private int Fill()
    {
        var moved = _start;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_end >= longest)
                throw new UserMistakeException(file, Number + 1, $"the line is longer than {longest:N0} bytes", "check that the file has line ends");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _done = read == 0;
        return moved;
    }
}
