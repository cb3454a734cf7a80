namespace MetaEmbed.Evaluation;

/// <summary>
/// MAP@k: the mean over users of AP@k = 1 / min(k, n) times the sum, over the hits in the first k, of the precision at
/// the hit's rank: j / rank for the j-th hit. A perfect list reaches 1.
/// </summary>
public static class AveragePrecision
{
    /// <summary>Average precision of one user's list.</summary>
    /// <param name="hitRanks">Ranks of the relevant items in the list, from 1, ascending.</param>
    /// <param name="relevant">n, positive.</param>
    /// <param name="cutoff">k, positive.</param>
    public static double Of(ReadOnlySpan<int> hitRanks, int relevant, int cutoff)
    {
        var sum = 0.0;
        var hits = Hits.UpTo(hitRanks, cutoff);
        for (var j = 0; j < hits; j++)
            sum += (j + 1.0) / hitRanks[j];
        return sum / Math.Min(cutoff, relevant);
    }
}
