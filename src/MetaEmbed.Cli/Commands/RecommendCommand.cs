using System.CommandLine;
using MetaEmbed.Cli.Views;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed recommend</c>: the best items for a user.</summary>
internal static class RecommendCommand
{
    public static Command Build(CancellationToken interruption)
    {
        var run = CommonOptions.Run();
        var user = CommonOptions.WholeNumber("--user", "The user, by number.", null, 0);
        var k = CommonOptions.WholeNumber("-k", "How many items.", 10, 1);
        var includeTrain = new Option<bool>("--include-train") { Description = "Also items that the user met in training." };
        var data = CommonOptions.Data(required: false);
        data.Description = "Folder of the dataset, where it has moved since the training.";
        var json = CommonOptions.Json();
        var command = new Command("recommend", "Prints the items that a user is most likely to want next.");
        command.Add(run);
        command.Add(user);
        command.Add(k);
        command.Add(includeTrain);
        command.Add(data);
        command.Add(json);
        command.WithExamples(
            "metaembed recommend --run runs/gowalla --user 7",
            "metaembed recommend --run runs/gowalla --user 7 -k 20 --include-train --json");
        command.SetAction(parsed =>
        {
            interruption.ThrowIfCancellationRequested();
            var items = Engine.Recommend(
                parsed.GetRequiredValue(run), parsed.GetValue(data), parsed.GetValue(user), parsed.GetValue(k), parsed.GetValue(includeTrain));
            RecommendationView.Show(Screen.Open(parsed.GetValue(json)), parsed.GetValue(user), items, _ => null);
            return ExitCodes.Done;
        });
        return command;
    }
}
