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

    /// <summary>Finds the ranks of relevant items in a list.</summary>
    /// <param name="list">The list, best first.</param>
    /// <param name="relevant">The relevant items, ascending.</param>
    /// <param name="ranks">Gets the ranks; long enough for the smaller of both.</param>
    /// <returns>Number of hits.</returns>
    public static int Find(ReadOnlySpan<int> list, ReadOnlySpan<int> relevant, Span<int> ranks)
    {
        var count = 0;
        for (var i = 0; i < list.Length; i++)
        {
            if (relevant.BinarySearch(list[i]) >= 0)
                ranks[count++] = i + 1;
        }

        return count;
    }
}
