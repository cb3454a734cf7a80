namespace MetaEmbed.Evaluation;

/// <summary>
/// Precision@k = hits@k / k: the share of the first k places that hold a relevant item. The denominator is k also where
/// fewer than k items could be ranked.
/// </summary>
public static class Precision
{
    /// <summary>Precision of one user's list.</summary>
    /// <param name="hitRanks">Ranks of the relevant items in the list, from 1, ascending.</param>
    /// <param name="relevant">n; not used.</param>
    /// <param name="cutoff">k, positive.</param>
    public static double Of(ReadOnlySpan<int> hitRanks, int relevant, int cutoff) =>
        (double)Hits.UpTo(hitRanks, cutoff) / cutoff;
}
