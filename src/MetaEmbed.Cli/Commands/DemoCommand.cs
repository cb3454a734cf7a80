using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Numerics;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed demo</c>: the whole way on the dataset that ships with the project.</summary>
internal static class DemoCommand
{
    private const int Shown = 8;
    private const int MetShown = 6;

    /// <summary>Packages that many people know; the demo shows what it recommends to them.</summary>
    private static readonly string[] Known = ["gimp", "vlc", "python3-scipy", "postgresql-15", "texlive-latex-extra", "supertux"];

    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run(required: false);
        run.Description = "Folder for the dataset, the run and its report.";
        run.DefaultValueFactory = _ => "demo-run";
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "demo", "Trains on Debian's packages (which package needs which), evaluates, and recommends; less than a minute. A second call goes on from the first.");
        command.Add(run);
        command.Add(threads);
        command.Add(json);
        command.WithExamples("metaembed demo", "metaembed demo --run somewhere");
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(run);
            var screen = Screen.Open(parsed.GetValue(json));
            var data = Path.Combine(folder, DemoDataset.Name);
            DemoDataset.WriteTo(data);
            var layout = new RunLayout(Path.Combine(folder, "run"));
            var request = new TrainRequest(data, layout.Root, Presets.Demo.Name, Presets.Demo.Coarse, parsed.GetValue(threads), Resume: true);
            var result = TrainingView.Watch(screen, progress => TrainingRun.Execute(request, progress, interruption));
            if (!result.Interrupted)
            {
                var samples = Samples(DemoDataset.Load(), StoredRun.Open(layout.Root), data, request.Threads);
                SamplesView.Show(screen, samples);
                WrittenView.Show(screen, RunReport.Write(layout, null, samples, null, request.Threads, interruption), layout.CurvesPng);
            }

            TrainResultView.Show(screen, result);
            return result.Interrupted ? ExitCodes.Interrupted : ExitCodes.Done;
        });
        return command;
    }

    private static List<SampleList> Samples(NamedDataset named, StoredRun run, string data, int threads)
    {
        using var workers = new Workers(threads);
        var samples = new List<SampleList>();
        foreach (var name in Known)
        {
            var user = Array.IndexOf(named.UserNames, name);
            if (user < 0)
                continue;
            var met = named.Dataset.Train.Of(user).ToArray();
            var items = run.Recommend(data, user, Shown, includeTrain: false, workers);
            samples.Add(new SampleList(
                name,
                [.. met.Take(MetShown).Select(item => named.ItemNames[item])],
                met.Length,
                [.. items.Select(item => (named.ItemNames[item.Item], named.Dataset.Test.Contains(user, item.Item)))],
                named.Dataset.Test.Of(user).Length));
        }

        return samples;
    }
}
