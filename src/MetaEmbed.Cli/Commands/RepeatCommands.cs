using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary>The commands that make a run again.</summary>
internal static class RepeatCommands
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Commands for the preset of a run, with the settings that differ from it.</summary>
    public static IReadOnlyList<string> Of(RunLayout layout, RunManifest manifest)
    {
        var data = manifest.DataFolder.Length == 0 ? "DIR" : Path.GetFileName(Path.TrimEndingDirectorySeparator(manifest.DataFolder));
        if (BaselineRun.Names.Contains(manifest.Preset))
            return [$"metaembed baseline {manifest.Preset} --data {Quoted(data)} --run {Quoted(layout.Name)}{Given(RunSettings.Read(layout.Settings)[manifest.Preset], Nothing, "")}"];
        var preset = Presets.All.FirstOrDefault(known => known.Name == manifest.Preset);
        var line = $"metaembed train --data {Quoted(data)} --run {Quoted(layout.Name)}";
        line += preset is null ? "" : $" --preset {preset.Name}";
        foreach (var (stage, settings) in RunSettings.Read(layout.Settings))
        {
            var usual = stage != TrainingStages.Fine ? preset?.Coarse is { } coarse ? RunSettings.Of(coarse) : null
                : preset?.Fine is { } fine ? RunSettings.Of(fine) : null;
            line += Given(settings, usual ?? Nothing, stage == TrainingStages.Fine ? "fine-" : "");
        }

        return [$"# data: {manifest.Dataset.Name}, content hash {manifest.Dataset.Hash}; metaembed {manifest.ProjectVersion}", line, $"metaembed report --run {Quoted(layout.Name)}"];
    }

    private static string Given(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> usual, string prefix) =>
        string.Concat(settings.Where(pair => usual.GetValueOrDefault(pair.Key) != pair.Value).Select(pair => $" --{prefix}{pair.Key} {Quoted(pair.Value)}"));

    private static string Quoted(string text) => text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
}
