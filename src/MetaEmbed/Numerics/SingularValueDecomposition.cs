namespace MetaEmbed.Numerics;

/// <summary>
/// Thin singular value decomposition A = U diag(sigma) V^T in double precision: Householder QR with column pivoting,
/// then one-sided Jacobi rotations on the rows of the triangle (Drmac and Veselic 2008), which never square the
/// condition number. One thread, fixed order: the same bits everywhere. Elements should lie within 1e-140 and 1e140.
/// </summary>
internal sealed class SingularValueDecomposition
{
    private const int MaximumSweeps = 60;
    private const double Epsilon = 2.220446049250313e-16;

    private readonly int _long;
    private readonly int _short;
    private readonly double[] _reflectors; // row k: column k of the longer way up; from its k-th element on, a reflector
    private readonly double[] _scales; // 2 / |reflector|^2, 0 for none
    private readonly double[] _triangle; // R, short x short
    private readonly int[] _order; // column k of Q R is column _order[k] of the matrix
    private readonly double[] _directions; // row k: sigma_k times the k-th right vector of R

    private SingularValueDecomposition(int longSide, int shortSide, double[] columns)
    {
        _long = longSide;
        _short = shortSide;
        _reflectors = columns;
        _scales = new double[shortSide];
        _triangle = new double[shortSide * shortSide];
        _order = new int[shortSide];
        Triangularise();
        _directions = (double[])_triangle.Clone();
        Values = Rotate();
    }

    /// <summary>All min(rows, columns) singular values, the largest first.</summary>
    public double[] Values { get; }

    /// <summary>Decomposes a matrix given row after row.</summary>
    /// <param name="matrix">rows x columns finite numbers.</param>
    /// <param name="rows">Number of rows, positive.</param>
    /// <param name="columns">Number of columns, positive.</param>
    /// <exception cref="ArgumentException">The length is not rows x columns, or an element is NaN or infinite.</exception>
    public static SingularValueDecomposition Compute(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (matrix.Length != rows * columns)
            throw new ArgumentException($"{matrix.Length} elements for {rows} x {columns}", nameof(matrix));
        for (var i = 0; i < matrix.Length; i++)
        {
            if (!double.IsFinite(matrix[i]))
                throw new ArgumentException($"row {i / columns}, column {i % columns} is {matrix[i]}", nameof(matrix));
        }

        if (rows < columns)
            return new SingularValueDecomposition(columns, rows, matrix.ToArray());
        return new SingularValueDecomposition(rows, columns, DenseAlgebra.Transpose(matrix, rows, columns));
    }

    /// <summary>
    /// The first vectors of the shorter side (V if rows >= columns, else U), one a row: count x min(rows, columns).
    /// Orthonormal to rounding; a zero row where the singular value is 0.
    /// </summary>
    public double[] ShortVectors(int count)
    {
        var result = new double[count * _short];
        for (var k = 0; k < count; k++)
        {
            if (Values[k] == 0)
                continue;
            var inverse = 1 / Values[k];
            for (var j = 0; j < _short; j++)
                result[k * _short + _order[j]] = _directions[k * _short + j] * inverse;
        }

        return result;
    }

    /// <summary>
    /// The first vectors of the longer side (U if rows >= columns, else V), one a row: count x max(rows, columns).
    /// Orthonormal to rounding; a zero row where the singular value is 0.
    /// </summary>
    public double[] LongVectors(int count)
    {
        var result = new double[count * _long];
        for (var k = 0; k < count; k++)
        {
            if (Values[k] == 0)
                continue;
            // R v is known to a rounding of the largest singular value. What that leaves in the directions of larger
            // values is taken out twice: else the inverse would carry the square of the condition number.
            var vector = result.AsSpan(k * _long, _short);
            for (var i = 0; i < _short; i++)
                vector[i] = DoubleVectors.Dot(_triangle.AsSpan(i * _short + i, _short - i), Direction(k)[i..]);
            Normalise(vector);
            for (var j = 0; j < 2 * k; j++)
            {
                var other = result.AsSpan(j % k * _long, _short);
                DoubleVectors.AddScaled(-DoubleVectors.Dot(other, vector), other, vector);
            }

            Normalise(vector);
        }

        // From the space of R to that of the matrix: Q's reflectors, the last first.
        for (var k = 0; k < count; k++)
        {
            for (var i = _short - 1; i >= 0; i--)
                Reflect(i, result.AsSpan(k * _long, _long));
        }

        return result;
    }

    private static void Normalise(Span<double> vector)
    {
        var norm = Math.Sqrt(DoubleVectors.Dot(vector, vector));
        if (norm == 0)
            return;
        foreach (ref var x in vector)
            x /= norm;
    }

