using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Readers;

/// <summary>One array of NumPy's <c>.npy</c> format (versions 1 to 3), read from its first element to its last.</summary>
internal sealed partial class NpyStream : IDisposable
{
    private const int LongestHeader = 1 << 20;
    private readonly string _name;
    private readonly Stream _stream;
    private readonly char _kind;
    private readonly int _size;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;

    /// <summary>Reads the header.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="stream">Its bytes; disposed with this object.</param>
    /// <exception cref="UserMistakeException">It is no array of plain values.</exception>
    public NpyStream(string name, Stream stream)
    {
        (_name, _stream) = (name, stream);
        Span<byte> start = stackalloc byte[12];
        stream.ReadExactly(start[..10]);
        if (start[0] != 0x93 || !start[1..].StartsWith("NUMPY"u8))
            throw Mistake("is no NumPy array");
        int length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (start[6] > 1)
        {
            stream.ReadExactly(start[10..]);
            length = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        }

        if (length is < 0 or > LongestHeader)
            throw Mistake("has a header that cannot be right");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        var header = Encoding.UTF8.GetString(bytes);
        var type = TypeEntry().Match(header);
        var shape = ShapeEntry().Match(header);
        if (!type.Success || !shape.Success || !int.TryParse(type.Groups[3].Value, NumberStyles.None, CultureInfo.InvariantCulture, out _size))
            throw Mistake("holds no plain values");
        _kind = type.Groups[2].Value[0];
        if (type.Groups[1].Value == ">" || (_kind, _size) is not (('i' or 'u', 1 or 2 or 4 or 8) or ('f', 4 or 8) or ('b', 1) or ('S' or 'U', > 0 and <= 64)))
            throw Mistake($"holds values of the type {type.Value}, which are no plain numbers");
        Length = 1;
        foreach (var part in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            Length = checked(Length * long.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture));
        _size *= _kind == 'U' ? 4 : 1;
        _buffer = new byte[_size * 4096];
    }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The next element, a whole number.</summary>
    public long NextWhole()
    {
        var bytes = Next();
        return (_kind, _size) switch
        {
            ('i', 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ('i', 4) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ('i', 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ('i', 1) => (sbyte)bytes[0],
            ('u', 8) => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
            ('u', 4) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            ('u', 2) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            ('u' or 'b', 1) => bytes[0],
            _ => throw Mistake("holds no whole numbers"),
        };
    }

    /// <summary>The next element, a number.</summary>
    public double NextNumber() => (_kind, _size) switch
    {
        ('f', 8) => BinaryPrimitives.ReadDoubleLittleEndian(Next()),
        ('f', 4) => BinaryPrimitives.ReadSingleLittleEndian(Next()),
        _ => NextWhole(),
    };

    /// <summary>The only element, a text.</summary>
    public string Text()
    {
        var bytes = Next();
        return (_kind switch
        {
            'S' => Encoding.ASCII.GetString(bytes),
            'U' => Encoding.UTF32.GetString(bytes),
            _ => throw Mistake("holds no text"),
        }).TrimEnd('\0');
    }

    public void Dispose() => _stream.Dispose();

    private ReadOnlySpan<byte> Next()
    {
        if (_end - _start < _size)
        {
            // Whole elements only: what is asked for is a multiple of their size, and the array's end is one too.
            _end = _stream.ReadAtLeast(_buffer, _buffer.Length, throwOnEndOfStream: false) / _size * _size;
            _start = 0;
            if (_end == 0)
                throw new EndOfStreamException();
        }

        _start += _size;
        return _buffer.AsSpan(_start - _size, _size);
    }

    private UserMistakeException Mistake(string found) => new(_name, null, found, "write the matrix with scipy.sparse.save_npz");

    [GeneratedRegex(@"'descr':\s*'([<>|=]?)([a-zA-Z])(\d+)'")]
    private static partial Regex TypeEntry();

    [GeneratedRegex(@"'shape':\s*\(([\d,\s]*)\)")]
    private static partial Regex ShapeEntry();
}
