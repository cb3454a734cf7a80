using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Storage;

namespace MetaEmbed.Cli.Commands;

/// <summary>Gathers what a run folder holds for its pictures and its report.</summary>
internal static class RunReport
{
    /// <summary>Draws the curves into the run folder, where there are any, and writes the report beside them.</summary>
    /// <param name="layout">The run.</param>
    /// <param name="beside">Curves to draw dashed, by stage; null for none.</param>
    /// <param name="samples">Recommendations for some users.</param>
    /// <returns>The report's path.</returns>
    public static string Write(RunLayout layout, IReadOnlyDictionary<string, Curve>? beside, IReadOnlyList<Sample> samples)
    {
        var stages = StageCurves.Of(layout, beside);
        StageCurves.Save(stages, layout);
        AtomicFile.WriteText(layout.Report, ReportPage.Html(Gather(layout, stages, samples)));
        return layout.Report;
    }

    private static Report Gather(RunLayout layout, IReadOnlyList<StageCurves> curves, IReadOnlyList<Sample> samples)
    {
        var manifest = RunManifest.Load(layout.Manifest);
        var data = manifest.Dataset;
        var facts = new List<(string, IReadOnlyList<(string, string)>)>();
        foreach (var (stage, settings) in RunSettings.Read(layout.Settings))
            facts.Add(($"Settings, {Named(stage)}", [.. settings.Select(pair => (pair.Key, pair.Value))]));
        facts.Add(("Data",
        [
            ("name", data.Name), ("content hash", data.Hash), ("users", $"{data.Users:N0}"), ("items", $"{data.Items:N0}"),
            ("training interactions", $"{data.Train:N0}"), ("validation interactions", $"{data.Validation:N0}"), ("test interactions", $"{data.Test:N0}"),
        ]));
        facts.Add(("Time", [.. manifest.Timings.Select(pair => (pair.Key, Durations.Text(TimeSpan.FromSeconds(pair.Value))))]));
        facts.Add(("Machine",
        [
            ("processor", manifest.Machine.Processor), ("cores", $"{manifest.Machine.Cores}"), ("threads used", $"{manifest.Threads}"),
            ("system", manifest.Machine.System), (".NET", manifest.Machine.Runtime), ("metaembed", manifest.ProjectVersion),
        ]));
        var epochs = string.Concat(curves.Select(stage => $", {stage.Curve.LastEpoch} epochs of the {stage.Stage} stage"));
        return new Report(
            $"{data.Name}, {layout.Name}",
            $"{data.Users:N0} users, {data.Items:N0} items. Preset {manifest.Preset}, {manifest.State.ToString().ToLowerInvariant()}{epochs}.",
            curves.Count == 0 ? [Stage(layout, manifest.Preset, null)] : [.. curves.Select(stage => Stage(layout.Stage(stage.Stage), Named(stage.Stage), stage))],
            samples,
            facts);
    }

    private static string Named(string stage) => TrainingStages.All.Contains(stage) ? $"{stage} stage" : stage;

    private static ReportStage Stage(RunLayout stage, string name, StageCurves? curves) => new(
        name,
        File.Exists(stage.Results) ? ResultsTable.Read(stage.Results) : [],
        File.Exists(stage.Evaluations) ? EvaluationsTable.Read(stage.Evaluations) : [],
        curves);
}
