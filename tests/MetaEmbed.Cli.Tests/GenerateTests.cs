using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Made-up data by the command.</summary>
public sealed class GenerateTests
{
    private static readonly string[] Sizes = ["--users", "900", "--items", "400", "--interactions", "20000"];

    [Fact]
    public void A_dataset_has_the_size_asked_for_and_the_same_bytes_for_the_same_seed()
    {
        using var folder = new TemporaryFolder();
        var outcome = Generate(folder["made/first"], "--json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        using var json = JsonDocument.Parse(Assert.Single(outcome.OutputLines));
        Assert.Equal(900, json.RootElement.GetProperty("users").GetInt32());
        Assert.Equal(400, json.RootElement.GetProperty("items").GetInt32());
        Assert.InRange(json.RootElement.GetProperty("train").GetInt32(), 19_000, 20_100);
        Assert.InRange(json.RootElement.GetProperty("test").GetInt32(), 3_500, 5_500);

        Assert.Equal(0, Generate(folder["second"]).Code);
        Assert.Equal(0, Generate(folder["other"], "--seed", "7").Code);
        foreach (var file in new[] { "train.txt", "test.txt" })
        {
            Assert.Equal(File.ReadAllBytes(folder["made/first/" + file]), File.ReadAllBytes(folder["second/" + file]));
            Assert.NotEqual(File.ReadAllBytes(folder["made/first/" + file]), File.ReadAllBytes(folder["other/" + file]));
        }
    }

    [Fact]
    public void More_skew_makes_the_popular_items_more_popular()
    {
        using var folder = new TemporaryFolder();
        int Most(string skew)
        {
            using var json = JsonDocument.Parse(Generate(folder["skew" + skew], "--skew", skew, "--cluster-percent", "10", "--json").OutputLines[^1]);
            return json.RootElement.GetProperty("item_degrees").GetProperty("max").GetInt32();
        }

        Assert.True(Most("4") > 3 * Most("1"));
    }

    [Fact]
    public void A_folder_with_anything_in_it_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        folder.Write("own/train.txt", "0 1\n");
        Assert.Equal(
            $"{folder["own"]}: the folder is not empty (it has 'train.txt'); give an empty or a new folder.",
            Metaembed.Mistake(["data", "generate", folder["own"], .. Sizes]));
        Assert.Equal("0 1\n", File.ReadAllText(folder["own/train.txt"]));
    }

    [Theory]
    [InlineData("10", "40", "5", "10 users and 40 items cannot have 5 training interactions; give from ")]
    [InlineData("10", "40", "500", "10 users and 40 items cannot have 500 training interactions; give from ")]
    [InlineData("10", "8", "40", "8 items do not fill 16 clusters; ask for more items or fewer clusters.")]
    public void Numbers_that_do_not_go_together_are_refused(string users, string items, string interactions, string line)
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith(line, Metaembed.Mistake("data", "generate", folder["new"], "--users", users, "--items", items, "--interactions", interactions), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["new"]));
    }

    private static Outcome Generate(string into, params string[] more) => Metaembed.Run(["data", "generate", into, .. Sizes, .. more]);
}
