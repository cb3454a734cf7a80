using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed report</c>: writes the report of a run.</summary>
internal static class ReportCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run();
        var beside = new BesideOptions();
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var threads = CommonOptions.Threads();
        var command = new Command("report", "Writes the report of a run, one HTML file: quality with intervals, curves, users and items, meta-embeddings, a map, sample lists, settings.");
        command.Add(run);
        beside.AddTo(command);
        command.Add(data);
        command.Add(threads);
        command.WithExamples("metaembed report --run runs/gowalla", "metaembed report --run runs/gowalla --beside published.csv");
        command.SetAction(parsed =>
        {
            var layout = RunLayout.Find(parsed.GetRequiredValue(run));
            WrittenView.Show(Screen.Open(false), RunReport.Write(layout, beside.Read(parsed), [], parsed.GetValue(data), parsed.GetValue(threads), interruption));
            return ExitCodes.Done;
        });
        return command;
    }
}
