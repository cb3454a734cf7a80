using System.CommandLine;
using MetaEmbed.Cli.Views;
using MetaEmbed.Data;

namespace MetaEmbed.Cli.Commands;

/// <summary><c>metaembed data generate</c>: makes a dataset of a chosen size.</summary>
internal static class GenerateCommand
{
    public static Command Build()
    {
        var folder = new Argument<string>("DIR") { Description = "Folder for train.txt and test.txt; empty or not there yet." };
        var users = CommonOptions.WholeNumber("--users", "Number of users.", null, 1, DatasetOptions.Default.MaxId + 1);
        var items = CommonOptions.WholeNumber("--items", "Number of items.", null, 1, DatasetOptions.Default.MaxId + 1);
        var interactions = CommonOptions.WholeNumber("--interactions", "Training interactions of all users, about.", null, 1);
        var clusters = CommonOptions.WholeNumber("--clusters", "Clusters that users and items fall into.", 16, 1);
        var own = CommonOptions.WholeNumber("--cluster-percent", "Share of a user's items that come from the user's own cluster, in percent.", 80, 0, 100);
        var skew = CommonOptions.WholeNumber(
            "--skew", "k: the item of rank r is met as often as r to the power 1/k - 1; 1 for all alike, 4 about as skewed as real data.", 3, 1, 20);
        var test = CommonOptions.WholeNumber("--test-percent", "Share of a user's items that are held out for test.txt, in percent.", 20, 0, 99);
        var seed = CommonOptions.WholeNumber("--seed", "The same seed makes the same files on every machine.", 2024, 0);
        var json = CommonOptions.Json();
        var command = new Command("generate", "Makes up a dataset with popular items, active users and clusters, to try sizes that one has no data for.");
        command.Add(folder);
        foreach (var option in new Option[] { users, items, interactions, clusters, own, skew, test, seed, json })
            command.Add(option);
        command.WithExamples(
            "metaembed data generate datasets/small --users 2000 --items 1000 --interactions 40000",
            "metaembed data generate datasets/like-yelp2020 --users 71135 --items 45063 --interactions 1400000",
            "metaembed data generate datasets/large --users 330000 --items 160000 --interactions 10000000 --clusters 64 --skew 4");
        command.SetAction(parsed =>
        {
            var into = parsed.GetRequiredValue(folder);
            var options = new PowerLawOptions
            {
                Users = parsed.GetRequiredValue(users),
                Items = parsed.GetRequiredValue(items),
                Clusters = parsed.GetRequiredValue(clusters),
                ClusterShare = parsed.GetRequiredValue(own) / 100.0,
                Skew = parsed.GetRequiredValue(skew),
                TestShare = parsed.GetRequiredValue(test) / 100.0,
                Seed = parsed.GetRequiredValue(seed),
            };
            SyntheticDataset.WriteNew(into, options, parsed.GetRequiredValue(interactions));
            StatisticsView.Show(Screen.Open(parsed.GetValue(json)), DatasetStatistics.Of(DatasetFolder.Open(into)));
            return ExitCodes.Done;
        });
        return command;
    }
}
