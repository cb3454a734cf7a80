using System.Xml;

namespace MetaEmbed.Cli.Tests;

/// <summary>The pictures of a run.</summary>
public sealed class PlotTests
{
    private const string Metrics = """
        epoch,phase,valid_ndcg@5,valid_ndcg@20,valid_recall@5,valid_recall@20
        0,fixed,0.01,0.02,0.02,0.05
        5,fixed,0.04,0.05,0.05,0.09
        10,updating,0.06,0.08,0.07,0.12

        """;

    [Fact]
    public void Curves_become_a_picture_that_scales_and_one_of_pixels()
    {
        using var folder = new TemporaryFolder();
        WriteRun(folder, Metrics);
        folder.Write("published.csv", Metrics);
        var outcome = Metaembed.Run("plot", "--run", folder["run"], "--beside", folder["published.csv"], "--into", folder["out"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var svg = new XmlDocument();
        svg.Load(folder["out/curves.svg"]);
        Assert.Contains("Validation NDCG", svg.DocumentElement!.InnerText.ReplaceLineEndings(""), StringComparison.Ordinal);
        Assert.Contains("updating", svg.DocumentElement.InnerText, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder["out/curves.png"])[..4]);
    }

    [Fact]
    public void Ids_in_the_picture_are_used_once()
    {
        using var folder = new TemporaryFolder();
        WriteRun(folder, Metrics);
        Assert.Equal(0, Metaembed.Run("plot", "--run", folder["run"]).Code);
        var svg = new XmlDocument();
        svg.Load(folder["run/curves.svg"]);
        var ids = svg.SelectNodes("//@id")!.Cast<XmlNode>().Select(id => id.Value).ToList();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Model_files_become_a_picture_with_a_panel_for_each_dataset()
    {
        using var folder = new TemporaryFolder();
        folder.Write("f.csv", "data,model,tuned,what,bytes,ndcg@20\none,m,0,rq-2,2000,0.1\none,m,1,rq-2,2100,0.12\none,m,0,whole,90000,\ntwo,m,0,int8,500000,0.2\n");
        var outcome = Metaembed.Run("plot", "--files", folder["f.csv"], "--into", folder["out"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var svg = new XmlDocument();
        svg.Load(folder["out/files.svg"]);
        foreach (var text in new[] { "one", "two", "rq-2", "whole", "int8", "500 kB", "and tuned", "test NDCG@20" })
            Assert.Contains(text, svg.DocumentElement!.InnerText, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["out/files.png"]));
        Assert.Contains("there is no column bytes", Metaembed.Mistake("plot", "--files", folder.Write("g.csv", "data,model,tuned,what\n")), StringComparison.Ordinal);
        Assert.Contains("none of --run, --times and --files", Metaembed.Mistake("plot"), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_runs_become_a_picture_by_wall_time_in_which_breaks_count_nothing()
    {
        using var folder = new TemporaryFolder();
        WriteRun(folder, Metrics);
        // Two seconds to the first evaluation; killed after the second; resumed an hour later, three seconds to the third.
        folder.Write("run/log.jsonl", Log((0, "start", 0), (2, "evaluation", 0.1), (4, "evaluation", 0.2), (3600, "resume", 0), (3603, "evaluation", 0.3)));
        folder.Write("other/manifest.json", "{}");
        folder.Write("other/log.jsonl", Log((0, "start", 0), (300, "evaluation", 0.25)));
        var curve = Plots.TimeCurve.OfRun(Experiments.RunLayout.Find(folder["run"]));
        Assert.Equal([2.0, 4, 7], curve.Points.Select(point => point.Seconds));
        Assert.Equal([0.1, 0.2, 0.3], curve.Points.Select(point => point.Ndcg[20]));

        var outcome = Metaembed.Run("plot", "--times", folder["run"], folder["other"], "--into", folder["out"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        var svg = new XmlDocument();
        svg.Load(folder["out/times.svg"]);
        foreach (var text in new[] { "validation NDCG@20", "validation Recall@20", "run", "other", "5 s", "5 min" })
            Assert.Contains(text, svg.DocumentElement!.InnerText, StringComparison.Ordinal);
        Assert.DoesNotContain("20 min", svg.DocumentElement!.InnerText, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["out/times.png"]));

        folder.Write("none/manifest.json", "{}");
        Assert.Contains("has no log.jsonl", Metaembed.Mistake("plot", "--times", folder["run"], folder["none"]), StringComparison.Ordinal);
        folder.Write("none/log.jsonl", Log((0, "start", 0)));
        Assert.Contains("tells of no evaluation", Metaembed.Mistake("plot", "--times", folder["none"]), StringComparison.Ordinal);
        Assert.Contains("--run and --times are both given", Metaembed.Mistake("plot", "--run", folder["run"], "--times", folder["other"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_table_is_the_users_mistake()
    {
        using var folder = new TemporaryFolder();
        WriteRun(folder, Metrics + "15,updating,x,0.1,0.1,0.1\n");
        Assert.StartsWith($"{folder["run/metrics.csv"]}:5: ", Metaembed.Mistake("plot", "--run", folder["run"]), StringComparison.Ordinal);
    }

    private static string Log(params (int Second, string Event, double Value)[] lines) => string.Concat(lines.Select(line => FormattableString.Invariant(
        $$$"""{"time":"{{{new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(line.Second):yyyy-MM-ddTHH:mm:ss.fffZ}}}","event":"{{{line.Event}}}","split":"valid","ndcg":{"5":0.01,"20":{{{line.Value}}}},"recall":{"5":0.02,"20":{{{line.Value}}}}}""") + "\n"));

    private static void WriteRun(TemporaryFolder folder, string metrics)
    {
        folder.Write("run/manifest.json", "{}");
        folder.Write("run/metrics.csv", metrics);
    }
}
