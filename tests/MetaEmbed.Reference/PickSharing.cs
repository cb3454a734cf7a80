namespace MetaEmbed.Reference;

/// <summary>
/// Matching pursuit with one store of picks for all rows: everybody has one, and each further pick goes to the row whose squared
/// error falls the most by it. A pick counts for no more than the ones before it in its row, so none is taken before those.
/// </summary>
/// <param name="Limits">Picks of each row.</param>
/// <param name="Worth">What the next pick of each row would count for, row by row, pick by pick from the second on.</param>
/// <param name="Least">What the last pick that was given counted for.</param>
public sealed record PickSharing(int[] Limits, double[][] Worth, double Least)
{
    /// <param name="rows">The rows, N x d.</param>
    /// <param name="dictionary">c x d.</param>
    /// <param name="most">Most picks of a row.</param>
    /// <param name="total">Picks in all, at least N.</param>
    public static PickSharing Of(IReadOnlyList<double[]> rows, DenseMatrix dictionary, int most, int total)
    {
        var worth = rows.Select(row => WorthOf(row, dictionary, most)).ToArray();
        var limits = Enumerable.Repeat(1, rows.Count).ToArray();
        var least = double.PositiveInfinity;
        for (var given = rows.Count; given < total; given++)
        {
            var open = Enumerable.Range(0, rows.Count).Where(row => limits[row] < most).ToArray();
            if (open.Length == 0)
                break;
            var next = open.MaxBy(row => worth[row][limits[row] - 1]); // the first of equal ones
            least = worth[next][limits[next] - 1];
            limits[next]++;
        }

        return new PickSharing(limits, worth, least);
    }

    private static double[] WorthOf(double[] row, DenseMatrix dictionary, int most)
    {
        var errors = Enumerable.Range(0, most + 1).Select(count => Error(row, dictionary, count)).ToArray();
        var worth = new double[most - 1];
        for (var pick = 1; pick < most; pick++)
            worth[pick - 1] = Math.Max(Math.Min(errors[pick] - errors[pick + 1], pick == 1 ? double.PositiveInfinity : worth[pick - 2]), 0);
        return worth;
    }

    /// <summary>The squared error of the best fit over that many picks.</summary>
    private static double Error(double[] row, DenseMatrix dictionary, int count)
    {
        var pursuit = MatchingPursuit.Of(row, dictionary, count);
        var error = 0.0;
        for (var j = 0; j < row.Length; j++)
        {
            var left = row[j];
            for (var i = 0; i < pursuit.Picks.Length; i++)
                left -= pursuit.Weights[i] * dictionary[pursuit.Picks[i], j];
            error += left * left;
        }

        return error;
    }
}
