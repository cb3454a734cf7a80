using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Makes the model that the first stage trains, as the settings say: partition, first assignment, first parameters.</summary>
internal static class CoarseModelFactory
{
    /// <param name="graph">Users and items of the training set.</param>
    /// <param name="userCount">U.</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">Threads; owned by the caller.</param>
    /// <param name="cancellation">Stops the partitioning.</param>
    internal static IStageModel Create(Graph graph, int userCount, CoarseTrainingOptions options, Workers workers, CancellationToken cancellation)
    {
        if (options.Model != ModelKind.MetaEmbeddings)
        {
            var table = Table(graph, userCount, options, workers);
            table.Initialize(options.Seed);
            return table;
        }

        var assignment = options.Initialization == AssignmentInitialization.Random
            ? AssignmentInitializer.Random(graph.NodeCount, options.CoarseCount, options.CoarsePerEntity, options.Seed)
            : AssignmentInitializer.FromPartition(
                GraphPartitioner.Partition(graph, options.CoarseCount, (ulong)options.Seed, null, cancellation),
                options.CoarseCount,
                options.CoarsePerEntity,
                options.AnchorWeight,
                options.Seed);
        // Reading and partitioning leave garbage larger than what the training needs: give it back to the system.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var model = Empty(graph, userCount, assignment, options, workers);
        model.Initialize(options.Seed, options.BiasInitialization);
        return model;
    }

    /// <summary>The model without parameters, to be restored from a checkpoint.</summary>
    internal static CoarseModel Empty(Graph graph, int userCount, Assignment assignment, CoarseTrainingOptions options, Workers workers) =>
        new(graph, userCount, assignment, options.Dimension, options.Layers, options.Precision, workers) { UpdateRule = options.AssignmentUpdate, MeanPicks = options.CoarseMean };

    /// <summary>A model with a row for every entity, all 0.</summary>
    internal static TableModel Table(Graph graph, int userCount, CoarseTrainingOptions options, Workers workers) =>
        new(graph, userCount, options.Dimension, options.Model == ModelKind.Mf ? 0 : options.Layers, options.Precision, workers);
}
