namespace MetaEmbed.Evaluation;

/// <summary>
/// Recall@k = hits@k / n: the share of a user's n relevant items that stand in the first k. The denominator is n, not
/// min(k, n), as in the published results: with n > k a perfect list does not reach 1.
/// </summary>
public static class Recall
{
    /// <summary>Recall of one user's list.</summary>
    /// <param name="hitRanks">Ranks of the relevant items in the list, from 1, ascending.</param>
    /// <param name="relevant">n, positive.</param>
    /// <param name="cutoff">k.</param>
    public static double Of(ReadOnlySpan<int> hitRanks, int relevant, int cutoff) =>
        (double)Hits.UpTo(hitRanks, cutoff) / relevant;
}
