using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Both stages through the command, in one go and one after the other.</summary>
public sealed class FineStageTests : IClassFixture<TrainedRun>
{
    private static readonly string[] Coarse = ["--dimension", "16", "--coarse-count", "12", "--batch-size", "512", "--learning-rate", "0.05", "--cutoffs", "5,20"];
    private static readonly string[] Fine = ["--fine-count", "8", "--fine-components", "6", "--fine-per-coarse", "2", "--fine-threshold", "0.2", "--fine-batch-size", "512"];
    private readonly TrainedRun _trained;

    public FineStageTests(TrainedRun trained) => _trained = trained;

    [Fact]
    public void The_published_preset_trains_and_shows_both_stages()
    {
        using var folder = new TemporaryFolder();
        var outcome = Train(folder["both"], [.. Coarse, .. Fine, "--preset", "published", "--max-epochs", "1", "--seed", "7", "--json"]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains(outcome.ErrorLines, line => line == "preset published");
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal(2, json.RootElement.GetProperty("epochs").GetInt32());

        using var settings = JsonDocument.Parse(File.ReadAllText(folder["both/settings.json"]));
        foreach (var stage in new[] { "coarse", "fine" })
        {
            Assert.Equal(1, settings.RootElement.GetProperty(stage).GetProperty("max-epochs").GetInt32());
            Assert.Equal(7, settings.RootElement.GetProperty(stage).GetProperty("seed").GetInt32());
        }

        foreach (var file in new[] { "metrics.csv", "fine/metrics.csv", "curves.svg", "curves-fine.svg", "curves-fine.png" })
            Assert.True(File.Exists(folder["both/" + file]), file);
        var report = File.ReadAllText(folder["both/report.html"]);
        foreach (var heading in new[] { "Metrics, coarse stage", "Metrics, fine stage", "Curves, coarse stage", "Curves, fine stage", "Settings, fine stage" })
            Assert.Contains($"<h3>{heading}</h3>", report, StringComparison.Ordinal);

        // What the training said last is what the stored run, the fine model that is, gives.
        var evaluated = Metaembed.Run("evaluate", "--run", folder["both"], "--data", _trained.Data, "--json");
        using var stored = JsonDocument.Parse(evaluated.OutputLines[^1]);
        Assert.Equal(json.RootElement.GetProperty("test").GetProperty("ndcg").GetRawText(), stored.RootElement.GetProperty("ndcg").GetRawText());
    }

    [Fact]
    public void A_fine_stage_starts_from_another_run_with_its_coarse_settings()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("own.toml", "[fine]\ngate = 0.3\nfine-count = 9\nmax-epochs = 5\nseed = 5\n");
        var outcome = Train(
            folder["fine"], [.. Fine, "--stage", "fine", "--from", _trained.Run, "--config", config, "--preset", "demo", "--max-epochs", "3", "--fine-max-epochs", "1", "--json"]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("preset demo", outcome.ErrorLines);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal(1, json.RootElement.GetProperty("epochs").GetInt32());

        using var settings = JsonDocument.Parse(File.ReadAllText(folder["fine/settings.json"]));
        using var source = JsonDocument.Parse(File.ReadAllText(Path.Combine(_trained.Run, "settings.json")));
        Assert.Equal(source.RootElement.GetProperty("coarse").GetRawText(), settings.RootElement.GetProperty("coarse").GetRawText());
        var fine = settings.RootElement.GetProperty("fine");
        Assert.Equal(0.3, fine.GetProperty("gate").GetDouble()); // the file's
        Assert.Equal(5, fine.GetProperty("seed").GetInt32());
        Assert.Equal(8, fine.GetProperty("fine-count").GetInt32()); // the command line's
        Assert.Equal(1, fine.GetProperty("max-epochs").GetInt32());
        Assert.Equal(0.02, fine.GetProperty("learning-rate").GetDouble()); // the preset's
        Assert.False(File.Exists(folder["fine/curves.svg"]));
        Assert.True(File.Exists(folder["fine/curves-fine.svg"]));

        Assert.Equal(0, Metaembed.Run("plot", "--run", folder["fine"], "--beside-fine", folder["fine/fine/metrics.csv"], "--into", folder["pictures"]).Code);
        Assert.Contains("published", File.ReadAllText(folder["pictures/curves-fine.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_on_a_dataset_called_Yelp2020_is_what_was_published_for_it()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { "train.txt", "test.txt" })
            folder.Write("Yelp2020/" + file, File.ReadAllText(Path.Combine(_trained.Data, file)));
        var outcome = Metaembed.Run(
            ["train", "--data", folder["Yelp2020"], "--run", folder["run"], .. Coarse, "--preset", "published", "--stage", "coarse", "--max-epochs", "1", "--threads", "1"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal("preset published-yelp2020", outcome.OutputLines[0]);
        using var settings = JsonDocument.Parse(File.ReadAllText(folder["run/settings.json"]));
        Assert.Equal(0.6, settings.RootElement.GetProperty("coarse").GetProperty("anchor-weight").GetDouble());
    }

    [Fact]
    public void A_fine_stage_may_draw_its_own_split_as_the_authors_did()
    {
        using var folder = new TemporaryFolder();
        string[] fine = ["--stage", "fine", "--from", _trained.Run, .. Fine, "--fine-max-epochs", "1"];
        Assert.Equal(0, Train(folder["same"], fine).Code);
        Assert.Equal(0, Train(folder["other"], [.. fine, "--split-seed", "5"]).Code);
        Assert.Equal(2024, SplitSeedOf(folder["same"]));
        Assert.Equal(5, SplitSeedOf(folder["other"]));
        Assert.NotEqual(File.ReadAllText(folder["same/fine/results.csv"]), File.ReadAllText(folder["other/fine/results.csv"]));

        static int SplitSeedOf(string run)
        {
            using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "settings.json")));
            return settings.RootElement.GetProperty("coarse").GetProperty("split-seed").GetInt32();
        }
    }

    private Outcome Train(string run, params string[] more) =>
        Metaembed.Run(["train", "--data", _trained.Data, "--run", run, "--threads", "1", .. more]);
}
