using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>Takes the list of a user: index into the users asked for, items best first, their scores.</summary>
internal delegate void RankedListSink(int index, ReadOnlySpan<int> items, ReadOnlySpan<float> scores);

/// <summary>Makes the best lists of many users, whatever the scores come from.</summary>
internal interface IRanking : IDisposable
{
    /// <summary>Ranks for some users.</summary>
    /// <param name="users">The users.</param>
    /// <param name="sink">Gets each list, from any thread.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends it within a block of users.</param>
    void Rank(int[] users, RankedListSink sink, Workers workers, CancellationToken cancellation);
}
