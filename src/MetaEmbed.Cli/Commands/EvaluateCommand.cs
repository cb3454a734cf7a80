using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed evaluate</c>: ranks all items for all users and prints the metrics.</summary>
internal static class EvaluateCommand
{
    private static readonly string[] Splits = ["valid", "test", NewUserEvaluation.Split];
    private static readonly string[] Sources = ["auto", "known", "history"];

    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run(required: false);
        var model = ModelOptions.Model();
        var users = new Option<string>("--users")
        {
            Description = "With --model or --split new-users, how users are given: known (their own rows), history (folded in from their train items), or auto.",
            HelpName = "HOW",
            DefaultValueFactory = _ => "auto",
        };
        var data = CommonOptions.Data();
        var split = new Option<string>("--split")
        {
            Description = "Which held-out items to look for: valid, test, or new-users: those of users held out by 'import --split users', folded in from their histories.",
            HelpName = "SPLIT",
            DefaultValueFactory = _ => "test",
        };
        var perUser = new Option<string?>("--per-user") { Description = "Writes each user's metrics to this file (CSV).", HelpName = "FILE" };
        var parts = new SettingOptions<EvaluationOptions>(name => name, new EvaluationOptions(), _ => "", "head-share", "sample-users", "sample-seed");
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Ranks all items for each user of a run or a model file and prints the metrics: of all held-out items, and apart of popular ones (head) and others (tail).");
        command.Add(run);
        command.Add(model);
        command.Add(users);
        command.Add(data);
        command.Add(split);
        command.Add(perUser);
        parts.AddTo(command);
        command.Add(threads);
        command.Add(json);
        command.WithExamples(
            "metaembed evaluate --run runs/gowalla --data datasets/gowalla",
            "metaembed evaluate --run runs/gowalla --data datasets/gowalla --split valid --per-user users.csv --json",
            "metaembed evaluate --run runs/large --data datasets/large --sample-users 10000",
            "metaembed evaluate --model gowalla.metaembed --data datasets/gowalla",
            "metaembed evaluate --run runs/movies --data data/movies --split new-users",
            "metaembed evaluate --run runs/retrained --data data/movies-retrain --split new-users --users known");
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(split);
            if (!Splits.Contains(name))
                throw new UserMistakeException($"there is no split '{name}'", Spelling.Advice(name, Splits));
            ModelOptions.RequireOne(parsed.GetValue(run), parsed.GetValue(model));
            var options = Settings<EvaluationOptions>.Apply(new EvaluationOptions(), parts.Given(parsed));
            var how = parsed.GetRequiredValue(users);
            if (!Sources.Contains(how))
                throw new UserMistakeException($"--users is '{how}'", Spelling.Advice(how, Sources));
            using var workers = new Workers(parsed.GetValue(threads));
            var screen = Screen.Open(parsed.GetValue(json));
            if (name == NewUserEvaluation.Split)
            {
                var (folder, table) = (parsed.GetRequiredValue(data), parsed.GetValue(perUser));
                var source = how == "known" ? UserSource.Known : UserSource.History;
                if (parsed.GetValue(model) is { } opened)
                {
                    var asked = new FileEvaluationRequest(opened, folder, name) { Users = how, Options = options, PerUserFile = table };
                    EvaluationView.Show(screen, NewUserEvaluation.NameOf(source), options, NewUserEvaluation.OfFile(asked, workers, interruption));
                    return ExitCodes.Done;
                }

                var stored = NewUserEvaluation.OfRun(parsed.GetValue(run)!, source, folder, options, table, parsed.GetValue(threads), interruption);
                EvaluationView.Show(screen, stored.Split, stored.Options, stored.Result);
                EvaluationView.Kept(screen, stored);
                return ExitCodes.Done;
            }

            if (parsed.GetValue(model) is { } file)
            {
                var request = new FileEvaluationRequest(file, parsed.GetRequiredValue(data), name) { Users = how, Options = options, PerUserFile = parsed.GetValue(perUser) };
                EvaluationView.Show(screen, name, options, FileEvaluation.Evaluate(request, workers, interruption));
                return ExitCodes.Done;
            }

            var evaluation = StoredRun.Open(parsed.GetValue(run)!)
                .Evaluate(parsed.GetRequiredValue(data), name, workers, options, parsed.GetValue(perUser), interruption);
            EvaluationView.Show(screen, name, evaluation.Options, evaluation.Result);
            EvaluationView.Kept(screen, evaluation);
            return ExitCodes.Done;
        });
        return command;
    }
}
