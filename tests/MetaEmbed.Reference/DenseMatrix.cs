namespace MetaEmbed.Reference;

/// <summary>
/// A dense matrix of doubles, row after row, with plain loops. Sparse matrices of the model are kept dense here too:
/// the twin judges small problems, and a missing entry is a zero.
/// </summary>
public sealed class DenseMatrix
{
    private readonly double[] _data;

    /// <summary>A matrix of zeros.</summary>
    public DenseMatrix(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        _data = new double[rows * columns];
    }

    public int Rows { get; }

    public int Columns { get; }

    public double this[int row, int column]
    {
        get => _data[Index(row, column)];
        set => _data[Index(row, column)] = value;
    }

    /// <summary>All elements, row after row; writing to it writes to the matrix.</summary>
    public Span<double> Elements => _data;

    /// <summary>One row; writing to it writes to the matrix.</summary>
    public Span<double> Row(int row) => _data.AsSpan(Index(row, 0), Columns);

    /// <summary>A matrix with the given elements, row after row.</summary>
    public static DenseMatrix From(int rows, int columns, ReadOnlySpan<double> elements)
    {
        if (elements.Length != rows * columns)
            throw new ArgumentException($"{elements.Length} elements do not make {rows} x {columns}", nameof(elements));
        var result = new DenseMatrix(rows, columns);
        elements.CopyTo(result._data);
        return result;
    }

    /// <summary>A matrix with the given 32-bit elements, row after row.</summary>
    public static DenseMatrix From(int rows, int columns, ReadOnlySpan<float> elements)
    {
        if (elements.Length != rows * columns)
            throw new ArgumentException($"{elements.Length} elements do not make {rows} x {columns}", nameof(elements));
        var result = new DenseMatrix(rows, columns);
        for (var i = 0; i < elements.Length; i++)
            result._data[i] = elements[i];
        return result;
    }

    /// <summary>
    /// An assignment: row r has weight weights[r t + j] in column picks[r t + j], where t = picks a row.
    /// </summary>
    public static DenseMatrix FromPicks(int rows, int columns, ReadOnlySpan<int> picks, ReadOnlySpan<float> weights)
    {
        var result = new DenseMatrix(rows, columns);
        var perRow = rows == 0 ? 0 : picks.Length / rows;
        for (var i = 0; i < rows * perRow; i++)
            result[i / perRow, picks[i]] += weights[i];
        return result;
    }

    /// <summary>The rows of several matrices, one below the other.</summary>
    public static DenseMatrix Stack(params DenseMatrix[] parts)
    {
        var result = new DenseMatrix(parts.Sum(part => part.Rows), parts[0].Columns);
        var next = 0;
        foreach (var part in parts)
        {
            for (var i = 0; i < part.Rows; i++)
                part.Row(i).CopyTo(result.Row(next++));
        }

        return result;
    }

    /// <summary>A copy of some rows.</summary>
    public DenseMatrix RowRange(int first, int count) =>
        From(count, Columns, _data.AsSpan(first * Columns, count * Columns));

    public DenseMatrix Clone() => From(Rows, Columns, _data);

    /// <summary>This times other: (m x n)(n x p).</summary>
    public DenseMatrix Times(DenseMatrix other)
    {
        if (Columns != other.Rows)
            throw new ArgumentException($"{Rows} x {Columns} times {other.Rows} x {other.Columns} does not fit", nameof(other));
        var result = new DenseMatrix(Rows, other.Columns);
        for (var i = 0; i < Rows; i++)
        {
            var target = result.Row(i);
            for (var k = 0; k < Columns; k++)
            {
                var factor = this[i, k];
                if (factor == 0)
                    continue; // most entries of E are
                var source = other.Row(k);
                for (var j = 0; j < target.Length; j++)
                    target[j] += factor * source[j];
            }
        }

        return result;
    }

    public DenseMatrix Transpose()
    {
        var result = new DenseMatrix(Columns, Rows);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
                result[j, i] = this[i, j];
        }

        return result;
    }

    /// <summary>This + factor other, element by element.</summary>
    public DenseMatrix Plus(DenseMatrix other, double factor = 1) => Combine(other, (a, b) => a + factor * b);

    public DenseMatrix Minus(DenseMatrix other) => Plus(other, -1);

    /// <summary>factor times this.</summary>
    public DenseMatrix Scale(double factor) => Map(a => factor * a);

    /// <summary>A function of each element.</summary>
    public DenseMatrix Map(Func<double, double> function)
    {
        var result = new DenseMatrix(Rows, Columns);
        for (var i = 0; i < _data.Length; i++)
            result._data[i] = function(_data[i]);
        return result;
    }

    /// <summary>A function of each pair of elements of two matrices of one shape.</summary>
    public DenseMatrix Combine(DenseMatrix other, Func<double, double, double> function)
    {
        if (Rows != other.Rows || Columns != other.Columns)
            throw new ArgumentException($"{Rows} x {Columns} and {other.Rows} x {other.Columns} differ", nameof(other));
        var result = new DenseMatrix(Rows, Columns);
        for (var i = 0; i < _data.Length; i++)
            result._data[i] = function(_data[i], other._data[i]);
        return result;
    }

    private int Index(int row, int column)
    {
        if ((uint)row >= (uint)Rows || (uint)column >= (uint)Columns)
            throw new ArgumentOutOfRangeException(nameof(row), $"({row}, {column}) lies outside {Rows} x {Columns}");
        return row * Columns + column;
    }
}
