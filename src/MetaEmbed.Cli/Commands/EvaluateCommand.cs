using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed evaluate</c>: ranks all items for all users and prints the metrics.</summary>
internal static class EvaluateCommand
{
    private static readonly string[] Splits = ["valid", "test"];

    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run();
        var data = CommonOptions.Data();
        var split = new Option<string>("--split")
        {
            Description = "Which held-out items to look for: valid or test.",
            HelpName = "SPLIT",
            DefaultValueFactory = _ => "test",
        };
        var perUser = new Option<string?>("--per-user") { Description = "Writes each user's metrics to this file (CSV).", HelpName = "FILE" };
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Ranks all items for each user of a run and prints NDCG and recall.");
        command.Add(run);
        command.Add(data);
        command.Add(split);
        command.Add(perUser);
        command.Add(threads);
        command.Add(json);
        command.WithExamples(
            "metaembed evaluate --run runs/gowalla --data datasets/gowalla",
            "metaembed evaluate --run runs/gowalla --data datasets/gowalla --split valid --per-user users.csv --json");
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(split);
            if (!Splits.Contains(name))
                throw new UserMistakeException($"there is no split '{name}'", Spelling.Advice(name, Splits));
            using var workers = new Workers(parsed.GetValue(threads));
            var metrics = StoredRun.Open(parsed.GetRequiredValue(run))
                .Evaluate(parsed.GetRequiredValue(data), name, workers, parsed.GetValue(perUser), interruption);
            EvaluationView.Show(Screen.Open(parsed.GetValue(json)), name, metrics);
            return ExitCodes.Done;
        });
        return command;
    }
}
