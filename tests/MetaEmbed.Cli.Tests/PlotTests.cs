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
        Assert.Contains("neither --run nor --files", Metaembed.Mistake("plot"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_table_is_the_users_mistake()
    {
        using var folder = new TemporaryFolder();
        WriteRun(folder, Metrics + "15,updating,x,0.1,0.1,0.1\n");
        Assert.StartsWith($"{folder["run/metrics.csv"]}:5: ", Metaembed.Mistake("plot", "--run", folder["run"]), StringComparison.Ordinal);
    }

    private static void WriteRun(TemporaryFolder folder, string metrics)
    {
        folder.Write("run/manifest.json", "{}");
        folder.Write("run/metrics.csv", metrics);
    }
}
