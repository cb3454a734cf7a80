using System.Diagnostics;
using MetaEmbed.Graphs.Partitioning;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>The fine stage of a training: the coarse checkpoint, the start of F and S2, the loop.</summary>
internal static class FineStage
{
    /// <param name="coarse">Settings of the coarse stage.</param>
    /// <param name="options">Settings of the fine one.</param>
    /// <param name="context">What the stages share; its folder has the coarse checkpoint.</param>
    /// <param name="epochs">Receives the epochs trained, also when the training is interrupted.</param>
    /// <param name="cancellation">Interrupts it.</param>
    internal static StageResult Run(
        CoarseTrainingOptions coarse, FineTrainingOptions options, TrainingContext context, Action<int> epochs, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        context.Progress.Prepare(TrainingStages.Fine, $"starting {options.FineCount} fine meta-embeddings from {coarse.CoarseCount} coarse ones");
        using var model = Create(coarse, options, context, cancellation);
        context.Took("fine.prepare", watch.Elapsed);
        using var trainer = new StageTrainer(context.Split.Train, model, options, coarse.L2Factor, context.Workers);
        var schedule = new TwoPhaseSchedule(options);
        using var loop = new StageLoop(TrainingStages.Fine, trainer, schedule, coarse, context);
        try
        {
            return loop.Run(cancellation);
        }
        finally
        {
            epochs(loop.Epoch);
        }
    }

    /// <summary>Copies what the fine stage needs of another run: its coarse checkpoint.</summary>
    /// <param name="from">The other run.</param>
    /// <param name="context">What the stages share.</param>
    /// <exception cref="UserMistakeException">The other run has no coarse checkpoint, or was trained on other data.</exception>
    internal static void Import(StoredRun from, TrainingContext context)
    {
        var target = context.StoreOf(TrainingStages.Coarse);
        if (target.TryLoad(CheckpointStore.BestUpdating) is { } present)
        {
            present.Dispose();
            return;
        }

        using var checkpoint = from.LoadCoarseCheckpoint();
        AtomicFile.Write(PrepareFolder(target.PathOf(CheckpointStore.BestUpdating)), File.ReadAllBytes(checkpoint.Path));
    }

    /// <summary>The model at its start, or without its own parameters where they come from a checkpoint.</summary>
    private static FineModel Create(CoarseTrainingOptions coarse, FineTrainingOptions options, TrainingContext context, CancellationToken cancellation)
    {
        var store = context.StoreOf(TrainingStages.Coarse);
        using var checkpoint = store.TryLoad(CheckpointStore.BestUpdating) ?? store.TryLoad(CheckpointStore.BestFixed)
            ?? throw new UserMistakeException(store.Folder, null, "there is no coarse checkpoint", "train --stage coarse first, or name another run by --from");
        using var codebook = CodebookOf(checkpoint, coarse);
        var entities = context.Graph.NodeCount;
        var assignment = CoarseTensors.ReadAssignment(checkpoint, "assignment", entities, coarse.CoarseCount, coarse.CoarsePerEntity);
        var itemBias = checkpoint.Values<float>("item_bias", entities - context.UserCount);
        var seed = (ulong)options.Seed;
        Assignment fineAssignment;
        Matrix fine;
        if (options.Initialization == FineInitialization.Random)
        {
            var (picks, weights) = FineAssignmentInitializer.FromRandom(coarse.CoarseCount, options.FineCount, options.FinePerCoarse, seed);
            fineAssignment = new Assignment(options.FineCount, options.FinePerCoarse, picks, weights);
            fine = FineCodebookInitializer.FromNormal(options.FineCount, coarse.Dimension, seed);
        }
        else
        {
            var parts = GraphPartitioner.Partition(context.Graph, options.FineCount, seed, null, cancellation);
            var (picks, weights) = FineAssignmentInitializer.FromPartition(
                parts, options.FineCount, assignment.Picks, assignment.Weights, coarse.CoarseCount, options.FinePerCoarse);
            fineAssignment = new Assignment(options.FineCount, options.FinePerCoarse, picks, weights);
            var components = new SparsePcaOptions { Components = Math.Min(options.Components, coarse.Dimension) };
            fine = options.Initialization == FineInitialization.Zero
                ? new Matrix(options.FineCount, coarse.Dimension)
                : FineCodebookInitializer.FromSparseComponents(codebook, options.FineCount, seed, components);
        }

        using (fine)
        {
            return Model(coarse, options, context.Graph, context.UserCount, assignment, fineAssignment, codebook, fine, itemBias, context.Workers);
        }
    }

    internal static FineModel Model(
        CoarseTrainingOptions coarse,
        FineTrainingOptions options,
        Graphs.Graph graph,
        int userCount,
        Assignment assignment,
        Assignment fineAssignment,
        Matrix codebook,
        Matrix fine,
        ReadOnlySpan<float> itemBias,
        Workers workers)
    {
        var settings = new FineModelSettings(coarse.Layers, options.Threshold, options.Gate, options.FreezeFine, options.TrainCoarse, coarse.Precision);
        return new FineModel(graph, userCount, assignment, fineAssignment, codebook, fine, itemBias, settings, workers);
    }

    /// <summary>C of a coarse checkpoint, c x d.</summary>
    internal static Matrix CodebookOf(TrainingCheckpoint checkpoint, CoarseTrainingOptions coarse)
    {
        var codebook = new Matrix(coarse.CoarseCount, coarse.Dimension);
        checkpoint.Values<float>("codebook", coarse.CoarseCount, coarse.Dimension).CopyTo(codebook.AsSpan());
        return codebook;
    }

    private static string PrepareFolder(string file)
    {
        StorageFailure.CreateFolder(Path.GetDirectoryName(file)!);
        return file;
    }
}
