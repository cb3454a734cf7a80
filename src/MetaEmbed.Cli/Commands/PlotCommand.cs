using System.CommandLine;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed plot</c>: draws the curves of a run, what several runs reached by when, or a table of model files.</summary>
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
        var times = new Option<string[]>("--times")
        {
            Description = "In place of a run: several runs, whose validation metrics are drawn by wall time on a logarithmic axis.",
            HelpName = "RUN...",
            AllowMultipleArgumentsPerToken = true,
        };
        var beside = new BesideOptions();
        var into = new Option<string?>("--into") { Description = "Folder for the pictures (curves.svg and curves.png, curves-fine.svg and curves-fine.png; times.svg and times.png; files.svg and files.png); the run's own, the first of several, or the one of the table, if not given.", HelpName = "DIR" };
        var command = new Command("plot", "Draws the curves of a run, metrics by wall time of several, or NDCG by bytes of model files, as SVG and PNG.");
        command.Add(run);
        command.Add(files);
        command.Add(times);
        beside.AddTo(command);
        command.Add(into);
        command.WithExamples("metaembed plot --run runs/gowalla", "metaembed plot --run runs/gowalla --beside published.csv --into docs/results", "metaembed plot --times runs/fast runs/best runs/table --into pictures", "metaembed plot --files files.csv --into pictures");
        command.SetAction(parsed =>
        {
            var (one, table, several) = (parsed.GetValue(run), parsed.GetValue(files), parsed.GetValue(times) ?? []);
            var given = new[] { ("--run", one is not null), ("--times", several.Length > 0), ("--files", table is not null) }.Where(option => option.Item2).Select(option => option.Item1).ToList();
            if (given.Count != 1)
                throw new UserMistakeException(given.Count == 0 ? "none of --run, --times and --files is given" : $"{string.Join(" and ", given)} are both given", "give one of them");
            if (table is not null)
            {
                var figures = FileFigures.Read(table);
                return Save(parsed.GetValue(into) ?? Path.GetDirectoryName(Path.GetFullPath(table))!, "files", (svg, png) => FilePicture.Save(figures, svg, png));
            }

            if (several.Length > 0)
            {
                var runs = several.Select(RunLayout.Find).ToList();
                var curves = runs.ConvertAll(TimeCurve.OfRun);
                return Save(parsed.GetValue(into) ?? runs[0].Root, "times", (svg, png) => TimePicture.Save(curves, svg, png));
            }

            var layout = RunLayout.Find(one!);
            var target = new RunLayout(parsed.GetValue(into) ?? layout.Root);
            var stages = StageCurves.Of(layout, beside.Read(parsed));
            Directory.CreateDirectory(target.Root);
            WrittenView.Show(Screen.Open(false), StageCurves.Save(stages, target));
            return ExitCodes.Done;
        });
        return command;
    }

    private static int Save(string folder, string name, Action<string, string> save)
    {
        Directory.CreateDirectory(folder);
        var (svg, png) = (Path.Combine(folder, name + ".svg"), Path.Combine(folder, name + ".png"));
        save(svg, png);
        WrittenView.Show(Screen.Open(false), svg, png);
        return ExitCodes.Done;
    }
}
