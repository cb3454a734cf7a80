namespace MetaEmbed.Evaluation;

/// <summary>
/// NDCG@k with one grade of relevance: the sum over the hits in the first k of 1 / log2(rank + 1), divided by the same
/// sum of a perfect list, over ranks 1 .. min(k, n) (Järvelin and Kekäläinen 2002).
/// </summary>
public static class Ndcg
{
    private const int TableLength = 4096;
    private static readonly double[] Discounts = MakeDiscounts();
    private static readonly double[] Ideals = MakeIdeals();

    /// <summary>NDCG of one user's list.</summary>
    /// <param name="hitRanks">Ranks of the relevant items in the list, from 1, ascending.</param>
    /// <param name="relevant">n, positive.</param>
    /// <param name="cutoff">k, positive.</param>
    public static double Of(ReadOnlySpan<int> hitRanks, int relevant, int cutoff)
    {
        var sum = 0.0;
        var hits = Hits.UpTo(hitRanks, cutoff);
        for (var j = 0; j < hits; j++)
            sum += Discount(hitRanks[j]);
        return hits == 0 ? 0 : sum / Ideal(Math.Min(cutoff, relevant));
    }

    private static double Discount(int rank) => rank < TableLength ? Discounts[rank] : 1 / Log2(rank + 1.0);

    private static double Ideal(int count)
    {
        var sum = Ideals[Math.Min(count, TableLength - 1)];
        for (var rank = TableLength; rank <= count; rank++)
            sum += Discount(rank);
        return sum;
    }

    private static double[] MakeDiscounts()
    {
        var table = new double[TableLength];
        for (var rank = 1; rank < TableLength; rank++)
            table[rank] = 1 / Log2(rank + 1.0);
        return table;
    }

    private static double[] MakeIdeals()
    {
        var table = new double[TableLength];
        for (var rank = 1; rank < TableLength; rank++)
            table[rank] = table[rank - 1] + Discounts[rank];
        return table;
    }

    /// <summary>
    /// Binary logarithm of a number from 1: exponent plus the series of 2 artanh((m - 1) / (m + 1)) / ln 2. Its own,
    /// since a library's may differ between systems in the last bit, and early stopping compares NDCGs.
    /// </summary>
    private static double Log2(double x)
    {
        var exponent = Math.ILogB(x);
        var m = Math.ScaleB(x, -exponent);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        var s = (m - 1) / (m + 1);
        var sum = 0.0;
        for (var n = 23; n >= 1; n -= 2)
            sum = sum * s * s + 1.0 / n;
        return exponent + 2 * s * sum * 1.4426950408889634;
    }
}
