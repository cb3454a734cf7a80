using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed presets</c>: lists the presets.</summary>
internal static class PresetsCommand
{
    public static Command Build()
    {
        var json = CommonOptions.Json();
        var command = new Command("presets", "Lists the presets and what they set.");
        command.Add(json);
        command.WithExamples("metaembed presets", "metaembed train --data DIR --run runs/first --preset published");
        command.SetAction(parsed =>
        {
            PresetsView.Show(Screen.Open(parsed.GetValue(json)), Presets.All);
            return ExitCodes.Done;
        });
        return command;
    }
}
