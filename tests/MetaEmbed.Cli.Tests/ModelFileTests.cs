using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Model files through the command: written, shown, evaluated, asked.</summary>
public sealed class ModelFileTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public void A_file_is_exported_shown_evaluated_and_asked()
    {
        using var folder = new TemporaryFolder();
        var file = folder["small.metaembed"];
        var exported = Metaembed.Run("export", "--run", trained.Run, "--kind", "table", "--out", file, "--json");
        Assert.Equal(0, exported.Code);
        using var card = JsonDocument.Parse(exported.OutputLines[^1]);
        Assert.Equal(new FileInfo(file).Length, card.RootElement.GetProperty("bytes").GetInt64());
        Assert.True(File.Exists(folder["small.card.md"]) && File.Exists(folder["small.card.json"]));

        // The card holds the curve of the run.
        using var written = JsonDocument.Parse(File.ReadAllText(folder["small.card.json"]));
        var curve = written.RootElement.GetProperty("curves").EnumerateArray().Single();
        Assert.Equal("coarse", curve.GetProperty("stage").GetString());
        Assert.Equal(
            File.ReadLines(Path.Combine(trained.Run, "metrics.csv")).Skip(1).Select(line => int.Parse(line.Split(',')[0])),
            curve.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("epoch").GetInt32()));

        using var info = Json("info", file, "--json");
        Assert.Equal("table", info.RootElement.GetProperty("kind").GetString());
        Assert.Equal(TrainedRun.Users, info.RootElement.GetProperty("users").GetInt32());

        using var evaluated = Json("evaluate", "--model", file, "--data", trained.Data, "--users", "history", "--json");
        var fromHistory = card.RootElement.GetProperty("metrics").EnumerateArray().Single(row => row.GetProperty("ranking").GetString() == "this file, from history");
        Assert.Equal(fromHistory.GetProperty("ndcg").GetRawText(), evaluated.RootElement.GetProperty("ndcg").GetRawText());

        using var list = Json("recommend", "--model", file, "--history", "item 3, 4,5", "-k", "4", "--json");
        var items = list.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()).ToList();
        Assert.Equal(4, items.Count);
        Assert.DoesNotContain("item 3", items);

        using var known = Json("recommend", "--model", file, "--user", "7", "--json");
        Assert.Equal(7, known.RootElement.GetProperty("user").GetInt32());
        using var similar = Json("similar", "--model", file, "--item", "item 12", "--json");
        Assert.Equal(12, similar.RootElement.GetProperty("item").GetInt32());

        Assert.Equal($"wrote {folder["model.onnx"]}", Assert.Single(Metaembed.Run("convert", file, "--to", "onnx", "--out", folder["model.onnx"]).OutputLines));
        Assert.Equal(4, Metaembed.Run("convert", file, "--to", "npy", "--out", folder["npy"]).OutputLines.Length);
        Assert.Equal(new FileInfo(folder["npy/items.npy"]).Length, 128 + 4L * info.RootElement.GetProperty("items").GetInt32() * info.RootElement.GetProperty("dimension").GetInt32());
        Assert.StartsWith("there is no format 'numpy'", Metaembed.Mistake("convert", file, "--to", "numpy", "--out", folder["npy"]), StringComparison.Ordinal);

        File.AppendAllText(file, " ");
        Assert.Contains("1 bytes follow the last tensor", Metaembed.Mistake("info", file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no kind 'tabel'; did you mean 'table'?", "export", "--run", "RUN", "--kind", "tabel", "--out", "x")]
    [InlineData("--budget is 'much'; give a size such as 1MB, 800KB or 500000.", "export", "--run", "RUN", "--budget", "much", "--out", "x")]
    [InlineData("neither --run nor --model is given; give one of them.", "recommend", "--user", "1")]
    [InlineData("--user and --history are both given; give one of them.", "recommend", "--model", "x", "--user", "1", "--history", "2")]
    [InlineData("missing.metaembed: there is no such file; check the name.", "info", "missing.metaembed")]
    public void A_mistake_is_one_line(string expected, params string[] args) =>
        Assert.Equal(expected, Metaembed.Mistake([.. args.Select(arg => arg == "RUN" ? trained.Run : arg)]));

    private static JsonDocument Json(params string[] args)
    {
        var outcome = Metaembed.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.OutputLines[^1]);
    }
}
