using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed plot</c>: draws the curves of a run, or a table of model files.</summary>
internal static class PlotCommand
{
    public static Command Build()
    {
        var run = CommonOptions.Run(required: false);
        var files = new Option<string?>("--files")
        {
            Description = "In place of a run: a CSV of model files with the columns data, model, tuned, what, bytes, ndcg@k; a row without NDCG is a size to compare with.",
            HelpName = "FILE",
        };
        var beside = new BesideOptions();
        var into = new Option<string?>("--into") { Description = "Folder for the pictures (curves.svg and curves.png, curves-fine.svg and curves-fine.png; files.svg and files.png); the run's own, or the one of the table, if not given.", HelpName = "DIR" };
        var command = new Command("plot", "Draws the curves of a run, or NDCG by bytes of model files, as SVG and PNG.");
        command.Add(run);
        command.Add(files);
        beside.AddTo(command);
        command.Add(into);
        command.WithExamples("metaembed plot --run runs/gowalla", "metaembed plot --run runs/gowalla --beside published.csv --into docs/results", "metaembed plot --files files.csv --into pictures");
        command.SetAction(parsed =>
        {
            if ((parsed.GetValue(run) is null) == (parsed.GetValue(files) is null))
                throw new UserMistakeException(parsed.GetValue(run) is null ? "neither --run nor --files is given" : "--run and --files are both given", "give one of them");
            if (parsed.GetValue(files) is { } table)
            {
                var figures = FileFigures.Read(table);
                var folder = parsed.GetValue(into) ?? Path.GetDirectoryName(Path.GetFullPath(table))!;
                Directory.CreateDirectory(folder);
                var (svg, png) = (Path.Combine(folder, "files.svg"), Path.Combine(folder, "files.png"));
                FilePicture.Save(figures, svg, png);
                WrittenView.Show(Screen.Open(false), svg, png);
                return ExitCodes.Done;
            }

            var layout = RunLayout.Find(parsed.GetValue(run)!);
            var target = new RunLayout(parsed.GetValue(into) ?? layout.Root);
            var stages = StageCurves.Of(layout, beside.Read(parsed));
            Directory.CreateDirectory(target.Root);
            WrittenView.Show(Screen.Open(false), StageCurves.Save(stages, target));
            return ExitCodes.Done;
        });
        return command;
    }
}
