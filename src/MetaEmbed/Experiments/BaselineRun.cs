using System.Diagnostics;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Models.Baselines;
using MetaEmbed.Numerics;

namespace MetaEmbed.Experiments;

/// <summary>Which baseline to evaluate on what.</summary>
/// <param name="DataFolder">Folder with train.txt and test.txt.</param>
/// <param name="Baseline">One of <see cref="BaselineRun.Names"/>.</param>
/// <param name="Splits">valid, test, or both.</param>
/// <param name="RunFolder">Folder that keeps the run; null for none.</param>
/// <param name="Threads">Threads, 0 for one per processor.</param>
public sealed record BaselineRequest(string DataFolder, string Baseline, IReadOnlyList<string> Splits, string? RunFolder = null, int Threads = 0)
{
    /// <summary>Cut-offs and split.</summary>
    public BaselineOptions Options { get; init; } = new();

    /// <summary>Settings of item-knn.</summary>
    public ItemKnnOptions ItemKnn { get; init; } = new();
}

/// <summary>What a baseline reached.</summary>
/// <param name="Baseline">Its name.</param>
/// <param name="Options">What was evaluated.</param>
/// <param name="Results">Metrics by split.</param>
/// <param name="Timings">Seconds of load, fit and evaluate.</param>
public sealed record BaselineResult(
    string Baseline, EvaluationOptions Options, IReadOnlyDictionary<string, EvaluationResult> Results, IReadOnlyDictionary<string, double> Timings);

/// <summary>
/// Fits a baseline and evaluates it by the protocol of all other models; with a run folder its results lie in the same
/// files as those of a training, under the baseline's name in place of a checkpoint's.
/// </summary>
public static class BaselineRun
{
    /// <summary>Name of <see cref="Models.Baselines.Popularity"/>.</summary>
    public const string Popularity = "popularity";

    /// <summary>Name of <see cref="Models.Baselines.ItemKnn"/>.</summary>
    public const string ItemKnn = "item-knn";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Popularity, ItemKnn];

    /// <summary>Fits and evaluates.</summary>
    /// <param name="request">What on what.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UserMistakeException">Data, names or folder are wrong.</exception>
    public static BaselineResult Execute(BaselineRequest request, CancellationToken cancellation = default)
    {
        if (!Names.Contains(request.Baseline))
            throw new UserMistakeException($"there is no baseline '{request.Baseline}'", Spelling.Advice(request.Baseline, [.. Names]));
        if (request.Splits.FirstOrDefault(split => split is not ("valid" or "test")) is { } odd)
            throw new UserMistakeException($"there is no split '{odd}'", "choose valid or test");
        using var folder = request.RunFolder is null ? null : RunFolder.Open(request.RunFolder, resume: false);
        var timings = new Dictionary<string, double>();
        var watch = Stopwatch.StartNew();
        var dataset = DatasetFolder.Open(request.DataFolder);
        var data = ValidationSplit.Create(dataset, request.Options.SplitSeed);
        Took("load");
        using var workers = new Workers(request.Threads);
        IUserScorer scorer = request.Baseline == Popularity
            ? new Popularity(data.Train)
            : Models.Baselines.ItemKnn.Train(data.Train, request.ItemKnn, workers, cancellation);
        Took("fit");
        var options = new EvaluationOptions { Cutoffs = request.Options.Cutoffs };
        var results = new Dictionary<string, EvaluationResult>();
        foreach (var split in request.Splits)
            results[split] = FullRanking.Evaluate(scorer, data.Train, split == "valid" ? data.Validation : data.Test, options, workers, cancellation);
        Took("evaluate");
        var result = new BaselineResult(request.Baseline, options, results, timings);
        if (folder is not null)
            Keep(folder, request, dataset, data, result, workers.Count);
        return result;

        void Took(string what)
        {
            timings[what] = watch.Elapsed.TotalSeconds;
            watch.Restart();
        }
    }

    private static void Keep(RunFolder folder, BaselineRequest request, Dataset dataset, DatasetSplit split, BaselineResult result, int threads)
    {
        var manifest = new RunManifest
        {
            State = RunState.Finished,
            Preset = request.Baseline,
            Dataset = new RunDataset(
                dataset.Name, dataset.ContentHash, dataset.UserCount, dataset.ItemCount, split.Train.Count, split.Validation.Count, split.Test.Count),
            DataFolder = Path.GetFullPath(request.DataFolder),
            Machine = MachineInfo.Current,
            Seeds = new Dictionary<string, long> { ["split"] = request.Options.SplitSeed },
            Threads = threads,
            Sessions = [RunSession.Start(0) with { Seconds = result.Timings.Values.Sum() }],
            Timings = result.Timings,
        };
        folder.Save(manifest with { State = RunState.Running });
        var settings = new Dictionary<string, string>(RunSettings.Of(request.Options));
        if (request.Baseline == ItemKnn)
        {
            foreach (var (name, text) in RunSettings.Of(request.ItemKnn))
                settings[name] = text;
        }

        folder.UseSettings(request.Baseline, settings);
        var table = ResultsTable.Open(folder.Layout.Results, request.Options.Cutoffs);
        var parts = EvaluationsTable.Open(folder.Layout.Evaluations, request.Options.Cutoffs);
        foreach (var (name, metrics) in result.Results)
        {
            table.Put(request.Baseline, 0, new MetricSummary(name, metrics.Users, metrics.Ndcg, metrics.Recall));
            parts.Put(request.Baseline, 0, name, result.Options, metrics);
        }

        folder.Seal(manifest);
    }
}
