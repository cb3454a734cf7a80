using System.Diagnostics;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>The coarse stage of a training: partition, first parameters, the loop.</summary>
internal static class CoarseStage
{
    /// <param name="options">Settings.</param>
    /// <param name="from">The run whose item rows a folded table starts from; null to draw them.</param>
    /// <param name="context">What the stages share.</param>
    /// <param name="epochs">Receives the epochs trained, also when the training is interrupted.</param>
    /// <param name="cancellation">Interrupts it.</param>
    internal static StageResult Run(
        CoarseTrainingOptions options, StoredRun? from, TrainingContext context, Action<int> epochs, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        context.Progress.Prepare(TrainingStages.Coarse, Preparation(options, context.Graph.NodeCount));
        using var model = Model(options, from, context, cancellation);
        context.Took("coarse.prepare", watch.Elapsed);
        using var trainer = Trainer(model, options, context);
        var schedule = new TwoPhaseSchedule(options);
        using var loop = new StageLoop(TrainingStages.Coarse, trainer, schedule, options, context);
        try
        {
            return loop.Run(cancellation);
        }
        finally
        {
            epochs(loop.Epoch);
        }
    }

    private static string Preparation(CoarseTrainingOptions options, int entities) => options switch
    {
        { Model: ModelKind.MetaEmbeddings, Initialization: AssignmentInitialization.Random } => $"drawing meta-embeddings for {entities:N0} users and items",
        { Model: ModelKind.MetaEmbeddings } => $"partitioning {entities:N0} users and items into {options.CoarseCount} parts",
        { UserRows: UserRowKind.Folded } => "drawing a table of the items",
        _ => $"drawing a table of {entities:N0} rows",
    };

    private static IDisposable Model(CoarseTrainingOptions options, StoredRun? from, TrainingContext context, CancellationToken cancellation)
    {
        if (options.UserRows == UserRowKind.Own)
            return CoarseModelFactory.Create(context.Graph, context.UserCount, options, context.Workers, cancellation);
        var folded = new FoldedModel(context.Split.Train, options.Dimension);
        if (from is null)
        {
            folded.Initialize(options.Seed);
            return folded;
        }

        if (from.Options.Dimension != options.Dimension)
        {
            throw new UserMistakeException(
                $"the rows of the run given by --from have dimension {from.Options.Dimension}, these {options.Dimension}", $"give --dimension {from.Options.Dimension}");
        }

        using var rows = from.RankingRows(context.Split.Train, context.Workers);
        folded.Start(rows.Rows, rows.UserCount, rows.ItemBias);
        return folded;
    }

    private static IStageTrainer Trainer(IDisposable model, CoarseTrainingOptions options, TrainingContext context) =>
        model is FoldedModel folded
            ? new FoldedTrainer(context.Split.Train, folded, options, context.Workers)
            : new StageTrainer(context.Split.Train, (IStageModel)model, options, options.L2Factor, context.Workers);
}
