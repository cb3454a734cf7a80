using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Models.Baselines;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed baseline</c>: simple models to compare with, by the same full ranking.</summary>
internal static class BaselineCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var command = new Command("baseline", "Evaluates a simple model to compare with: popularity or item-knn.");
        command.Add(Build(BaselineRun.Popularity, "The same list for everybody: the items with the most training users.", interruption));
        command.Add(Build(BaselineRun.ItemKnn, "Nearest neighbours of items: cosine of their users, with shrinkage.", interruption));
        command.WithExamples(
            "metaembed baseline popularity --data datasets/gowalla",
            "metaembed baseline item-knn --data datasets/gowalla --run runs/gowalla-item-knn");
        return command;
    }

    private static Command Build(string name, string description, CancellationToken interruption)
    {
        var data = CommonOptions.Data();
        var run = CommonOptions.Run(required: false);
        run.Description = "Folder that keeps settings, results and report; not kept if not given.";
        var split = new Option<string>("--split")
        {
            Description = "Which held-out items to look for: valid, test or both.",
            HelpName = "SPLIT",
            DefaultValueFactory = _ => "both",
        };
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var settings = new SettingOptions<BaselineOptions>(setting => setting, new BaselineOptions(), _ => "");
        var knn = name == BaselineRun.ItemKnn ? new SettingOptions<ItemKnnOptions>(setting => setting, new ItemKnnOptions(), _ => "") : null;
        var command = new Command(name, description);
        command.Add(data);
        command.Add(run);
        command.Add(split);
        knn?.AddTo(command);
        settings.AddTo(command);
        command.Add(threads);
        command.Add(json);
        command.WithExamples(
            $"metaembed baseline {name} --data datasets/gowalla",
            knn is null
                ? $"metaembed baseline {name} --data datasets/gowalla --run runs/gowalla-{name} --json"
                : $"metaembed baseline {name} --data datasets/gowalla --split valid --neighbours 50 --shrinkage 100");
        command.SetAction(parsed =>
        {
            var asked = parsed.GetRequiredValue(split);
            var request = new BaselineRequest(
                parsed.GetRequiredValue(data), name, asked == "both" ? ["valid", "test"] : [asked], parsed.GetValue(run), parsed.GetValue(threads))
            {
                Options = Settings<BaselineOptions>.Apply(new BaselineOptions(), settings.Given(parsed)),
                ItemKnn = Settings<ItemKnnOptions>.Apply(new ItemKnnOptions(), knn?.Given(parsed) ?? []),
            };
            var result = BaselineRun.Execute(request, interruption);
            var screen = Screen.Open(parsed.GetValue(json));
            BaselineView.Show(screen, result);
            if (request.RunFolder is { } folder)
                WrittenView.Show(screen, RunReport.Write(new RunLayout(folder), null, [], null, 0, interruption));
            return ExitCodes.Done;
        });
        return command;
    }
}
