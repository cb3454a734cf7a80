using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed plot</c>: draws the curves of a run.</summary>
internal static class PlotCommand
{
    public static Command Build()
    {
        var run = CommonOptions.Run();
        var beside = new BesideOptions();
        var into = new Option<string?>("--into") { Description = "Folder for the pictures (curves.svg and curves.png, curves-fine.svg and curves-fine.png); the run's own if not given.", HelpName = "DIR" };
        var command = new Command("plot", "Draws the curves of a run as SVG and PNG.");
        command.Add(run);
        beside.AddTo(command);
        command.Add(into);
        command.WithExamples("metaembed plot --run runs/gowalla", "metaembed plot --run runs/gowalla --beside published.csv --into docs/results");
        command.SetAction(parsed =>
        {
            var layout = RunLayout.Find(parsed.GetRequiredValue(run));
            var target = new RunLayout(parsed.GetValue(into) ?? layout.Root);
            var stages = StageCurves.Of(layout, beside.Read(parsed));
            Directory.CreateDirectory(target.Root);
            WrittenView.Show(Screen.Open(false), StageCurves.Save(stages, target));
            return ExitCodes.Done;
        });
        return command;
    }
}
