namespace MetaEmbed.Numerics;

/// <summary>Products and transposes of small dense matrices of doubles, row after row in arrays.</summary>
internal static class DenseAlgebra
{
    /// <summary>The columns x rows transpose of a rows x columns matrix.</summary>
    public static double[] Transpose(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (var i = 0; i < rows; i++)
        {
            var row = matrix.Slice(i * columns, columns);
            for (var j = 0; j < row.Length; j++)
                result[j * rows + i] = row[j];
        }

        return result;
    }

    /// <summary>left^T right: (n x p) from left (m x n) and right (m x p); the sum over m goes upwards.</summary>
    public static double[] TransposedProduct(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int m, int n, int p)
    {
        var result = new double[n * p];
        for (var k = 0; k < m; k++)
        {
            for (var i = 0; i < n; i++)
            {
                var factor = left[k * n + i];
                if (factor != 0)
                    DoubleVectors.AddScaled(factor, right.Slice(k * p, p), result.AsSpan(i * p, p));
            }
        }

        return result;
    }

    /// <summary>
    /// Cholesky factor L of a symmetric positive definite n x n matrix, in place of its lower part, with 1 / L[i, i] on
    /// the diagonal.
    /// </summary>
    public static void Factorise(Span<double> matrix, int n)
    {
        for (var i = 0; i < n; i++)
        {
            var row = matrix.Slice(i * n, n);
            for (var j = 0; j < i; j++)
            {
                var other = matrix.Slice(j * n, n);
                row[j] = (row[j] - DoubleVectors.Dot(row[..j], other)) * other[j];
            }

            var pivot = row[i] - DoubleVectors.Dot(row[..i], row);
            if (!(pivot > 0))
                throw new InvalidOperationException($"pivot {i} of {n} is {pivot}: the matrix is not positive definite");
            row[i] = 1 / Math.Sqrt(pivot);
        }
    }

    /// <summary>
    /// Solves L L^T x = b in place, as long as the vector is; rows of L lie stride apart, with 1 / L[i, i] on the
    /// diagonal, as <see cref="Factorise"/> leaves them.
    /// </summary>
    public static void SolveFactorised(ReadOnlySpan<double> factor, int stride, Span<double> vector)
    {
        for (var i = 0; i < vector.Length; i++)
        {
            var row = factor.Slice(i * stride, i + 1);
            vector[i] = (vector[i] - DoubleVectors.Dot(row[..i], vector)) * row[i];
        }

        for (var i = vector.Length - 1; i >= 0; i--)
        {
            var row = factor.Slice(i * stride, i + 1);
            vector[i] *= row[i];
            DoubleVectors.AddScaled(-vector[i], row[..i], vector);
        }
    }
}
