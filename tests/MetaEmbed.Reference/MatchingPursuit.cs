namespace MetaEmbed.Reference;

/// <summary>
/// Orthogonal matching pursuit of a row h over the rows of a dictionary: the row with the largest cosine to what is left
/// of h is taken, h is fitted anew by least squares over all that were taken, and so on.
/// </summary>
/// <param name="Picks">The rows taken, in that order; fewer than asked for where no row has a positive cosine.</param>
/// <param name="Weights">Of the last fit, as they are; a negative one counts as 0 in an assignment.</param>
/// <param name="Margin">
/// By how much the closest choice was made: the smallest distance between the best score and the next one or 0, in
/// units of |h|. What is computed with fewer digits need not choose the same where it is small.
/// </param>
public sealed record MatchingPursuit(int[] Picks, double[] Weights, double Margin)
{
    /// <summary>A row whose squared distance to the span of those taken is below this share of its squared length adds nothing.</summary>
    private const double SmallestShare = 1e-6;

    /// <param name="row">h, d long.</param>
    /// <param name="dictionary">c x d.</param>
    /// <param name="count">Most rows to take.</param>
    public static MatchingPursuit Of(double[] row, DenseMatrix dictionary, int count)
    {
        var picks = new List<int>();
        double[] weights = [];
        var margin = double.PositiveInfinity;
        while (picks.Count < count)
        {
            var residual = Residual(row, dictionary, picks, weights);
            var candidates = Enumerable.Range(0, dictionary.Rows)
                .Where(k => !picks.Contains(k) && Dot(dictionary.Row(k), dictionary.Row(k)) > 0)
                .Select(k => (Row: k, Score: Dot(dictionary.Row(k), residual) / Math.Sqrt(Dot(dictionary.Row(k), dictionary.Row(k)))))
                .OrderByDescending(candidate => candidate.Score)
                .ToArray();
            if (candidates.Length == 0)
                break;
            var best = candidates[0];
            var next = candidates.Length > 1 ? candidates[1].Score : double.NegativeInfinity;
            margin = Math.Min(margin, best.Score > 0 ? best.Score - Math.Max(next, 0) : -best.Score);
            if (best.Score <= 0)
                break;
            var own = dictionary.Row(best.Row).ToArray();
            var beyond = Residual(own, dictionary, picks, Fit(own, dictionary, picks));
            if (Dot(beyond, beyond) < SmallestShare * Dot(own, own))
                break;
            picks.Add(best.Row);
            weights = Fit(row, dictionary, picks);
        }

        return new MatchingPursuit([.. picks], weights, margin / Math.Sqrt(Dot(row, row)));
    }

    /// <summary>h - sum_k w_k a_k.</summary>
    private static double[] Residual(double[] row, DenseMatrix dictionary, List<int> picks, double[] weights)
    {
        var residual = (double[])row.Clone();
        for (var i = 0; i < picks.Count; i++)
        {
            for (var j = 0; j < residual.Length; j++)
                residual[j] -= weights[i] * dictionary[picks[i], j];
        }

        return residual;
    }

    /// <summary>The w that minimises |h - sum_k w_k a_k|: (A A^T) w = A h, by Gauss's elimination with row exchanges.</summary>
    private static double[] Fit(double[] row, DenseMatrix dictionary, List<int> picks)
    {
        var n = picks.Count;
        var system = new DenseMatrix(n, n + 1);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                system[i, j] = Dot(dictionary.Row(picks[i]), dictionary.Row(picks[j]));
            system[i, n] = Dot(dictionary.Row(picks[i]), row);
        }

        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(i => Math.Abs(system[i, column]));
            for (var j = column; j <= n; j++)
                (system[pivot, j], system[column, j]) = (system[column, j], system[pivot, j]);
            for (var i = column + 1; i < n; i++)
            {
                var factor = system[i, column] / system[column, column];
                for (var j = column; j <= n; j++)
                    system[i, j] -= factor * system[column, j];
            }
        }

        var weights = new double[n];
        for (var i = n - 1; i >= 0; i--)
        {
            weights[i] = system[i, n];
            for (var j = i + 1; j < n; j++)
                weights[i] -= system[i, j] * weights[j];
            weights[i] /= system[i, i];
        }

        return weights;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (var j = 0; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }
}
