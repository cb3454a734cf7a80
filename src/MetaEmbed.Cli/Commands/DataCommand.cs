using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed data</c>: looks at datasets, makes some up.</summary>
internal static class DataCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("DIR") { Description = "Folder with train.txt and test.txt." };
        var json = CommonOptions.Json();
        var stats = new Command("stats", "Counts users, items and interactions, and says how they are spread.");
        stats.Add(folder);
        stats.Add(json);
        stats.WithExamples("metaembed data stats datasets/gowalla", "metaembed data stats datasets/gowalla --json");
        stats.SetAction(parsed =>
        {
            var dataset = DatasetFolder.Open(parsed.GetRequiredValue(folder));
            StatisticsView.Show(Screen.Open(parsed.GetValue(json)), DatasetStatistics.Of(dataset));
            return ExitCodes.Done;
        });
        var data = new Command("data", "Looks at datasets, and makes some up.");
        data.Add(stats);
        data.Add(GenerateCommand.Build());
        data.WithExamples(
            "metaembed data stats datasets/gowalla",
            "metaembed data generate datasets/small --users 2000 --items 1000 --interactions 40000");
        return data;
    }
}
