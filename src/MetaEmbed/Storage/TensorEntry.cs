using System.Runtime.InteropServices;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>Some rows of a matrix of floats, as <c>Matrix.RowRange</c> gives them.</summary>
/// <param name="first">Index of the first row.</param>
/// <param name="count">Number of rows.</param>
public delegate Span<float> RowRange(int first, int count);

/// <summary>One tensor to be written: what it is, and how its bytes are produced.</summary>
internal sealed class TensorEntry
{
    private const int BlockFloats = 1 << 18;

    private readonly Action<Stream> _write;

    private TensorEntry(string name, TensorType type, long[] shape, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(shape);
        Name = name;
        Type = type;
        Shape = shape;
        Length = ByteCount(type, shape);
        _write = write;
    }

    /// <summary>Its name, unique in the file.</summary>
    public string Name { get; }

    /// <summary>Type of its elements.</summary>
    public TensorType Type { get; }

    /// <summary>Dimensions, outermost first.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>A tensor over memory, which must not change until it is written.</summary>
    /// <typeparam name="T">float, double, Half or an integer.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="values">All elements, the last dimension running fastest.</param>
    /// <param name="shape">Dimensions; none given: one, the number of values.</param>
    /// <exception cref="ArgumentException">The shape and the number of values differ.</exception>
    public static TensorEntry Of<T>(string name, ReadOnlyMemory<T> values, params long[] shape)
        where T : unmanaged
    {
        var entry = new TensorEntry(name, TypeOf<T>(), shape.Length == 0 ? [values.Length] : shape, stream => stream.Write(MemoryMarshal.AsBytes(values.Span)));
        if (entry.Length != (long)values.Length * entry.Type.Size())
            throw new ArgumentException($"tensor '{name}': {values.Length} values do not fill [{string.Join(", ", shape)}]", nameof(values));
        return entry;
    }

    /// <summary>A tensor over an array, which must not change until it is written.</summary>
    /// <inheritdoc cref="Of{T}(string, ReadOnlyMemory{T}, long[])"/>
    public static TensorEntry Of<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        return Of(name, new ReadOnlyMemory<T>(values), shape);
    }

    /// <summary>A tensor whose little-endian bytes a callback writes, such as rows outside the collector's heap.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Type of its elements.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="write">Writes exactly the bytes of the shape.</param>
    public static TensorEntry Streamed(string name, TensorType type, long[] shape, Action<Stream> write)
    {
        return new TensorEntry(name, type, shape, write);
    }

    /// <summary>An F32 tensor over the rows of a matrix: <c>OfRows("C", m.Rows, m.Columns, m.RowRange)</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="range">Gives rows, one after the other without a gap.</param>
    public static TensorEntry OfRows(string name, int rows, int columns, RowRange range)
    {
        return Streamed(name, TensorType.F32, [rows, columns], stream =>
        {
            var block = Math.Max(1, BlockFloats / Math.Max(1, columns));
            for (var row = 0; row < rows; row += Math.Min(block, rows - row))
                stream.Write(MemoryMarshal.AsBytes(range(row, Math.Min(block, rows - row))));
        });
    }

    internal void Write(Stream stream) => _write(stream);

    private static TensorType TypeOf<T>()
        where T : unmanaged
    {
        // BF16 has no .NET type of its own and is streamed; ushort alone means U16.
        for (var type = TensorType.F64; type <= TensorType.U8; type++)
        {
            if (type != TensorType.BF16 && type.Holds<T>())
                return type;
        }

        throw new ArgumentException($"no tensor holds {typeof(T).Name}");
    }

    private static long ByteCount(TensorType type, long[] shape)
    {
        if (shape.Length > SafetensorsHeader.MaximumRank)
            throw new ArgumentException($"{shape.Length} dimensions, at most {SafetensorsHeader.MaximumRank} are allowed", nameof(shape));
        long bytes = type.Size();
        foreach (var extent in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(shape));
            bytes = checked(bytes * extent);
        }

        return bytes;
    }
}
