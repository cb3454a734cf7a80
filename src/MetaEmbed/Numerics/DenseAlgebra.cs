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
}
