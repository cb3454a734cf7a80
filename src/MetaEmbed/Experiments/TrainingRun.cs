using System.Diagnostics;
using MetaEmbed.Data;
using MetaEmbed.Graphs;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>A training from a dataset folder to a run folder.</summary>
public static class TrainingRun
{
    private const string Coarse = "coarse";

    /// <summary>Trains, evaluates and keeps everything in the run folder.</summary>
    /// <param name="request">What to train on what.</param>
    /// <param name="progress">Told where it stands, on the calling thread; null for nobody.</param>
    /// <param name="cancellation">Stops the training after the step under way; the run can then be resumed.</param>
    /// <exception cref="UserMistakeException">Data, settings or folder are wrong, or the disk is full; earlier checkpoints are intact.</exception>
    public static TrainResult Execute(TrainRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var reporter = new ProgressReporter(progress);
        var options = request.Coarse;
        Check(options);
        var timings = new Dictionary<string, double>();
        var watch = Stopwatch.StartNew();
        reporter.Prepare(Coarse, $"reading {request.DataFolder}");
        var dataset = DatasetFolder.Open(request.DataFolder);
        var split = ValidationSplit.Create(dataset, options.SplitSeed);
        timings["load"] = watch.Elapsed.TotalSeconds;

        using var folder = RunFolder.Open(request.RunFolder, request.Resume);
        var data = new RunDataset(
            dataset.Name, dataset.ContentHash, dataset.UserCount, dataset.ItemCount, split.Train.Count, split.Validation.Count, split.Test.Count);
        var settings = Settings<CoarseTrainingOptions>.All.ToDictionary(setting => setting.Name, setting => setting.Text(options));
        folder.RequireSameData(data);
        if (folder.Resumed)
            RunSettings.RequireSame(folder.Layout.Settings, Coarse, settings, "max-epochs");
        // Parameters with two moments, twice for the last checkpoint and once each for three others, and room for logs.
        folder.RequireRoom(40L * (options.CoarseCount * (long)options.Dimension + dataset.ItemCount)
            + 40L * (dataset.UserCount + (long)dataset.ItemCount) * options.CoarsePerEntity + (1 << 20));
        RunSettings.Write(folder.Layout.Settings, new Dictionary<string, IReadOnlyDictionary<string, string>> { [Coarse] = settings });

        using var workers = new Workers(request.Threads);
        var manifest = new RunManifest
        {
            Preset = request.Preset,
            Dataset = data,
            DataFolder = Path.GetFullPath(request.DataFolder),
            Machine = MachineInfo.Current,
            Seeds = new Dictionary<string, long> { ["run"] = options.Seed, ["split"] = options.SplitSeed },
            Threads = workers.Count,
            Sessions = folder.Manifest?.Sessions ?? [],
            Timings = folder.Manifest?.Timings ?? timings,
        };
        var session = RunSession.Start(0);
        manifest = manifest with { Sessions = [.. manifest.Sessions, session] };
        folder.Save(manifest);
        timings = new Dictionary<string, double>(manifest.Timings);

        StageResult? result = null;
        var epochs = 0;
        using (var log = RunLog.Open(folder.Layout.Log))
        {
            log.Write("start", ("data", request.DataFolder), ("preset", request.Preset), ("threads", workers.Count), ("version", RunManifest.CurrentVersion));
            try
            {
                watch.Restart();
                reporter.Prepare(Coarse, $"partitioning {dataset.UserCount + dataset.ItemCount:N0} users and items into {options.CoarseCount} parts");
                using var model = CoarseModelFactory.Create(Graph.Bipartite(split.Train), dataset.UserCount, options, workers, cancellation);
                timings["prepare"] = timings.GetValueOrDefault("prepare") + watch.Elapsed.TotalSeconds;
                using var trainer = new CoarseTrainer(split.Train, model, options, workers);
                var schedule = new TwoPhaseSchedule(options.EvaluateEvery, options.MaxEpochs, options.UpdateEvery, options.FixedPatience, options.UpdatePatience);
                using var loop = new StageLoop(
                    Coarse, trainer, split, options.Cutoffs, schedule, folder.Layout, log, workers, reporter, timings);
                session = session with { FirstEpoch = loop.Epoch };
                try
                {
                    result = loop.Run(cancellation);
                }
                finally
                {
                    epochs = loop.Epoch;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                log.Write("interrupted", ("epoch", epochs));
            }
        }

        session = session with { Seconds = reporter.Elapsed.TotalSeconds };
        manifest = manifest with
        {
            State = result is null ? RunState.Interrupted : RunState.Finished,
            Sessions = [.. manifest.Sessions.SkipLast(1), session],
            Timings = timings,
        };
        if (result is null)
            folder.Save(manifest);
        else
            folder.Seal(manifest);
        reporter.Done();
        return new TrainResult(request.RunFolder, reporter.Elapsed.TotalSeconds, epochs, result?.Validation, result?.Test, result is null);
    }

    private static void Check(CoarseTrainingOptions options)
    {
        if (options.CoarsePerEntity > options.CoarseCount)
        {
            throw new UserMistakeException(
                $"coarse-per-entity {options.CoarsePerEntity} is more than coarse-count {options.CoarseCount}", "an entity cannot pick the same meta-embedding twice");
        }

        if (options.FixedPatience == 0 && options.UpdatePatience == 0)
            throw new UserMistakeException("fixed-patience and update-patience are both 0", "leave one phase to train in");
        if (options.Cutoffs.Length == 0 || options.Cutoffs.Any(cutoff => cutoff < 1) || options.Cutoffs.Distinct().Count() != options.Cutoffs.Length)
            throw new UserMistakeException($"cutoffs {string.Join(',', options.Cutoffs)} are not distinct whole numbers from 1", "give some, such as 5,10,20,50");
    }
}