    /// <summary>QR with the largest remaining column first (ties to the smaller index).</summary>
    private void Triangularise()
    {
        for (var k = 0; k < _short; k++)
            _order[k] = k;
        for (var k = 0; k < _short; k++)
        {
            var pivot = k;
            var largest = -1.0;
            for (var j = k; j < _short; j++)
            {
                var tail = Column(j)[k..];
                var square = DoubleVectors.Dot(tail, tail);
                if (square > largest)
                    (pivot, largest) = (j, square);
            }

            if (largest <= 0)
                return;
            if (pivot != k)
                Swap(k, pivot);
            var reflector = Column(k)[k..];
            var norm = Math.Sqrt(largest);
            var head = reflector[0];
            _scales[k] = 1 / (norm * (norm + Math.Abs(head)));
            reflector[0] = head < 0 ? head - norm : head + norm;
            _triangle[k * _short + k] = head < 0 ? norm : -norm;
            for (var j = k + 1; j < _short; j++)
            {
                Reflect(k, Column(j));
                _triangle[k * _short + j] = Column(j)[k];
            }
        }
    }

    private Span<double> Column(int k) => _reflectors.AsSpan(k * _long, _long);

    private void Reflect(int k, Span<double> vector)
    {
        if (_scales[k] == 0)
            return;
        var reflector = Column(k)[k..];
        DoubleVectors.AddScaled(-_scales[k] * DoubleVectors.Dot(reflector, vector[k..]), reflector, vector[k..]);
    }

    private void Swap(int first, int second)
    {
        // The part above the diagonal is already in the triangle and moves along.
        var a = Column(first);
        var b = Column(second);
        for (var i = 0; i < a.Length; i++)
            (a[i], b[i]) = (b[i], a[i]);
        for (var i = 0; i < first; i++)
            (_triangle[i * _short + first], _triangle[i * _short + second]) = (_triangle[i * _short + second], _triangle[i * _short + first]);
        (_order[first], _order[second]) = (_order[second], _order[first]);
    }

    /// <summary>Rotates pairs of rows until all are orthogonal; sorts them by length, which are the singular values.</summary>
    private double[] Rotate()
    {
        var squares = new double[_short];
        var tolerance = Math.Max(4, Math.Sqrt(_short)) * Epsilon;
        for (var sweep = 0; ; sweep++)
        {
            if (sweep == MaximumSweeps)
                throw new InvalidOperationException($"the singular values of a {_long} x {_short} matrix did not settle in {MaximumSweeps} sweeps");
            for (var k = 0; k < _short; k++)
                squares[k] = Square(k);
            var rotated = false;
            for (var p = 0; p < _short - 1; p++)
            {
                for (var q = p + 1; q < _short; q++)
                    rotated |= RotatePair(p, q, squares, tolerance);
            }

            if (!rotated)
                break;
        }

        var values = new double[_short];
        var order = new int[_short];
        for (var k = 0; k < _short; k++)
            (values[k], order[k]) = (-Math.Sqrt(squares[k]), k);
        // Equal values keep their order: the index is the second key.
        Array.Sort(order, (a, b) => values[a] != values[b] ? values[a].CompareTo(values[b]) : a.CompareTo(b));
        var unsorted = (double[])_directions.Clone();
        var sorted = new double[_short];
        for (var k = 0; k < _short; k++)
        {
            sorted[k] = -values[order[k]];
            unsorted.AsSpan(order[k] * _short, _short).CopyTo(_directions.AsSpan(k * _short, _short));
        }

        return sorted;
    }

    private double Square(int k) => DoubleVectors.Dot(Direction(k), Direction(k));

    private Span<double> Direction(int k) => _directions.AsSpan(k * _short, _short);

    private bool RotatePair(int p, int q, double[] squares, double tolerance)
    {
        if (squares[p] == 0 || squares[q] == 0)
            return false;
        var product = DoubleVectors.Dot(Direction(p), Direction(q));
        if (Math.Abs(product) <= tolerance * Math.Sqrt(squares[p]) * Math.Sqrt(squares[q]))
            return false;
        var zeta = (squares[q] - squares[p]) / (2 * product);
        var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        var cosine = 1 / Math.Sqrt(1 + tangent * tangent);
        DoubleVectors.Rotate(Direction(p), Direction(q), cosine, cosine * tangent);
        squares[p] = Update(p, squares[p], squares[p] - tangent * product);
        squares[q] = Update(q, squares[q], squares[q] + tangent * product);
        return true;
    }

    // A square that shrank much has lost its digits: count it anew.
    private double Update(int k, double before, double after) => after < 0.1 * before ? Square(k) : after;
}
