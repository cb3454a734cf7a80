using System.CommandLine;
using MetaEmbed.Cli.Plots;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed plot</c>: draws the curves of a run.</summary>
internal static class PlotCommand
{
    public static Command Build()
    {
        var run = CommonOptions.Run();
        var beside = new Option<string?>("--beside") { Description = "Another run's table of metrics (CSV), drawn dashed.", HelpName = "FILE" };
        var name = new Option<string>("--beside-name") { Description = "What to call it.", HelpName = "NAME", DefaultValueFactory = _ => "published" };
        var into = new Option<string?>("--into") { Description = "Folder for curves.svg and curves.png; the run's own if not given.", HelpName = "DIR" };
        var command = new Command("plot", "Draws the curves of a run as SVG and PNG.");
        command.Add(run);
        command.Add(beside);
        command.Add(name);
        command.Add(into);
        command.WithExamples("metaembed plot --run runs/gowalla", "metaembed plot --run runs/gowalla --beside published.csv --into docs/results");
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(run);
            var curve = Curve.Read(Path.Combine(folder, "metrics.csv"), Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
            var published = parsed.GetValue(beside) is { } file ? Curve.Read(file, parsed.GetRequiredValue(name)) : null;
            var target = parsed.GetValue(into) ?? folder;
            Directory.CreateDirectory(target);
            CurveFigure.Save(curve, published, Path.Combine(target, "curves.svg"), Path.Combine(target, "curves.png"));
            return ExitCodes.Done;
        });
        return command;
    }
}
