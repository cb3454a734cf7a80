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
        var beside = Beside();
        var name = BesideName();
        var into = new Option<string?>("--into") { Description = "Folder for curves.svg and curves.png; the run's own if not given.", HelpName = "DIR" };
        var command = new Command("plot", "Draws the curves of a run as SVG and PNG.");
        command.Add(run);
        command.Add(beside);
        command.Add(name);
        command.Add(into);
        command.WithExamples("metaembed plot --run runs/gowalla", "metaembed plot --run runs/gowalla --beside published.csv --into docs/results");
        command.SetAction(parsed =>
        {
            var layout = RunLayout.Find(parsed.GetRequiredValue(run));
            var published = parsed.GetValue(beside) is { } file ? Curve.OfTable(file, parsed.GetRequiredValue(name)) : null;
            var target = new RunLayout(parsed.GetValue(into) ?? layout.Root);
            Directory.CreateDirectory(target.Root);
            CurveFigure.Save(Curve.OfRun(layout), published, target.CurvesSvg, target.CurvesPng);
            WrittenView.Show(Screen.Open(false), target.CurvesSvg, target.CurvesPng);
            return ExitCodes.Done;
        });
        return command;
    }

    public static Option<string?> Beside() => new("--beside") { Description = "Another run's table of metrics (CSV), drawn dashed.", HelpName = "FILE" };

    public static Option<string> BesideName() => new("--beside-name") { Description = "What to call it.", HelpName = "NAME", DefaultValueFactory = _ => "published" };
}
