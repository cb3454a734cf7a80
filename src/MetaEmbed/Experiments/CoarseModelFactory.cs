using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Makes a coarse model as the settings say: partition, first assignment, first parameters.</summary>
internal static class CoarseModelFactory
{
    /// <param name="graph">Users and items of the training set.</param>
    /// <param name="userCount">U.</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">Threads; owned by the caller.</param>
    /// <param name="cancellation">Stops the partitioning.</param>
    internal static CoarseModel Create(Graph graph, int userCount, CoarseTrainingOptions options, Workers workers, CancellationToken cancellation)
    {
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
        new(graph, userCount, assignment, options.Dimension, options.Layers, options.Precision, workers) { UpdateRule = options.AssignmentUpdate };
}
