using System.Diagnostics;
using MetaEmbed.Data;
using MetaEmbed.Graphs;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>A training from a dataset folder to a run folder.</summary>
public static class TrainingRun
{
    /// <summary>Trains, evaluates and keeps everything in the run folder.</summary>
    /// <param name="request">What to train on what.</param>
    /// <param name="progress">Told where it stands, on the calling thread; null for nobody.</param>
    /// <param name="cancellation">Stops the training after the step under way; the run can then be resumed.</param>
    /// <exception cref="UserMistakeException">Data, settings or folder are wrong, or the disk is full; earlier checkpoints are intact.</exception>
    public static TrainResult Execute(TrainRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var reporter = new ProgressReporter(progress, request.Logger);
        var from = request.From is null ? null : StoredRun.Open(request.From);
        // A fine stage takes over the coarse run's settings with its model.
        var coarse = from is null || request.Stage != TrainingStages.Fine
            ? request.Coarse
            : from.Options with { SplitSeed = request.SplitSeed ?? from.Options.SplitSeed };
        RequestCheck.Check(request, coarse);
        var watch = Stopwatch.StartNew();
        reporter.Prepare(request.Stage == TrainingStages.Fine ? TrainingStages.Fine : TrainingStages.Coarse, $"reading {request.DataFolder}");
        var dataset = DatasetFolder.Open(request.DataFolder);
        var split = ValidationSplit.Create(dataset, coarse.SplitSeed);
        coarse = ScaledSettings.For(coarse, split.Train);
        request = request with { Fine = ScaledSettings.For(request.Fine, split.Train) };
        from?.RequireData(dataset);
        var loading = watch.Elapsed;

        var data = new RunDataset(
            dataset.Name, dataset.ContentHash, dataset.UserCount, dataset.ItemCount, split.Train.Count, split.Validation.Count, split.Test.Count);
        MemoryEstimate.Of(data, coarse, request.Stage == TrainingStages.Coarse ? null : request.Fine, request.Threads == 0 ? Environment.ProcessorCount : request.Threads)
            .Require(request.MemoryLimit);
        using var folder = RunFolder.Open(request.RunFolder, request.Resume);
        folder.RequireSameData(data);
        if (folder.Resumed)
            RequireSameSettings(folder, request, coarse);
        folder.RequireRoom(RoomFor(coarse, dataset));

        reporter.Begin(request, data);
        using var workers = new Workers(request.Threads);
        var manifest = new RunManifest
        {
            Preset = request.Preset,
            Dataset = data,
            DataFolder = Path.GetFullPath(request.DataFolder),
            Machine = MachineInfo.Current,
            Seeds = new Dictionary<string, long> { ["run"] = coarse.Seed, ["split"] = coarse.SplitSeed, ["fine"] = request.Fine.Seed },
            Threads = workers.Count,
            Sessions = [.. folder.Manifest?.Sessions ?? [], RunSession.Start(0)],
            Timings = folder.Manifest?.Timings ?? new Dictionary<string, double>(),
        };
        folder.Save(manifest);
        folder.UseSettings(TrainingStages.Coarse, RunSettings.Of(coarse), Free(coarse));
        if (request.Stage != TrainingStages.Coarse)
            folder.UseSettings(TrainingStages.Fine, RunSettings.Of(request.Fine), Free(request.Fine));

        var context = new TrainingContext(
            split, Graph.Bipartite(split.Train), folder, workers, reporter, new Dictionary<string, double>(manifest.Timings));
        context.Took("load", loading);
        var (result, epochs) = RunStages(request, coarse, from, context, cancellation);
        var session = manifest.Sessions[^1] with { FirstEpoch = context.FirstEpoch ?? 0, Seconds = reporter.Elapsed.TotalSeconds };
        manifest = manifest with
        {
            State = result is null ? RunState.Interrupted : RunState.Finished,
            Sessions = [.. manifest.Sessions.SkipLast(1), session],
            Timings = context.Timings,
            BestEpochs = BestEpochs(folder.Layout),
        };
        if (result is null)
            folder.Save(manifest);
        else
            folder.Seal(manifest);
        var outcome = new TrainResult(request.RunFolder, reporter.Elapsed.TotalSeconds, epochs, result?.Validation, result?.Test, result is null);
        reporter.Done(outcome);
        return outcome;
    }

    /// <summary>The stages asked for, in order; no result where the training was interrupted.</summary>
    private static (StageResult? Result, int Epochs) RunStages(
        TrainRequest request, CoarseTrainingOptions coarse, StoredRun? from, TrainingContext context, CancellationToken cancellation)
    {
        int coarseEpochs = 0, fineEpochs = 0;
        StageResult? result = null;
        try
        {
            if (request.Stage != TrainingStages.Fine)
                result = CoarseStage.Run(coarse, from, context, epochs => coarseEpochs = epochs, cancellation);
            else if (from is not null)
                FineStage.Import(from, context);
            if (request.Stage != TrainingStages.Coarse)
            {
                result = null;
                result = FineStage.Run(coarse, request.Fine, context, epochs => fineEpochs = epochs, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            using var log = RunLog.Open(context.Folder.Layout.Log);
            log.Write("interrupted", ("coarse_epochs", coarseEpochs), ("fine_epochs", fineEpochs));
        }

        return (result, coarseEpochs + fineEpochs);
    }

    private static Dictionary<string, int> BestEpochs(RunLayout layout) => new[] { TrainingStages.Coarse, TrainingStages.Fine }
        .Where(stage => File.Exists(layout.Stage(stage).Results))
        .SelectMany(stage => ResultsTable.Read(layout.Stage(stage).Results).Select(row => (Name: $"{stage}.{row.Checkpoint}", row.Epoch)))
        .DistinctBy(row => row.Name)
        .ToDictionary(row => row.Name, row => row.Epoch);

    private static void RequireSameSettings(RunFolder folder, TrainRequest request, CoarseTrainingOptions coarse)
    {
        if (!File.Exists(folder.Layout.Settings))
            return;
        RunSettings.RequireSame(folder.Layout.Settings, TrainingStages.Coarse, RunSettings.Of(coarse), Free(coarse));
        if (request.Stage != TrainingStages.Coarse)
            RunSettings.RequireSame(folder.Layout.Settings, TrainingStages.Fine, RunSettings.Of(request.Fine), Free(request.Fine));
    }

    /// <summary>Settings that may change when a run is resumed: how long it goes on, unless the learning rate depends on it.</summary>
    private static string[] Free(StageTrainingOptions options) =>
        options.LearningRateCurve == LearningRateCurve.Constant ? ["max-epochs"] : [];

    /// <summary>Bytes that a run writes, about: parameters with two moments and assignments in six checkpoints, and logs.</summary>
    private static long RoomFor(CoarseTrainingOptions coarse, Dataset dataset) =>
        40L * (Rows(coarse, dataset) * (long)coarse.Dimension + dataset.ItemCount)
        + 40L * (dataset.UserCount + (long)dataset.ItemCount) * coarse.CoarsePerEntity + (1 << 20);

    private static int Rows(CoarseTrainingOptions coarse, Dataset dataset) =>
        coarse.Model == ModelKind.MetaEmbeddings ? coarse.CoarseCount : dataset.UserCount + dataset.ItemCount;
}
