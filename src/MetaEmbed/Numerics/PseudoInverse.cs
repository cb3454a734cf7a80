namespace MetaEmbed.Numerics;

/// <summary>
/// Moore-Penrose inverse A+ = V diag(1 / sigma) U^T (Penrose 1955) in double precision. Singular values
/// &lt;= max(rows, columns) 2^-23 sigma_1 are dropped: the cut-off of a 32-bit matrix, 2^-23 = 1.19e-7 being the
/// spacing of floats at 1. One thread, the same bits everywhere.
/// </summary>
internal static class PseudoInverse
{
    private const double FloatSpacing = 1.0 / (1 << 23);

    /// <summary>The inverse of a c x d matrix.</summary>
    /// <param name="source">c x d finite numbers; may be rank deficient or zero.</param>
    /// <returns>d x c, row after row.</returns>
    /// <exception cref="ArgumentException">There is no row, or an element is NaN or infinite.</exception>
    public static double[] Compute(Matrix source) => Compute(source, out _);

    /// <summary>The inverse of a c x d matrix, with its singular values.</summary>
    /// <param name="source">c x d finite numbers; may be rank deficient or zero.</param>
    /// <param name="singularValues">All min(c, d) of them, the largest first, those that were dropped included.</param>
    /// <returns>d x c, row after row.</returns>
    /// <exception cref="ArgumentException">There is no row, or an element is NaN or infinite.</exception>
    public static double[] Compute(Matrix source, out double[] singularValues)
    {
        var values = new double[checked((int)source.Length)];
        var floats = source.AsSpan();
        for (var i = 0; i < values.Length; i++)
            values[i] = floats[i];
        return Compute(values, source.Rows, source.Columns, out singularValues);
    }

    /// <summary>The inverse of a c x d matrix in double precision, with its singular values; the cut-off is the same.</summary>
    /// <param name="source">c x d finite numbers, row after row.</param>
    /// <param name="rows">c, positive.</param>
    /// <param name="columns">d, positive.</param>
    /// <param name="singularValues">All min(c, d) of them, the largest first, those that were dropped included.</param>
    /// <returns>d x c, row after row.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or an element is NaN or infinite.</exception>
    public static double[] Compute(ReadOnlySpan<double> source, int rows, int columns, out double[] singularValues)
    {
        var svd = SingularValueDecomposition.Compute(source, rows, columns);
        singularValues = svd.Values;
        var rank = Rank(singularValues, rows, columns);
        var shortSide = Math.Min(rows, columns);
        var longSide = Math.Max(rows, columns);
        var small = svd.ShortVectors(rank);
        var large = svd.LongVectors(rank);
        for (var k = 0; k < rank; k++)
        {
            var row = small.AsSpan(k * shortSide, shortSide);
            var inverse = 1 / singularValues[k];
            for (var j = 0; j < row.Length; j++)
                row[j] *= inverse;
        }

        var result = DenseAlgebra.TransposedProduct(small, large, rank, shortSide, longSide);
        return rows >= columns ? result : DenseAlgebra.Transpose(result, shortSide, longSide);
    }

    /// <summary>How many singular values lie above the cut-off.</summary>
    /// <param name="singularValues">Singular values, the largest first.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    public static int Rank(ReadOnlySpan<double> singularValues, int rows, int columns)
    {
        var cutOff = Math.Max(rows, columns) * FloatSpacing * singularValues[0];
        var rank = 0;
        while (rank < singularValues.Length && singularValues[rank] > cutOff)
            rank++;
        return rank;
    }
}
