namespace MetaEmbed.Evaluation;

/// <summary>A user's hits, the one thing that every metric is made of: ranks of relevant items, from 1, ascending.</summary>
internal static class Hits
{
    /// <summary>Number of hits in the first k.</summary>
    public static int UpTo(ReadOnlySpan<int> hitRanks, int cutoff)
    {
        var count = hitRanks.Length;
        while (count > 0 && hitRanks[count - 1] > cutoff)
            count--;
        return count;
    }
}
