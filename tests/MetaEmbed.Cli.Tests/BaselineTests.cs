using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Baselines through the command.</summary>
public sealed class BaselineTests
{
    [Fact]
    public void Item_knn_keeps_its_run_in_the_files_of_a_training()
    {
        using var folder = new TemporaryFolder();
        var data = Data(folder);
        var run = folder["knn"];
        var outcome = Metaembed.Run("baseline", "item-knn", "--data", data, "--run", run, "--neighbours", "4", "--shrinkage", "1", "--cutoffs", "2,5", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        var test = json.RootElement.GetProperty("test");

        // Of the items that a user has not met only the two held out have neighbours among theirs.
        Assert.Equal(1, test.GetProperty("recall").GetProperty("2").GetDouble());
        Assert.Equal(1, json.RootElement.GetProperty("valid").GetProperty("recall").GetProperty("2").GetDouble());
        var results = File.ReadAllLines(Path.Combine(run, "results.csv"));
        Assert.Equal("checkpoint,split,epoch,users,ndcg@2,ndcg@5,recall@2,recall@5", results[0]);
        Assert.StartsWith($"item-knn,test,0,{test.GetProperty("users").GetInt32()},", results[2], StringComparison.Ordinal);
        Assert.Contains(File.ReadLines(Path.Combine(run, "evaluations.csv")), line => line.StartsWith("item-knn,test,tail,0.2,0,0,0,", StringComparison.Ordinal));
        Assert.Contains("\"neighbours\": 4", File.ReadAllText(Path.Combine(run, "settings.json")), StringComparison.Ordinal);
        Assert.Contains("Metrics, item-knn<", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.Ordinal);

        Assert.Contains("already holds a run", Metaembed.Mistake("baseline", "item-knn", "--data", data, "--run", run), StringComparison.Ordinal);
        Assert.Contains("is the run of a baseline (item-knn)", Metaembed.Mistake("evaluate", "--run", run, "--data", data), StringComparison.Ordinal);
    }

    [Fact]
    public void Popularity_needs_no_run_folder()
    {
        using var folder = new TemporaryFolder();
        var outcome = Metaembed.Run("baseline", "popularity", "--data", Data(folder), "--split", "test");
        Assert.Equal(0, outcome.Code);
        Assert.StartsWith("test, ", outcome.OutputLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.OutputLines, line => line.StartsWith("valid", StringComparison.Ordinal));
        Assert.Equal("there is no split 'tset'; choose valid or test.", Metaembed.Mistake("baseline", "popularity", "--data", "x", "--split", "tset"));
    }

    // Users of two kinds; user u lacks two items of their kind, which are held out: one comes to validation, one to test.
    private static string Data(TemporaryFolder folder)
    {
        List<string> train = [], test = [];
        for (var user = 0; user < 12; user++)
        {
            var kind = user % 2 * 6;
            var held = new[] { user / 2 % 6, (user / 2 + 3) % 6 };
            train.Add($"{user} {string.Join(' ', Enumerable.Range(0, 6).Where(i => !held.Contains(i)).Select(i => kind + i))}");
            test.Add($"{user} {string.Join(' ', held.Select(i => kind + i))}");
        }

        folder.Write("data/train.txt", string.Join('\n', train) + "\n");
        folder.Write("data/test.txt", string.Join('\n', test) + "\n");
        return folder["data"];
    }
}
