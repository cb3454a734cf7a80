namespace MetaEmbed.Models;

/// <summary>
/// A model that gives the scores of users over all items, where they are no inner product of dense rows (those go
/// straight through the ranking kernels, which never make a whole row of scores). Calls may come from several
/// threads at once; equal users must get equal bits, whatever else is in the block.
/// </summary>
public interface IUserScorer
{
    /// <summary>Number of users.</summary>
    int UserCount { get; }

    /// <summary>Number of items.</summary>
    int ItemCount { get; }

    /// <summary>Fills the scores of some users.</summary>
    /// <param name="users">The users.</param>
    /// <param name="scores">Users x items, row after row; what it holds before is to be overwritten. No NaN.</param>
    void Score(ReadOnlySpan<int> users, Span<float> scores);
}
