using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>The lists that a model file gives, the train items left out.</summary>
internal sealed class ModelFileRanking(Recommender recommender, UserSource source, Interactions train, int length) : IRanking
{
    /// <inheritdoc/>
    public void Rank(int[] users, RankedListSink sink, Workers workers, CancellationToken cancellation)
    {
        var requests = Array.ConvertAll(users, user => source == UserSource.Known
            ? new RecommendationRequest { User = user, Exclude = train.Of(user).ToArray() }
            : new RecommendationRequest { History = train.Of(user).ToArray() });
        var lists = recommender.RecommendMany(requests, length, workers.Count, cancellation);
        var items = new int[length];
        var scores = new float[length];
        for (var i = 0; i < lists.Length; i++)
        {
            for (var rank = 0; rank < lists[i].Length; rank++)
                (items[rank], scores[rank]) = lists[i][rank];
            sink(i, items.AsSpan(0, lists[i].Length), scores.AsSpan(0, lists[i].Length));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The file belongs to the caller.
    }
}
