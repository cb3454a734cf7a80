using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Import.Readers;
using MetaEmbed.Reports;
using MetaEmbed.Storage;

namespace MetaEmbed.Cli.Commands;

/// <summary>Gathers what a run folder holds for its pictures and its report.</summary>
internal static class RunReport
{
    /// <summary>Draws the curves into the run folder, where there are any, and writes the report beside them.</summary>
    /// <param name="layout">The run.</param>
    /// <param name="beside">Curves to draw dashed, by stage; null for none.</param>
    /// <param name="samples">Lists for some users; if there are none, the report chooses users itself.</param>
    /// <param name="dataFolder">The dataset, where it has moved; null for where it lay at training.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="interruption">Stops the ranking.</param>
    /// <returns>The report's path.</returns>
    public static string Write(
        RunLayout layout, IReadOnlyDictionary<string, Curve>? beside, IReadOnlyList<SampleList> samples, string? dataFolder, int threads, CancellationToken interruption)
    {
        var stages = StageCurves.Of(layout, beside);
        StageCurves.Save(stages, layout);
        AtomicFile.WriteText(layout.Report, ReportPage.Html(Gather(layout, stages, samples, dataFolder, threads, interruption)));
        return layout.Report;
    }

    private static ReportFacts? Facts(RunLayout layout, RunManifest manifest, string? dataFolder, int threads, CancellationToken interruption)
    {
        // A baseline keeps no model, and a run that was stopped early has no evaluated checkpoint.
        if (BaselineRun.Names.Contains(manifest.Preset) || !Directory.EnumerateFiles(layout.Root, "best-*.safetensors", SearchOption.AllDirectories).Any())
            return null;
        var fields = CatalogFields.Read(dataFolder ?? manifest.DataFolder, manifest.Dataset.Items);
        return ReportFacts.Of(layout.Root, dataFolder, fields, threads, interruption);
    }

    private static Report Gather(
        RunLayout layout, IReadOnlyList<StageCurves> curves, IReadOnlyList<SampleList> samples, string? dataFolder, int threads, CancellationToken interruption)
    {
        var manifest = RunManifest.Load(layout.Manifest);
        var data = manifest.Dataset;
        var facts = Facts(layout, manifest, dataFolder, threads, interruption);
        var tables = new List<(string, IReadOnlyList<(string, string)>)>();
        foreach (var (stage, settings) in RunSettings.Read(layout.Settings))
            tables.Add(($"Settings, {Named(stage)}", [.. settings.Select(pair => (pair.Key, pair.Value))]));
        if (facts is not null)
            tables.Add(("Size", Size(facts.Size)));
        tables.Add(("Data",
        [
            ("name", data.Name), ("content hash", data.Hash), ("users", $"{data.Users:N0}"), ("items", $"{data.Items:N0}"),
            ("training interactions", $"{data.Train:N0}"), ("validation interactions", $"{data.Validation:N0}"), ("test interactions", $"{data.Test:N0}"),
        ]));
        tables.Add(("Time", [.. manifest.Timings.Select(pair => (pair.Key, Durations.Text(TimeSpan.FromSeconds(pair.Value))))]));
        tables.Add(("Machine",
        [
            ("processor", manifest.Machine.Processor), ("cores", $"{manifest.Machine.Cores}"), ("threads used", $"{manifest.Threads}"),
            ("system", manifest.Machine.System), (".NET", manifest.Machine.Runtime), ("metaembed", manifest.ProjectVersion),
        ]));
        var epochs = string.Concat(curves.Select(stage => $", {stage.Curve.LastEpoch} epochs of the {stage.Stage} stage"));
        return new Report(
            $"{data.Name}, {layout.Name}",
            $"{data.Users:N0} users, {data.Items:N0} items. Preset {manifest.Preset}, {manifest.State.ToString().ToLowerInvariant()}{epochs}.",
            facts,
            curves.Count == 0 ? [Stage(layout, manifest.Preset, null)] : [.. curves.Select(stage => Stage(layout.Stage(stage.Stage), Named(stage.Stage), stage))],
            samples.Count > 0 ? samples : facts?.Samples ?? [],
            manifest.Timings.Where(pair => pair.Key.EndsWith("train", StringComparison.Ordinal) || pair.Key.EndsWith("prepare", StringComparison.Ordinal)).Sum(pair => pair.Value),
            tables,
            RepeatCommands.Of(layout, manifest));
    }

    private static (string, string)[] Size(ModelSize size) =>
    [
        ("codebooks", Html.Bytes(size.Codebooks)), ("all parameters", Html.Bytes(size.Parameters)), ("a row for every user and item", Html.Bytes(size.Table)),
        ("training graph", Html.Bytes(size.Graph)), ("checkpoint file", Html.Bytes(size.Checkpoint)),
    ];

    private static string Named(string stage) => TrainingStages.All.Contains(stage) ? $"{stage} stage" : stage;

    private static ReportStage Stage(RunLayout stage, string name, StageCurves? curves) => new(
        name,
        File.Exists(stage.Results) ? ResultsTable.Read(stage.Results) : [],
        File.Exists(stage.Evaluations) ? EvaluationsTable.Read(stage.Evaluations) : [],
        curves);
}
