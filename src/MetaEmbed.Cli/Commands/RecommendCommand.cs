using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed recommend</c>: the best items for a user.</summary>
internal static class RecommendCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run(required: false);
        var model = ModelOptions.Model();
        var user = new Option<string?>("--user")
        {
            Description = "The user: the name where the dataset has a users.txt, or the number.",
            HelpName = "ID",
        };
        var history = new Option<string?>("--history")
        {
            Description = "In place of a user, with --model: the items that somebody has met, by number or name.",
            HelpName = "ID,ID,...",
        };
        var k = CommonOptions.WholeNumber("-k", "How many items.", 10, 1);
        var includeTrain = new Option<bool>("--include-train") { Description = "Also items that the user met in training." };
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("recommend", "Prints the items that a user is most likely to want next.");
        command.Add(run);
        command.Add(model);
        command.Add(user);
        command.Add(history);
        command.Add(k);
        command.Add(includeTrain);
        command.Add(data);
        command.Add(threads);
        command.Add(json);
        command.WithExamples(
            "metaembed recommend --run runs/gowalla --user 7",
            "metaembed recommend --run runs/gowalla --user 7 -k 20 --include-train --json",
            "metaembed recommend --run demo-run/run --user gimp",
            "metaembed recommend --model gowalla.metaembed --history 12,855,17031");
        command.SetAction(parsed =>
        {
            interruption.ThrowIfCancellationRequested();
            ModelOptions.RequireOne(parsed.GetValue(run), parsed.GetValue(model));
            var (wanted, met) = (parsed.GetValue(user), parsed.GetValue(history));
            if ((wanted is null) == (met is null))
                throw new UserMistakeException(wanted is null ? "neither --user nor --history is given" : "--user and --history are both given", "give one of them");
            if (parsed.GetValue(model) is { } file)
            {
                FromModel(Screen.Open(parsed.GetValue(json)), file, wanted, met, parsed.GetValue(k), parsed.GetValue(includeTrain));
                return ExitCodes.Done;
            }

            if (wanted is null)
                throw new UserMistakeException("--history is given with --run", "export the run and give --model, or give --user");
            var stored = StoredRun.Open(parsed.GetValue(run)!);
            var folder = parsed.GetValue(data) ?? stored.Manifest.DataFolder;
            var names = EntityNames.Open(folder, DatasetFolder.Open(folder));
            var id = UserNames.Find(wanted, names);
            using var workers = new Workers(parsed.GetValue(threads));
            var items = stored.Recommend(folder, id, parsed.GetValue(k), parsed.GetValue(includeTrain), workers);
            RecommendationView.Show(Screen.Open(parsed.GetValue(json)), id, names, items);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void FromModel(Screen screen, string file, string? user, string? history, int k, bool includeMet)
    {
        using var recommender = Recommender.Open(file);
        var best = new Recommendation[Math.Min(k, recommender.ItemCount)];
        var filter = new ItemFilter { IncludeHistory = includeMet };
        var id = user is null ? -1 : ModelOptions.User(recommender, user);
        var count = user is null
            ? recommender.RecommendFromHistory(ModelOptions.Items(recommender, history!), best, filter)
            : recommender.Recommend(id, best, filter);
        ModelListView.Show(screen, "user", id, best.AsSpan(0, count), recommender);
    }
}
