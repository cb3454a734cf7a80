using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaEmbed.Numerics;

/// <summary>
/// A dense matrix of 32-bit floats, row after row, in memory outside the collector's heap. The first element lies on
/// a 64-byte boundary; a row follows the last without a gap.
/// </summary>
public sealed unsafe class Matrix : IDisposable
{
    private float* _data;

    /// <summary>Makes a matrix of zeros.</summary>
    /// <param name="rows">Number of rows, not negative.</param>
    /// <param name="columns">Number of columns, positive.</param>
    public Matrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Rows = rows;
        Columns = columns;
        var bytes = Math.Max((nuint)rows * (nuint)columns * sizeof(float), 64);
        _data = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_data, bytes);
    }

    /// <summary>Returns the memory if <see cref="Dispose"/> was not called.</summary>
    ~Matrix() => Free();

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of elements.</summary>
    public long Length => (long)Rows * Columns;

    /// <summary>The first element; valid until <see cref="Dispose"/>.</summary>
    internal float* Pointer => _data;

    /// <summary>One element.</summary>
    public ref float this[int row, int column]
    {
        get
        {
            if ((uint)row >= (uint)Rows || (uint)column >= (uint)Columns)
                ThrowOutside();
            return ref _data[(long)row * Columns + column];
        }
    }

    /// <summary>One row, <see cref="Columns"/> long.</summary>
    /// <param name="row">Index of the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            ThrowOutside();
        return new Span<float>(_data + (long)row * Columns, Columns);
    }

    /// <summary>Several rows, as one span.</summary>
    /// <param name="first">Index of the first row.</param>
    /// <param name="count">Number of rows.</param>
    public Span<float> RowRange(int first, int count)
    {
        if (first < 0 || count < 0 || first > Rows - count)
            ThrowOutside();
        return new Span<float>(_data + (long)first * Columns, checked(count * Columns));
    }

    /// <summary>All elements, row after row; only for matrices of fewer than 2^31 elements.</summary>
    public Span<float> AsSpan() => new(_data, checked((int)Length));

    /// <summary>Sets every element to zero.</summary>
    public void Clear() => NativeMemory.Clear(_data, (nuint)Length * sizeof(float));

    /// <summary>Copies another matrix of the same shape into this one.</summary>
    /// <param name="source">The matrix to copy.</param>
    public void CopyFrom(Matrix source)
    {
        if (source.Rows != Rows || source.Columns != Columns)
            throw new ArgumentException($"a {source.Rows} x {source.Columns} matrix does not fit into {Rows} x {Columns}", nameof(source));
        NativeMemory.Copy(source._data, _data, (nuint)Length * sizeof(float));
    }

    /// <summary>A copy with its own memory.</summary>
    public Matrix Clone()
    {
        var copy = new Matrix(Rows, Columns);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static void ThrowOutside() => throw new ArgumentOutOfRangeException(null, "row or column outside the matrix");

    private void Free()
    {
        if (_data is null)
            return;
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
