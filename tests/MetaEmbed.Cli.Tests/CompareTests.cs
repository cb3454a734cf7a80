using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary><c>compare --json</c>: runs beside each other for a program.</summary>
public sealed class CompareTests
{
    [Fact]
    public void Runs_beside_each_other_are_one_object()
    {
        using var folder = new TemporaryFolder();
        // A user of one of two kinds meets nine of its twelve items, so neighbours know more than popularity.
        var rows = Enumerable.Range(0, 80).SelectMany(user => Enumerable.Range(0, 9).Select(draw => $"u{user},i{((user + (draw * 5)) % 12 * 2) + (user % 2)}\n"));
        Assert.Equal(0, Metaembed.Run("import", folder.Write("events.csv", "user,item\n" + string.Concat(rows)), "--out", folder["data"]).Code);
        foreach (var baseline in new[] { "popularity", "item-knn" })
            Assert.Equal(0, Metaembed.Run("baseline", baseline, "--data", folder["data"], "--run", folder[baseline]).Code);
        string[] arguments = ["compare", folder["popularity"], folder["item-knn"], "--json", "--threads", "1"];
        var outcome = Metaembed.Run(arguments);
        Assert.True(outcome.Code == 0, outcome.Error);
        var result = JsonDocument.Parse(outcome.OutputLines[^1]).RootElement;
        var runs = result.GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal(["popularity", "item-knn"], runs.Select(run => run.GetProperty("preset").GetString()));
        foreach (var metric in runs.SelectMany(run => run.GetProperty("metrics").EnumerateArray()))
            Assert.InRange(metric.GetProperty("mean").GetDouble(), metric.GetProperty("low").GetDouble(), metric.GetProperty("high").GetDouble());

        var tests = result.GetProperty("tests").EnumerateArray().ToArray();
        Assert.Equal(["ndcg", "recall"], tests.Select(test => test.GetProperty("metric").GetString()!.ToLowerInvariant()));
        foreach (var test in tests)
        {
            var (name, cutoff) = (test.GetProperty("metric").GetString(), test.GetProperty("cutoff").GetInt32());
            double MeanOf(JsonElement run) => run.GetProperty("metrics").EnumerateArray()
                .Single(metric => metric.GetProperty("metric").GetString() == name && metric.GetProperty("cutoff").GetInt32() == cutoff).GetProperty("mean").GetDouble();
            Assert.Equal(MeanOf(runs[1]) - MeanOf(runs[0]), test.GetProperty("difference").GetDouble(), 10);
            Assert.InRange(test.GetProperty("difference").GetDouble(), test.GetProperty("low").GetDouble(), test.GetProperty("high").GetDouble());
            Assert.InRange(test.GetProperty("p").GetDouble(), 0, test.GetProperty("p_holm").GetDouble());
        }

        // Where in the list they stand, neighbours know better for sure.
        Assert.True(tests[0].GetProperty("low").GetDouble() > 0, outcome.OutputLines[^1]);
        Assert.InRange(tests[0].GetProperty("p_holm").GetDouble(), 0, 0.01);
        Assert.True(tests[0].GetProperty("better").GetInt32() > tests[0].GetProperty("worse").GetInt32());
        Assert.Equal(outcome.Output, Metaembed.Run(arguments).Output);
    }
}
