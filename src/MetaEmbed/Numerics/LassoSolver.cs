namespace MetaEmbed.Numerics;

/// <summary>
/// Solves min over w of 0.5 w^T G w - b^T w + alpha sum |w| exactly, from a start nearby: the feature-sign search of
/// Lee, Battle, Raina and Ng (2007). In turn it solves the quadratic problem of the active weights and their signs,
/// walks to its solution as far as the objective falls, and activates the zero weight that breaks its condition
/// |b - G w| &lt;= alpha most. Scratch memory is kept between calls; one thread.
/// </summary>
internal sealed class LassoSolver(int size)
{
    private const double Slack = 1e-10;
    private const double SmallestPivot = 1e-10;
    private readonly double[] _gradient = new double[size];
    private readonly int[] _active = new int[size];
    private readonly double[] _factor = new double[size * size];
    private readonly double[] _residual = new double[size];
    private readonly double[] _step = new double[size];
    private readonly double[] _crossings = new double[size];
    private readonly int[] _crossingWeights = new int[size];
    private int _count;

    /// <summary>Improves the weights to the optimum; relative violation of the conditions below 1e-10.</summary>
    /// <param name="gram">G, size x size, symmetric, positive semidefinite.</param>
    /// <param name="correlations">b.</param>
    /// <param name="alpha">Weight of the absolute values, positive.</param>
    /// <param name="weights">w: start and result.</param>
    public void Solve(double[] gram, ReadOnlySpan<double> correlations, double alpha, Span<double> weights)
    {
        _count = 0;
        for (var i = 0; i < size; i++)
        {
            if (weights[i] != 0)
                _active[_count++] = i;
        }

        // Every turn lowers the objective; the bound is for rounding in degenerate problems alone.
        for (var turn = 0; turn < 50 * size; turn++)
        {
            var optimal = _count == 0 || Improve(gram, correlations, alpha, weights);
            if (optimal && !Activate(gram, correlations, alpha, weights))
                return;
        }
    }

    /// <summary>Steps towards the optimum of the active weights; true if they are there.</summary>
    private bool Improve(double[] gram, ReadOnlySpan<double> correlations, double alpha, Span<double> weights)
    {
        SetGradient(gram, correlations, weights);
        var residual = _residual.AsSpan(0, _count);
        var largest = 0.0;
        for (var a = 0; a < _count; a++)
        {
            residual[a] = _gradient[_active[a]] - Sign(a, weights) * alpha;
            largest = Math.Max(largest, Math.Abs(residual[a]));
        }

        if (largest <= Slack * alpha)
            return true;
        var step = _step.AsSpan(0, _count);
        var dependent = Factorise(gram);
        if (dependent >= 0)
        {
            WalkLevel(gram, dependent, alpha, weights);
            return false;
        }

        residual.CopyTo(step);
        DenseAlgebra.SolveFactorised(_factor, size, step);
        var slope = DoubleVectors.Dot(residual, step);
        if (slope <= 0)
            return true;
        var crossings = FindCrossings(1, weights);
        Walk(alpha, slope, slope, crossings, weights);
        return crossings == 0;
    }

    /// <summary>
    /// Where an active atom depends on those before it, the quadratic part is level along one direction: goes down that
    /// direction to a point where a weight is zero.
    /// </summary>
    private void WalkLevel(double[] gram, int dependent, double alpha, Span<double> weights)
    {
        var step = _step.AsSpan(0, _count);
        step.Clear();
        for (var a = 0; a < dependent; a++)
            step[a] = gram[_active[dependent] * size + _active[a]];
        DenseAlgebra.SolveFactorised(_factor, size, step[..dependent]);
        step[dependent] = -1;
        var slope = DoubleVectors.Dot(_residual.AsSpan(0, _count), step);
        if (slope < 0)
            Negate(step);
        var crossings = FindCrossings(double.PositiveInfinity, weights);
        if (crossings == 0)
        {
            // The absolute values grow without end on either side, so rounding chose the sign of a slope of zero.
            Negate(step);
            crossings = FindCrossings(double.PositiveInfinity, weights);
        }

        Walk(alpha, Math.Max(Math.Abs(slope), double.Epsilon), 0, crossings, weights);
    }

