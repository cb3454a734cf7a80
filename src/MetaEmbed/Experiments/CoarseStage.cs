using System.Diagnostics;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>The coarse stage of a training: partition, first parameters, the loop.</summary>
internal static class CoarseStage
{
    /// <param name="options">Settings.</param>
    /// <param name="context">What the stages share.</param>
    /// <param name="epochs">Receives the epochs trained, also when the training is interrupted.</param>
    /// <param name="cancellation">Interrupts it.</param>
    internal static StageResult Run(CoarseTrainingOptions options, TrainingContext context, Action<int> epochs, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        context.Progress.Prepare(
            TrainingStages.Coarse,
            options.Model == ModelKind.MetaEmbeddings
                ? $"partitioning {context.Graph.NodeCount:N0} users and items into {options.CoarseCount} parts"
                : $"drawing a table of {context.Graph.NodeCount:N0} rows");
        using var model = CoarseModelFactory.Create(context.Graph, context.UserCount, options, context.Workers, cancellation);
        context.Took("coarse.prepare", watch.Elapsed);
        using var trainer = new StageTrainer(context.Split.Train, model, options, options.L2Factor, context.Workers);
        var schedule = new TwoPhaseSchedule(options);
        using var loop = new StageLoop(TrainingStages.Coarse, trainer, schedule, options.Cutoffs, context);
        try
        {
            return loop.Run(cancellation);
        }
        finally
        {
            epochs(loop.Epoch);
        }
    }
}
