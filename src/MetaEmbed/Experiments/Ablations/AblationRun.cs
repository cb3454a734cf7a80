using MetaEmbed.Data;
using MetaEmbed.Inference;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>Trains the points of a study, one after the other, and keeps the table.</summary>
public static class AblationRun
{
    /// <summary>Trains what is not done yet. Points that need the same coarse run share it.</summary>
    /// <param name="request">What to vary on what.</param>
    /// <param name="progress">Told where the training under way stands; null for nobody.</param>
    /// <param name="cancellation">Stops after the step under way; the same request goes on.</param>
    /// <exception cref="UserMistakeException">Data, settings or a folder are wrong, or the disk is full; what was trained is kept.</exception>
    public static AblationResult Execute(AblationRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var from = request.From is null ? null : StoredRun.Open(request.From);
        var dataset = DatasetFolder.Open(request.DataFolder);
        from?.RequireData(dataset);
        var coarse = from?.Options ?? ScaledSettings.For(request.Coarse, dataset.Train);
        request = request with { Fine = ScaledSettings.For(request.Fine, dataset.Train) };
        var points = AblationPlan.Of(request.Study, coarse, request.Fine);
        if (from is not null)
            CheckSource(request.From!, from, points);
        using var folder = AblationFolder.Open(request.Folder, Settings(request, coarse, dataset));
        var table = AblationTable.Open(AblationFolder.TableOf(request.Folder), coarse.Cutoffs);
        var rows = new List<AblationRow>();
        for (var i = 0; i < points.Count; i++)
        {
            var point = points[i];
            Tell(progress, point, $"point {i + 1} of {points.Count}: {Describe(point)}");
            var isSource = from is not null && point.Coarse.CoarseCount == from.Options.CoarseCount;
            var coarseRun = isSource ? request.From! : Path.Combine(request.Folder, point.CoarseRun);
            if (!isSource && !Train(Training(request, point, coarseRun), dataset, progress, cancellation))
                return new AblationResult(request.Folder, points.Count, rows, true);
            var done = Rows(request, point, TrainingStages.Coarse, coarseRun, dataset);
            if (point.FineRun is not null)
            {
                var fineRun = Path.Combine(request.Folder, point.FineRun);
                var training = Training(request, point, fineRun) with { Stage = TrainingStages.Fine, From = coarseRun, Fine = point.Fine! };
                if (!Train(training, dataset, progress, cancellation))
                    return new AblationResult(request.Folder, points.Count, rows, true);
                done = [.. done, .. Rows(request, point, TrainingStages.Fine, fineRun, dataset)];
            }

            table.Put(done);
            rows.AddRange(done);
        }

        return new AblationResult(request.Folder, points.Count, rows, false);
    }

    private static TrainRequest Training(AblationRequest request, AblationPoint point, string run) =>
        new(request.DataFolder, run, request.Preset, point.Coarse, request.Threads, Resume: true);

    /// <summary>Trains a run, or leaves it alone where it is finished; false where it was interrupted.</summary>
    private static bool Train(TrainRequest request, Dataset dataset, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return false;
        var layout = new RunLayout(request.RunFolder);
        if (!File.Exists(layout.Manifest) || RunManifest.Load(layout.Manifest) is not { State: RunState.Finished } manifest)
            return !TrainingRun.Execute(request, progress, cancellation).Interrupted;
        if (manifest.Dataset.Hash != dataset.ContentHash)
            throw new UserMistakeException(layout.Root, null, "the run was trained on other data", "remove the folder, or give another folder for the ablation");
        RunSettings.RequireSame(layout.Settings, TrainingStages.Coarse, RunSettings.Of(request.Coarse));
        if (request.Stage == TrainingStages.Fine)
            RunSettings.RequireSame(layout.Settings, TrainingStages.Fine, RunSettings.Of(request.Fine));
        return true;
    }

    private static List<AblationRow> Rows(AblationRequest request, AblationPoint point, string stage, string run, Dataset dataset)
    {
        var layout = new RunLayout(run);
        var results = ResultsTable.Read(layout.Stage(stage).Results);
        var final = results.Any(row => row.Checkpoint == CheckpointStore.BestUpdating) ? CheckpointStore.BestUpdating : CheckpointStore.BestFixed;
        var weight = ModelWeight.Of(dataset.UserCount, dataset.ItemCount, point.Coarse, stage == TrainingStages.Fine ? point.Fine : null);
        // The last evaluation is the one that ended the stage.
        var epochs = MetricsTable.Read(layout.Stage(stage).Metrics)[^1].Epoch;
        var seconds = RunManifest.Load(layout.Manifest).Timings.Where(pair => pair.Key.StartsWith(stage + ".", StringComparison.Ordinal)).Sum(pair => pair.Value);
        var name = Path.GetRelativePath(request.Folder, run).Replace('\\', '/');
        return
        [
            .. results.Select(row => new AblationRow(
                point, stage, row.Checkpoint, row.Epoch, row.Checkpoint == final, name, weight, epochs, seconds, row.Metrics)),
        ];
    }

    private static void CheckSource(string path, StoredRun from, IReadOnlyList<AblationPoint> points)
    {
        var needed = points.Select(point => point.Coarse.CoarseCount).Distinct().Order().ToArray();
        if (!needed.Contains(from.Options.CoarseCount))
        {
            throw new UserMistakeException(
                path, null, $"the run has {from.Options.CoarseCount} coarse meta-embeddings, and no point of the study has",
                $"leave --from out, or name a run with {string.Join(" or ", needed)}");
        }

        var results = new RunLayout(path).Results;
        if (!File.Exists(results) || ResultsTable.Read(results).Count == 0)
            throw new UserMistakeException(path, null, "the run has no tested coarse stage of its own (results.csv is missing)", "name the run that trained it, to its end");
    }

    /// <summary>All that decides the outcome: a folder is gone on with only if it is the same.</summary>
    private static Dictionary<string, IReadOnlyDictionary<string, string>> Settings(AblationRequest request, CoarseTrainingOptions coarse, Dataset dataset) => new()
    {
        ["ablation"] = new Dictionary<string, string>(RunSettings.Of(request.Study))
        {
            ["data"] = dataset.ContentHash,
            ["from"] = request.From is null ? "none" : Path.GetFullPath(request.From),
        },
        [TrainingStages.Coarse] = RunSettings.Of(coarse),
        [TrainingStages.Fine] = RunSettings.Of(request.Fine),
    };

    private static string Describe(AblationPoint point) => point switch
    {
        { Fine: null } => $"{point.Coarse.CoarseCount} coarse meta-embeddings, no fine ones",
        { Panel: AblationPanels.FixedCoarse or AblationPanels.FixedTotal } => $"{point.Coarse.CoarseCount} coarse and {point.Fine.FineCount} fine meta-embeddings",
        { Panel: AblationPanels.Frozen } => point.Fine.FreezeFine ? "F frozen" : "F trained",
        _ => $"{point.Panel} {RunTable.Cell(point.X)}",
    };

    private static void Tell(IProgress<TrainingProgress>? progress, AblationPoint point, string message) => progress?.Report(new TrainingProgress(
        point.Panel, "prepare", 0, 0, 0, double.NaN, null, double.NegativeInfinity, TimeSpan.Zero, null, message));
}
