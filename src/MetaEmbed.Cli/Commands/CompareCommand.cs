using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Reports;
using MetaEmbed.Storage;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed compare</c>: runs side by side, each tested against the first.</summary>
internal static class CompareCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var runs = new Argument<string[]>("RUN...") { Description = "Folders of runs on the same data, baselines too; the others are tested against the first.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--out") { Description = "Writes the comparison as one HTML file.", HelpName = "FILE" };
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("compare", "Puts runs side by side: metrics with intervals, paired tests over users, sizes, times, and the settings that differ.")
            { runs, output, data, threads, json };
        command.WithExamples("metaembed compare runs/fast runs/best", "metaembed compare runs/knn runs/fast runs/best --out compare.html", "metaembed compare runs/fast runs/best --json");
        command.SetAction(parsed =>
        {
            var screen = Screen.Open(parsed.GetValue(json));
            var comparison = RunComparison.Of(
                parsed.GetRequiredValue(runs), parsed.GetValue(data), parsed.GetValue(threads), screen.Json ? null : new StepView(screen), interruption);
            if (parsed.GetValue(output) is { } file)
            {
                AtomicFile.WriteText(file, ComparePage.Html(comparison));
                if (!screen.Json)
                    WrittenView.Show(screen, file);
            }

            CompareView.Show(screen, comparison);
            return ExitCodes.Done;
        });
        return command;
    }
}