    private static void Negate(Span<double> vector)
    {
        foreach (ref var x in vector)
            x = -x;
    }

    // A weight just activated is zero; it gets the sign of its gradient.
    private int Sign(int a, ReadOnlySpan<double> weights)
    {
        var i = _active[a];
        return Math.Sign(weights[i] != 0 ? weights[i] : _gradient[i]);
    }

    /// <summary>Lengths of the step, up to a limit, at which weights leave their sign: ascending, ties by index.</summary>
    private int FindCrossings(double limit, ReadOnlySpan<double> weights)
    {
        var count = 0;
        for (var a = 0; a < _count; a++)
        {
            var length = Math.Abs(weights[_active[a]] / _step[a]);
            if (Sign(a, weights) * _step[a] >= 0 || length > limit)
                continue;
            var place = count++;
            for (; place > 0 && length < _crossings[place - 1]; place--)
                (_crossings[place], _crossingWeights[place]) = (_crossings[place - 1], _crossingWeights[place - 1]);
            (_crossings[place], _crossingWeights[place]) = (length, a);
        }

        return count;
    }

    /// <summary>
    /// Goes to the lowest point of the line w + t step. The slope there is -slope + t curvature, plus 2 alpha |step|
    /// for each weight that has changed its sign.
    /// </summary>
    private void Walk(double alpha, double slope, double curvature, int crossings, Span<double> weights)
    {
        for (var i = 0; i < crossings && -slope + _crossings[i] * curvature < 0; i++)
        {
            slope -= 2 * alpha * Math.Abs(_step[_crossingWeights[i]]);
            if (-slope + _crossings[i] * curvature >= 0 || (curvature == 0 && i == crossings - 1))
            {
                Move(_crossings[i], _crossingWeights[i], weights);
                return;
            }
        }

        Move(slope / curvature, -1, weights);
    }

    private void Move(double length, int zero, Span<double> weights)
    {
        var kept = 0;
        for (var a = 0; a < _count; a++)
        {
            var i = _active[a];
            weights[i] = a == zero ? 0 : weights[i] + length * _step[a];
            if (weights[i] != 0)
                _active[kept++] = i;
        }

        _count = kept;
    }

    /// <summary>Makes the zero weight with the largest violation active; false if there is none.</summary>
    private bool Activate(double[] gram, ReadOnlySpan<double> correlations, double alpha, ReadOnlySpan<double> weights)
    {
        SetGradient(gram, correlations, weights);
        var worst = -1;
        var largest = alpha * (1 + Slack);
        for (var i = 0; i < size; i++)
        {
            if (weights[i] == 0 && Math.Abs(_gradient[i]) > largest)
                (worst, largest) = (i, Math.Abs(_gradient[i]));
        }

        if (worst < 0)
            return false;
        _active[_count++] = worst;
        return true;
    }

    private void SetGradient(double[] gram, ReadOnlySpan<double> correlations, ReadOnlySpan<double> weights)
    {
        correlations.CopyTo(_gradient);
        for (var a = 0; a < _count; a++)
        {
            var i = _active[a];
            DoubleVectors.AddScaled(-weights[i], gram.AsSpan(i * size, size), _gradient);
        }
    }

    /// <summary>
    /// Cholesky factor of the active part of G, rows of L with 1 / diagonal on the diagonal; stops at the first atom
    /// that depends on those before it and returns its place, else -1.
    /// </summary>
    private int Factorise(double[] gram)
    {
        for (var a = 0; a < _count; a++)
        {
            var row = _factor.AsSpan(a * size, a + 1);
            var source = gram.AsSpan(_active[a] * size, size);
            for (var b = 0; b < a; b++)
            {
                var other = _factor.AsSpan(b * size, b + 1);
                row[b] = (source[_active[b]] - DoubleVectors.Dot(row[..b], other)) * other[b];
            }

            var diagonal = source[_active[a]];
            var pivot = diagonal - DoubleVectors.Dot(row[..a], row);
            if (!(pivot > SmallestPivot * diagonal))
                return a;
            row[a] = 1 / Math.Sqrt(pivot);
        }

        return -1;
    }
}
