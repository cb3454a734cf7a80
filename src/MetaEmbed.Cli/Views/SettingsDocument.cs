using System.Text;
using MetaEmbed.Experiments;
using MetaEmbed.Experiments.Ablations;
using MetaEmbed.Serving;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Views;

/// <summary>The reference of settings, written from the options records; a test keeps the files in step.</summary>
internal static class SettingsDocument
{
    public static string Reference()
    {
        var text = new StringBuilder();
        text.Append("""
            # Settings

            Written by `metaembed docs write` from the options records; do not edit by hand. A setting of the coarse stage has
            the same name on the command line (`--learning-rate 0.003`), in a config file (`learning-rate = 0.003` below
            `[coarse]`, see [sample-config.toml](sample-config.toml)) and in a run's settings. A setting of the fine stage has
            its name of the table below `[fine]` and in a run's settings; on the command line it begins with `--fine-`
            (`--fine-learning-rate 0.003`). What is given on the command line is stronger than the config file, and the config
            file is stronger than the preset. Words: [vocabulary.md](vocabulary.md).

            `--max-epochs` and `--seed` hold for both stages; `--fine-max-epochs` and `--fine-seed` say otherwise for the fine
            one. In a config file each table speaks of its own stage only. With `--stage fine --from RUN` the coarse settings
            are that run's: a `[coarse]` table is not used then, and an option of the coarse stage is refused.

            ## Coarse stage

            | setting | default | allowed | what it is |
            |---|---|---|---|

            """);
        foreach (var setting in Settings<CoarseTrainingOptions>.All)
            text.Append($"| `{setting.Name}` | {setting.Text(new CoarseTrainingOptions())} | {setting.Allowed} | {setting.Description} |\n");
        text.Append("""

            ## Fine stage

            Dimension, layers, L2 factor, cut-offs, precision and the seed of the validation split are those of the coarse stage.

            | setting | option | default | allowed | what it is |
            |---|---|---|---|---|

            """);
        foreach (var setting in Settings<FineTrainingOptions>.All)
        {
            text.Append(
                $"| `{setting.Name}` | `--{FineNames.Of(setting.Name)}` | {setting.Text(new FineTrainingOptions())} | {setting.Allowed} | {setting.Description} |\n");
        }

        text.Append("""

            ## Ablations

            `metaembed ablate` takes these on the command line, beside the settings of a training that its study does not set
            itself. See [ablation.md](ablation.md).

            | setting | default | allowed | what it is |
            |---|---|---|---|

            """);
        foreach (var setting in Settings<AblationOptions>.All)
            text.Append($"| `{setting.Name}` | {setting.Text(new AblationOptions())} | {setting.Allowed} | {setting.Description} |\n");
        text.Append("""

            ## Serving

            `metaembed serve` takes these on the command line, or from the environment: `METAEMBED_` and the name in capitals with
            underscores, as in `METAEMBED_MAX_K=100`. See [serving.md](serving.md).

            | setting | default | allowed | what it is |
            |---|---|---|---|

            """);
        foreach (var setting in ServingSettings.All)
            text.Append($"| `{setting.Name}` | {setting.Read(new ServingOptions())} | {setting.Allowed} | {setting.Description} |\n");
        text.Append("""

            ## Presets

            Where none is named it is `fast`. `published` on a dataset whose folder is called `yelp2020` (in any case) is
            `published-yelp2020`. A batch size or a number of meta-embeddings of 0 grows with the data.

            | preset | what it is | coarse, differs from the defaults in | fine, differs from the defaults in |
            |---|---|---|---|

            """);
        foreach (var preset in Presets.All)
            text.Append($"| `{preset.Name}` | {preset.Description} | {Changes(preset.Coarse)} | {Changes(preset.Fine)} |\n");
        text.Append("""

            ## From the official Python flags

            The official code trains one stage at a call, and a flag means the stage of the call; here both stages go by one
            command, with a setting for each.

            | official flag | coarse stage | fine stage | what is better here |
            |---|---|---|---|

            """);
        OfficialFlags.Write(text);
        return text.ToString();
    }

    public static string SampleConfig()
    {
        var text = new StringBuilder();
        text.Append("""
            # A config file for 'metaembed train --config FILE', with every key at its default.
            # Written by 'metaembed docs write' from the options records; copy it and keep the lines that you change.

            # Settings to start from; 'metaembed presets' lists them. Without this line: "fast".
            preset = "published"

            # Threads to work with; 0 for one per processor.
            threads = 0

            """);
        Table<CoarseTrainingOptions>(text, TrainingStages.Coarse);
        Table<FineTrainingOptions>(text, TrainingStages.Fine);
        return text.ToString();
    }

    private static void Table<TOptions>(StringBuilder text, string stage)
        where TOptions : class, new()
    {
        var defaults = new TOptions();
        text.Append($"\n[{stage}]\n");
        foreach (var setting in Settings<TOptions>.All)
        {
            var value = setting.Text(defaults);
            var written = setting.IsList ? $"[{value.Replace(",", ", ", StringComparison.Ordinal)}]" : setting.IsWord ? $"\"{value}\"" : value;
            text.Append($"\n# {setting.Description}\n# Give {setting.Allowed}.\n{setting.Name} = {written}\n");
        }
    }

    private static string Changes<TOptions>(TOptions options)
        where TOptions : class, new()
    {
        var defaults = new TOptions();
        var changes = Settings<TOptions>.All
            .Where(setting => setting.Text(options) != setting.Text(defaults))
            .Select(setting => $"`{setting.Name}` {setting.Text(options)}");
        return string.Join(", ", changes) is { Length: > 0 } some ? some : "nothing";
    }
}
