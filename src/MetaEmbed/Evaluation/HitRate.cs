namespace MetaEmbed.Evaluation;

/// <summary>HitRate@k = 1 if at least one relevant item stands in the first k, else 0.</summary>
public static class HitRate
{
    /// <summary>Hit rate of one user's list.</summary>
    /// <param name="hitRanks">Ranks of the relevant items in the list, from 1, ascending.</param>
    /// <param name="relevant">n; not used.</param>
    /// <param name="cutoff">k.</param>
    public static double Of(ReadOnlySpan<int> hitRanks, int relevant, int cutoff) =>
        hitRanks.Length > 0 && hitRanks[0] <= cutoff ? 1 : 0;
}
