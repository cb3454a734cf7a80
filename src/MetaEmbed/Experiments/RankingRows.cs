using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Graphs;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>What ranks: a row for every user and item, N x d, and a bias for every item, whatever model they come from.</summary>
internal sealed class RankingRows : IDisposable
{
    private RankingRows(Interactions train, int dimension)
    {
        UserCount = train.UserCount;
        ItemCount = train.ItemCount;
        Rows = new Matrix(UserCount + ItemCount, dimension);
        ItemBias = new float[ItemCount];
    }

    /// <summary>H: user u is row u, item i is row U + i.</summary>
    internal Matrix Rows { get; }

    /// <summary>b, one an item.</summary>
    internal float[] ItemBias { get; }

    internal int UserCount { get; }

    internal int ItemCount { get; }

    /// <summary>The rows of kept checkpoints.</summary>
    /// <param name="coarse">A checkpoint of the first stage.</param>
    /// <param name="fine">One of the fine stage on it, or null.</param>
    /// <param name="options">Settings of the first stage.</param>
    /// <param name="fineOptions">Settings of the fine stage; null without one.</param>
    /// <param name="train">The interactions that were trained on.</param>
    /// <param name="workers">Threads.</param>
    internal static RankingRows Of(
        TrainingCheckpoint coarse, TrainingCheckpoint? fine, CoarseTrainingOptions options, FineTrainingOptions? fineOptions, Interactions train, Workers workers)
    {
        var result = new RankingRows(train, options.Dimension);
        if (options.UserRows == UserRowKind.Folded)
        {
            using var folded = new FoldedModel(train, options.Dimension);
            folded.Restore(coarse, optimizer: false);
            folded.FillRows(train, result.Rows, workers);
            folded.ItemBias.Value.Span[..train.ItemCount].CopyTo(result.ItemBias);
            return result;
        }

        var graph = Graph.Bipartite(train);
        using var model = fine is null
            ? StoredModel.Coarse(coarse, options, graph, train.UserCount, workers)
            : StoredModel.Fine(coarse, fine, options, fineOptions!, graph, train.UserCount, workers);
        model.Forward();
        model.Propagation.FinishAll(result.Rows);
        model.ItemBias.Value.Span[..train.ItemCount].CopyTo(result.ItemBias);
        return result;
    }

    /// <summary>Ranks all items for the users with relevant ones.</summary>
    internal EvaluationResult Evaluate(
        Interactions exclude, Interactions relevant, EvaluationOptions options, Workers workers, CancellationToken cancellation) =>
        FullRanking.Evaluate(Rows, UserCount, ItemCount, ItemBias, exclude, relevant, options, workers, cancellation);

    /// <summary>The best items of a user.</summary>
    internal IReadOnlyList<(int Item, float Score)> TopItems(int user, int k, Interactions? exclude, Workers workers)
    {
        var lists = FullRanking.TopItems(Rows, UserCount, ItemCount, ItemBias, exclude, [user], k, workers);
        return [.. lists.Items(0).ToArray().Zip(lists.Scores(0).ToArray())];
    }

    public void Dispose() => Rows.Dispose();
}
