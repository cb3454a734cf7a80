using MetaEmbed.Graphs;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Makes the model of a kept checkpoint again, to rank with it.</summary>
internal static class StoredModel
{
    /// <summary>The model of a checkpoint of the first stage.</summary>
    internal static IStageModel Coarse(TrainingCheckpoint checkpoint, CoarseTrainingOptions options, Graph graph, int userCount, Workers workers)
    {
        if (options.Model != ModelKind.MetaEmbeddings)
        {
            var table = CoarseModelFactory.Table(graph, userCount, options, workers);
            table.Restore(checkpoint, optimizer: false);
            return table;
        }

        var assignment = CoarseTensors.ReadAssignment(checkpoint, "assignment", graph.NodeCount, options.CoarseCount, options.CoarsePerEntity);
        var model = CoarseModelFactory.Empty(graph, userCount, assignment, options, workers);
        model.Restore(checkpoint, optimizer: false);
        return model;
    }

    /// <summary>The fine model of a fine checkpoint on a coarse one.</summary>
    internal static FineModel Fine(
        TrainingCheckpoint coarseCheckpoint,
        TrainingCheckpoint fineCheckpoint,
        CoarseTrainingOptions coarse,
        FineTrainingOptions options,
        Graph graph,
        int userCount,
        Workers workers)
    {
        var assignment = CoarseTensors.ReadAssignment(coarseCheckpoint, "assignment", graph.NodeCount, coarse.CoarseCount, coarse.CoarsePerEntity);
        var fineAssignment = CoarseTensors.ReadAssignment(fineCheckpoint, "fine_assignment", coarse.CoarseCount, options.FineCount, options.FinePerCoarse);
        using var codebook = FineStage.CodebookOf(coarseCheckpoint, coarse);
        using var fine = new Matrix(options.FineCount, coarse.Dimension);
        var itemBias = coarseCheckpoint.Values<float>("item_bias", graph.NodeCount - userCount);
        var model = FineStage.Model(coarse, options, graph, userCount, assignment, fineAssignment, codebook, fine, itemBias, workers);
        model.Restore(fineCheckpoint, optimizer: false);
        return model;
    }
}
