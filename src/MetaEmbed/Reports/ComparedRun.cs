using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Explanations;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Models.Baselines;
using MetaEmbed.Numerics;

namespace MetaEmbed.Reports;

/// <summary>A run beside others.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Preset">Its preset, or the baseline's name.</param>
/// <param name="Metrics">Means over users with intervals, by metric and cut-off.</param>
/// <param name="Activity">By activity of users.</param>
/// <param name="Lists">What its lists hold together; null for a baseline.</param>
/// <param name="Size">What its model weighs; null for a baseline.</param>
/// <param name="TrainSeconds">Seconds of training, by the manifest: everything but loading and evaluating.</param>
/// <param name="Settings">Its settings, by name; those of a fine stage begin with fine-.</param>
public sealed record ComparedRun(
    string Name,
    string Preset,
    IReadOnlyList<(string Metric, int Cutoff, Interval Value)> Metrics,
    IReadOnlyList<ActivityGroup> Activity,
    ListFacts? Lists,
    ModelSize? Size,
    double TrainSeconds,
    IReadOnlyDictionary<string, string> Settings)
{
    internal RankedUsers? Ranked { get; private init; }

    /// <summary>Opens a run, ranks, and describes it.</summary>
    internal static ComparedRun Of(string folder, string? dataFolder, IReadOnlyList<int>? cutoffs, int threads, CancellationToken cancellation)
    {
        var layout = RunLayout.Find(folder);
        var manifest = RunManifest.Load(layout.Manifest);
        var stages = RunSettings.Read(layout.Settings);
        var settings = new Dictionary<string, string>();
        foreach (var (stage, texts) in stages)
        {
            foreach (var (name, text) in texts)
                settings[stage == TrainingStages.Fine ? "fine-" + name : name] = text;
        }

        var training = manifest.Timings.Where(pair => !pair.Key.Contains("load", StringComparison.Ordinal) && !pair.Key.Contains("evaluate", StringComparison.Ordinal)).Sum(pair => pair.Value);
        if (BaselineRun.Names.Contains(manifest.Preset))
        {
            var baseline = Baseline(manifest, settings, dataFolder, cutoffs, threads, cancellation);
            return Describe(layout.Name, manifest.Preset, baseline, null, training, settings);
        }

        using var model = OpenedModel.Open(folder, dataFolder, threads);
        var ranked = RankedUsers.Of(model, cutoffs ?? model.Run.Options.Cutoffs, threads, cancellation);
        return Describe(layout.Name, manifest.Preset, ranked, ModelSize.Of(model), training, settings);
    }

    private static ComparedRun Describe(string name, string preset, RankedUsers ranked, ModelSize? size, double seconds, Dictionary<string, string> settings)
    {
        var k = ranked.UsualCutoff;
        return new ComparedRun(
            name,
            preset,
            ranked.Metrics(),
            ActivityGroup.Of(ranked.Users, ranked.Split.Train, ranked.PerUser.Column("ndcg", k), ranked.PerUser.Column("recall", k)),
            ranked.Lists is { } lists ? ListFacts.Of(lists, k, ranked.Split.Train, ranked.Split.Test) : null,
            size,
            seconds,
            settings)
        {
            Ranked = ranked,
        };
    }

    // A baseline keeps no model, and needs none: it is fitted again, to the same bits.
    private static RankedUsers Baseline(
        RunManifest manifest, Dictionary<string, string> settings, string? dataFolder, IReadOnlyList<int>? cutoffs, int threads, CancellationToken cancellation)
    {
        var dataset = DatasetFolder.Open(dataFolder ?? manifest.DataFolder);
        if (dataset.ContentHash != manifest.Dataset.Hash)
            throw new UserMistakeException(dataset.Name, null, $"the baseline {manifest.Preset} was evaluated on other data", "name the folder with --data");
        var options = Parse<BaselineOptions>(settings);
        var split = ValidationSplit.Create(dataset, options.SplitSeed);
        using var workers = new Workers(threads);
        IUserScorer scorer = manifest.Preset == BaselineRun.Popularity ? new Popularity(split.Train) : ItemKnn.Train(split.Train, Parse<ItemKnnOptions>(settings), workers, cancellation);
        return RankedUsers.Of(scorer, split, cutoffs ?? options.Cutoffs, threads, cancellation);
    }

    private static TOptions Parse<TOptions>(Dictionary<string, string> settings)
        where TOptions : class, new() =>
        Settings<TOptions>.Apply(new TOptions(), Settings<TOptions>.All.Where(setting => settings.ContainsKey(setting.Name)).Select(setting => new SettingText(setting.Name, settings[setting.Name], "settings.json")));
}
