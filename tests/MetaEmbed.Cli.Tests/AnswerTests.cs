using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>What commands answer that need no training.</summary>
public sealed class AnswerTests
{
    private static readonly string[][] Commands =
    [
        [], ["import"], ["train"], ["evaluate"], ["baseline"], ["baseline", "popularity"], ["baseline", "item-knn"], ["recommend"], ["similar"], ["inspect"], ["demo"], ["plot"], ["report"], ["data"], ["data", "stats"], ["data", "show"], ["data", "convert"], ["data", "export"], ["data", "sample"], ["presets"],
    ];

    public static TheoryData<string> CommandLines => [.. Commands.Select(words => string.Join(' ', words))];

    [Theory]
    [MemberData(nameof(CommandLines))]
    public void Help_has_examples(string command)
    {
        var outcome = Metaembed.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, outcome.Code);
        Assert.Equal("", outcome.Error);
        var examples = outcome.OutputLines.SkipWhile(line => line != "Examples:").Skip(1).ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, line => Assert.StartsWith("  metaembed ", line, StringComparison.Ordinal));
        Assert.Contains(examples, line => line.StartsWith("  metaembed " + command, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_command_comes_the_help()
    {
        var outcome = Metaembed.Run();
        Assert.Equal(0, outcome.Code);
        Assert.Equal(Metaembed.Run("--help").Output, outcome.Output);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        var outcome = Metaembed.Run("--version");
        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+$", Assert.Single(outcome.OutputLines));
    }

    [Fact]
    public void The_hidden_command_is_not_in_the_help() => Assert.DoesNotContain("docs ", Metaembed.Run("--help").Output, StringComparison.Ordinal);

    [Fact]
    public void Presets_are_listed()
    {
        var outcome = Metaembed.Run("presets");
        Assert.Equal(0, outcome.Code);
        foreach (var name in new[] { "published", "published-yelp2020", "published-yelp2020-readme", "demo" })
            Assert.Contains(name, outcome.OutputLines);
    }

    [Fact]
    public void Presets_as_JSON_have_every_setting()
    {
        using var json = JsonDocument.Parse(Metaembed.Run("presets", "--json").OutputLines[^1]);
        var yelp = json.RootElement.GetProperty("presets").EnumerateArray().Single(preset => preset.GetProperty("name").GetString() == "published-yelp2020");
        Assert.Equal("0.6", yelp.GetProperty("coarse").GetProperty("anchor-weight").GetString());
        Assert.Equal("3", yelp.GetProperty("coarse").GetProperty("layers").GetString());
        Assert.Equal("0.2", yelp.GetProperty("fine").GetProperty("gate").GetString());
        Assert.Equal("false", yelp.GetProperty("fine").GetProperty("freeze-fine").GetString());
        Assert.Equal("5,10,20,50", yelp.GetProperty("coarse").GetProperty("cutoffs").GetString());
    }

    [Fact]
    public void The_help_of_train_has_the_settings_of_both_stages()
    {
        var help = Metaembed.Run("train", "--help").Output;
        foreach (var option in new[] { "--learning-rate", "--fine-learning-rate", "--fine-count", "--fine-per-coarse", "--fine-freeze-fine", "--from" })
            Assert.Contains($"  {option} <", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--fine-fine", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_count_a_small_dataset()
    {
        using var folder = SmallDataset();
        var outcome = Metaembed.Run("data", "stats", folder.Root, "--json");
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        var root = json.RootElement;
        Assert.Equal(3, root.GetProperty("users").GetInt32());
        Assert.Equal(5, root.GetProperty("items").GetInt32());
        Assert.Equal(6, root.GetProperty("train").GetInt32());
        Assert.Equal(2, root.GetProperty("test").GetInt32());
        Assert.Equal(6.0 / 15, root.GetProperty("density").GetDouble());
        Assert.Equal(1, root.GetProperty("users_without_test").GetInt32());
        Assert.Equal(3, root.GetProperty("user_degrees").GetProperty("max").GetInt32());
    }

    [Fact]
    public void Statistics_for_people_have_the_same_counts()
    {
        using var folder = SmallDataset();
        var outcome = Metaembed.Run("data", "stats", folder.Root);
        Assert.Equal(0, outcome.Code);
        Assert.Contains(outcome.OutputLines, line => line.StartsWith("users ", StringComparison.Ordinal) && line.EndsWith(" 3", StringComparison.Ordinal));
        Assert.Contains(outcome.OutputLines, line => line.StartsWith("training interactions", StringComparison.Ordinal) && line.EndsWith(" 6", StringComparison.Ordinal));
    }

    private static TemporaryFolder SmallDataset()
    {
        var folder = new TemporaryFolder();
        folder.Write("train.txt", "0 0 1 2\n1 1\n2 3 0\n");
        folder.Write("test.txt", "0 4\n2 1\n");
        return folder;
    }
}
