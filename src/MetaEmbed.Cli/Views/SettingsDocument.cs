using System.Text;
using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Views;

/// <summary>The reference of settings, written from the options record; a test keeps the file in step.</summary>
internal static class SettingsDocument
{
    /// <summary>Official flags that have no setting of ours, and why.</summary>
    private static readonly (string Flag, string Ours)[] OtherFlags =
    [
        ("dataset_name", "`--data`: a folder, not a name"),
        ("res_prepath, additional_alias", "`--run`: the run's own folder"),
        ("device_id", "`--threads`: processors"),
        ("test_batch", "none: ranking never holds more than a block of users, whatever its size"),
        ("decay", "none: the official code reads it and does not use it"),
        ("sign_ft", "`--stage`"),
        ("(evaluation interval, fixed in the official code)", "`--evaluate-every`"),
        ("(anchor weight, fixed in the official code)", "`--anchor-weight`"),
        ("(seed also draws the validation items)", "`--split-seed`, apart from `--seed`"),
    ];

    public static string Reference()
    {
        var defaults = new CoarseTrainingOptions();
        var text = new StringBuilder();
        text.Append("""
            # Settings

            Written by `metaembed docs write` from the options records; do not edit by hand. The same names hold on the
            command line (`--learning-rate 0.003`), in a config file (`learning-rate = 0.003`, see
            [sample-config.toml](sample-config.toml)) and in a run's settings. What is given on the command line is stronger
            than the config file, and the config file is stronger than the preset. Words: [vocabulary.md](vocabulary.md).

            ## Coarse stage

            | setting | default | allowed | what it is |
            |---|---|---|---|

            """);
        foreach (var setting in Settings<CoarseTrainingOptions>.All)
            text.Append($"| `{setting.Name}` | {setting.Text(defaults)} | {setting.Allowed} | {setting.Description} |\n");
        text.Append("""

            ## Presets

            | preset | what it is | differs from the defaults in |
            |---|---|---|

            """);
        foreach (var preset in Presets.All)
            text.Append($"| `{preset.Name}` | {preset.Description} | {Changes(preset, defaults)} |\n");
        text.Append("""

            ## From the official Python flags

            | official flag | here |
            |---|---|

            """);
        foreach (var setting in Settings<CoarseTrainingOptions>.All.Where(setting => setting.OfficialFlag.Length > 0))
            text.Append($"| `{setting.OfficialFlag}` | `--{setting.Name}` |\n");
        foreach (var (flag, ours) in OtherFlags)
            text.Append($"| {(flag[0] == '(' ? flag : string.Join(", ", flag.Split(", ").Select(name => $"`{name}`")))} | {ours} |\n");
        return text.ToString();
    }

    public static string SampleConfig()
    {
        var defaults = new CoarseTrainingOptions();
        var text = new StringBuilder();
        text.Append("""
            # A config file for 'metaembed train --config FILE', with every key at its default.
            # Written by 'metaembed docs write' from the options records; copy it and keep the lines that you change.

            # Settings to start from; 'metaembed presets' lists them.
            preset = "published"

            # Threads to work with; 0 for one per processor.
            threads = 0

            [coarse]

            """);
        foreach (var setting in Settings<CoarseTrainingOptions>.All)
        {
            var value = setting.Text(defaults);
            var written = setting.IsList ? $"[{value.Replace(",", ", ", StringComparison.Ordinal)}]" : setting.IsWord ? $"\"{value}\"" : value;
            text.Append($"\n# {setting.Description}\n# Give {setting.Allowed}.\n{setting.Name} = {written}\n");
        }

        return text.ToString();
    }

    private static string Changes(Preset preset, CoarseTrainingOptions defaults)
    {
        var changes = Settings<CoarseTrainingOptions>.All
            .Where(setting => setting.Text(preset.Coarse) != setting.Text(defaults))
            .Select(setting => $"`{setting.Name}` {setting.Text(preset.Coarse)}");
        return string.Join(", ", changes) is { Length: > 0 } some ? some : "nothing";
    }
}
