namespace MetaEmbed.Evaluation;

/// <summary>
/// MRR@k: the mean over users of 1 / rank of the first relevant item, 0 where it does not stand in the first k.
/// </summary>
public static class ReciprocalRank
{
    /// <summary>Reciprocal rank of one user's list.</summary>
    /// <param name="hitRanks">Ranks of the relevant items in the list, from 1, ascending.</param>
    /// <param name="relevant">n; not used.</param>
    /// <param name="cutoff">k.</param>
    public static double Of(ReadOnlySpan<int> hitRanks, int relevant, int cutoff) =>
        hitRanks.Length > 0 && hitRanks[0] <= cutoff ? 1.0 / hitRanks[0] : 0;
}
