using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed report</c>: writes the report of a run.</summary>
internal static class ReportCommand
{
    public static Command Build()
    {
        var run = CommonOptions.Run();
        var beside = PlotCommand.Beside();
        var name = PlotCommand.BesideName();
        var command = new Command("report", "Writes the report of a run, one HTML file: curves, metrics, settings, timing.");
        command.Add(run);
        command.Add(beside);
        command.Add(name);
        command.WithExamples("metaembed report --run runs/gowalla", "metaembed report --run runs/gowalla --beside published.csv");
        command.SetAction(parsed =>
        {
            var layout = RunLayout.Find(parsed.GetRequiredValue(run));
            var published = parsed.GetValue(beside) is { } file ? Curve.OfTable(file, parsed.GetRequiredValue(name)) : null;
            WrittenView.Show(Screen.Open(false), RunReport.Write(layout, published, []));
            return ExitCodes.Done;
        });
        return command;
    }
}
