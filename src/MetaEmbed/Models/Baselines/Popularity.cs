using MetaEmbed.Data;

namespace MetaEmbed.Models.Baselines;

/// <summary>The same list for everybody: an item's score is the number of its train users.</summary>
public sealed class Popularity : IUserScorer
{
    private readonly float[] _scores;

    /// <summary>Counts.</summary>
    /// <param name="train">The train set.</param>
    public Popularity(Interactions train)
    {
        ArgumentNullException.ThrowIfNull(train);
        UserCount = train.UserCount;
        _scores = Array.ConvertAll(train.CountByItem(), count => (float)count);
    }

    /// <inheritdoc/>
    public int UserCount { get; }

    /// <inheritdoc/>
    public int ItemCount => _scores.Length;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        for (var i = 0; i < users.Length; i++)
            _scores.CopyTo(scores[(i * ItemCount)..]);
    }
}
