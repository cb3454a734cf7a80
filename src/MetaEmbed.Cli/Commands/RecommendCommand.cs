using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Numerics;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed recommend</c>: the best items for a user.</summary>
internal static class RecommendCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run();
        var user = new Option<string>("--user")
        {
            Description = "The user: the name where the dataset has a users.txt, or the number.",
            HelpName = "ID",
            Required = true,
        };
        var k = CommonOptions.WholeNumber("-k", "How many items.", 10, 1);
        var includeTrain = new Option<bool>("--include-train") { Description = "Also items that the user met in training." };
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command("recommend", "Prints the items that a user is most likely to want next.");
        command.Add(run);
        command.Add(user);
        command.Add(k);
        command.Add(includeTrain);
        command.Add(data);
        command.Add(threads);
        command.Add(json);
        command.WithExamples(
            "metaembed recommend --run runs/gowalla --user 7",
            "metaembed recommend --run runs/gowalla --user 7 -k 20 --include-train --json",
            "metaembed recommend --run demo-run/run --user gimp");
        command.SetAction(parsed =>
        {
            interruption.ThrowIfCancellationRequested();
            var stored = StoredRun.Open(parsed.GetRequiredValue(run));
            var folder = parsed.GetValue(data) ?? stored.Manifest.DataFolder;
            var names = EntityNames.Open(folder, DatasetFolder.Open(folder));
            var id = UserNames.Find(parsed.GetRequiredValue(user), names);
            using var workers = new Workers(parsed.GetValue(threads));
            var items = stored.Recommend(folder, id, parsed.GetValue(k), parsed.GetValue(includeTrain), workers);
            RecommendationView.Show(Screen.Open(parsed.GetValue(json)), id, names, items);
            return ExitCodes.Done;
        });
        return command;
    }
}
