using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed report</c>: writes the report of a run.</summary>
internal static class ReportCommand
{
    public static Command Build()
    {
        var run = CommonOptions.Run();
        var beside = new BesideOptions();
        var command = new Command("report", "Writes the report of a run, one HTML file: curves, metrics, settings, timing.");
        command.Add(run);
        beside.AddTo(command);
        command.WithExamples("metaembed report --run runs/gowalla", "metaembed report --run runs/gowalla --beside published.csv");
        command.SetAction(parsed =>
        {
            var layout = RunLayout.Find(parsed.GetRequiredValue(run));
            WrittenView.Show(Screen.Open(false), RunReport.Write(layout, beside.Read(parsed), []));
            return ExitCodes.Done;
        });
        return command;
    }
}
