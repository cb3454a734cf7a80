using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Export.Compression;
using MetaEmbed.Graphs;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>What a trained model ranks with, and what it was trained on: all that an export needs but the exact one.</summary>
internal sealed class TrainedRows : IDisposable
{
    private TrainedRows(RankingRows all, Matrix? dictionary, FoldInWeights foldIn, Interactions train)
    {
        Users = new Matrix(all.UserCount, all.Rows.Columns);
        all.Rows.RowRange(0, all.UserCount).CopyTo(Users.AsSpan());
        Items = new Matrix(all.ItemCount, all.Rows.Columns);
        all.Rows.RowRange(all.UserCount, all.ItemCount).CopyTo(Items.AsSpan());
        Dictionary = dictionary;
        ItemBias = all.ItemBias;
        FoldIn = foldIn;
        Train = train;
    }

    /// <summary>Rows of users, U x d.</summary>
    public Matrix Users { get; }

    /// <summary>Rows of items, I x d.</summary>
    public Matrix Items { get; }

    /// <summary>Rows of the coarse meta-embeddings, H_C, c x d; null in a model without them.</summary>
    public Matrix? Dictionary { get; }

    /// <summary>b.</summary>
    public float[] ItemBias { get; }

    /// <summary>How a user is folded in.</summary>
    public FoldInWeights FoldIn { get; }

    /// <summary>The interactions trained on.</summary>
    public Interactions Train { get; }

    /// <summary>The rows of a run's checkpoints that count.</summary>
    public static TrainedRows Of(StoredRun run, Interactions train, Workers workers)
    {
        using var all = run.RankingRows(train, workers);
        var (coarse, fine) = run.LoadCheckpoints();
        using (coarse)
        using (fine)
        {
            if (run.Options.UserRows == UserRowKind.Folded)
                return new TrainedRows(all, null, FoldInWeights.Trained(coarse.Values<float>("fold_weight", train.ItemCount).ToArray()), train);
            return run.Options.Model == ModelKind.MetaEmbeddings
                ? OfMetaEmbeddings(run, coarse, fine, all, train, workers)
                : new TrainedRows(all, null, FoldInWeights.OfDegrees(train), train);
        }
    }

    /// <summary>The items, for a compressor.</summary>
    public CompressionInput Input(ulong seed) =>
        new(Items, Array.ConvertAll(Train.CountByItem(), count => (float)Math.Max(count, 1)), Dictionary, seed);

    /// <summary>The users, for a compressor.</summary>
    public CompressionInput UserInput(ulong seed) =>
        new(Users, [.. Enumerable.Range(0, Train.UserCount).Select(user => (float)Math.Max(Train.Of(user).Length, 1))], Dictionary, seed);

    public void Dispose()
    {
        Users.Dispose();
        Items.Dispose();
        Dictionary?.Dispose();
    }

    private static TrainedRows OfMetaEmbeddings(
        StoredRun run, TrainingCheckpoint coarse, TrainingCheckpoint? fine, RankingRows all, Interactions train, Workers workers)
    {
        var graph = Graph.Bipartite(train);
        using var model = fine is null
            ? StoredModel.Coarse(coarse, run.Options, graph, train.UserCount, workers)
            : StoredModel.Fine(coarse, fine, run.Options, run.Fine!, graph, train.UserCount, workers);
        model.Forward();
        var propagation = model.Propagation;
        using var meta = new Matrix(propagation.Graph.MetaCount, propagation.Dimension);
        propagation.FinishMeta(meta);
        var dictionary = new Matrix(propagation.Graph.CoarseCount, propagation.Dimension);
        meta.RowRange(0, dictionary.Rows).CopyTo(dictionary.AsSpan());
        var sigma = propagation.Graph.Sigma.Span[model.UserCount..(model.UserCount + model.ItemCount)].ToArray();
        return new TrainedRows(all, dictionary, FoldInWeights.OfExpandedGraph(sigma, train), train);
    }
}
