namespace MetaEmbed.Reference;

/// <summary>
/// A = U diag(sigma) V^T by one-sided Jacobi: the columns of A are rotated in pairs until all are orthogonal; their
/// lengths are the singular values. Slow, short, and exact to the last digits.
/// </summary>
public static class PseudoInverse
{
    /// <summary>Singular values up to this times the longer side times the largest are dropped: 2^-23.</summary>
    public const double CutOff = 1.1920928955078125e-7;

    /// <summary>pinv(A), n x m for an m x n matrix, and all singular values of A, largest first.</summary>
    public static (DenseMatrix Inverse, double[] SingularValues) Of(DenseMatrix matrix)
    {
        if (matrix.Rows < matrix.Columns)
        {
            var (inverse, values) = Of(matrix.Transpose());
            return (inverse.Transpose(), values);
        }

        var (scaled, right) = Orthogonalise(matrix);
        var n = matrix.Columns;
        var sigma = new double[n];
        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i < matrix.Rows; i++)
                sigma[j] += scaled[i, j] * scaled[i, j];
            sigma[j] = Math.Sqrt(sigma[j]);
        }

        // pinv(A) = V diag(1 / sigma) U^T, and column j of U is column j of the rotated A over sigma_j.
        var dropped = Math.Max(matrix.Rows, n) * CutOff * sigma.Max();
        var result = new DenseMatrix(n, matrix.Rows);
        for (var j = 0; j < n; j++)
        {
            if (sigma[j] <= dropped)
                continue;
            for (var row = 0; row < n; row++)
            {
                for (var column = 0; column < matrix.Rows; column++)
                    result[row, column] += right[row, j] * scaled[column, j] / (sigma[j] * sigma[j]);
            }
        }

        Array.Sort(sigma, (a, b) => b.CompareTo(a));
        return (result, sigma);
    }

    /// <summary>B = A V with orthogonal columns, and V.</summary>
    private static (DenseMatrix B, DenseMatrix V) Orthogonalise(DenseMatrix matrix)
    {
        var b = matrix.Clone();
        var v = new DenseMatrix(matrix.Columns, matrix.Columns);
        for (var j = 0; j < v.Rows; j++)
            v[j, j] = 1;
        for (var sweep = 0; sweep < 100; sweep++)
        {
            var rotated = false;
            for (var p = 0; p < b.Columns; p++)
            {
                for (var q = p + 1; q < b.Columns; q++)
                {
                    double pp = 0, qq = 0, pq = 0;
                    for (var i = 0; i < b.Rows; i++)
                    {
                        pp += b[i, p] * b[i, p];
                        qq += b[i, q] * b[i, q];
                        pq += b[i, p] * b[i, q];
                    }

                    if (Math.Abs(pq) <= 1e-15 * Math.Sqrt(pp * qq))
                        continue;
                    rotated = true;

                    // The rotation that makes columns p and q orthogonal: tan 2 theta = 2 pq / (pp - qq).
                    var zeta = (qq - pp) / (2 * pq);
                    var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                    var cosine = 1 / Math.Sqrt(1 + tangent * tangent);
                    Rotate(b, p, q, cosine, cosine * tangent);
                    Rotate(v, p, q, cosine, cosine * tangent);
                }
            }

            if (!rotated)
                return (b, v);
        }

        throw new ArithmeticException("one-sided Jacobi has not come to rest after 100 sweeps");
    }

    private static void Rotate(DenseMatrix matrix, int p, int q, double cosine, double sine)
    {
        for (var i = 0; i < matrix.Rows; i++)
        {
            var (left, right) = (matrix[i, p], matrix[i, q]);
            matrix[i, p] = cosine * left - sine * right;
            matrix[i, q] = sine * left + cosine * right;
        }
    }
}
