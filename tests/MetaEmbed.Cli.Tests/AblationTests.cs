using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace MetaEmbed.Cli.Tests;

/// <summary>Ablations through the command, on a few hundred users and an epoch or two a point.</summary>
public sealed class AblationTests : IClassFixture<TrainedRun>
{
    private static readonly string[] Stages =
    [
        "--dimension", "16", "--batch-size", "512", "--learning-rate", "0.05", "--cutoffs", "5,20", "--max-epochs", "2", "--evaluate-every", "1",
        "--fine-components", "6", "--fine-per-coarse", "2", "--fine-threshold", "0.2", "--fine-batch-size", "512", "--fine-evaluate-every", "1", "--threads", "1",
    ];

    private static readonly string[] Space =
        ["--fixed-coarse", "8", "--fine-shares", "0.5,1", "--fixed-total", "16", "--fine-of-total", "0,4,8"];

    // Of a fine stage on a run that is there already: nothing of the coarse one is given.
    private static readonly string[] FineOnly =
    [
        "--fine-count", "8", "--fine-components", "6", "--fine-per-coarse", "2", "--fine-batch-size", "512", "--fine-max-epochs", "1", "--fine-evaluate-every", "1", "--threads", "1",
    ];

    private readonly TrainedRun _trained;

    public AblationTests(TrainedRun trained) => _trained = trained;

    [Fact]
    public void The_space_study_shares_runs_and_keeps_bytes_beside_quality()
    {
        using var folder = new TemporaryFolder();
        var outcome = Ablate(folder["space"], [.. Space, .. Stages, "--beside", "published", "--json"]);
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(Assert.Single(outcome.OutputLines));
        Assert.Equal((5, 5), (json.RootElement.GetProperty("points").GetInt32(), json.RootElement.GetProperty("done").GetInt32()));

        // (a) 8 + 4 and 8 + 8, (b) 16, 12 + 4 and 8 + 8, which is there already.
        string[] runs = ["coarse-12", "coarse-12-fine-4", "coarse-16", "coarse-8", "coarse-8-fine-4", "coarse-8-fine-8"];
        Assert.Equal(runs, Directory.EnumerateDirectories(folder["space"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        var rows = Rows(folder["space/ablation.csv"]);
        // Two rows, valid and test, for each checkpoint: of four points with a fine stage and one without.
        Assert.Equal(2 * (4 * 2 + 1), rows.Count);
        var fine = rows.Single(row => (row["panel"], row["x"], row["stage"], row["split"]) == ("fixed-total", "4", "fine", "test"));
        Assert.Equal(("12", "4", "coarse-12-fine-4", "2", "1"), (fine["coarse_count"], fine["fine_count"], fine["run"], fine["epochs"], fine["final"]));
        // Numbers: codebooks 16 x 16; S 260 x 2, S2 12 x 2, 60 biases.
        Assert.Equal(("256", "1024"), (fine["codebook_numbers"], fine["codebook_bytes"]));
        Assert.Equal(("860", "544", $"{860 * 4 + 544 * 2}"), (fine["weights"], fine["indices"], fine["parameter_bytes"]));
        var evaluated = Metaembed.Run("evaluate", "--run", folder["space/coarse-12-fine-4"], "--data", _trained.Data, "--json");
        using var stored = JsonDocument.Parse(evaluated.OutputLines[^1]);
        Assert.Equal(stored.RootElement.GetProperty("ndcg").GetProperty("5").GetDouble(), double.Parse(fine["ndcg@5"], CultureInfo.InvariantCulture));

        var svg = new XmlDocument();
        svg.Load(folder["space/ablation.svg"]);
        foreach (var words in new[] { "NDCG@5", "NDCG@20", "Recall@5", "Recall@20", "(a) A fixed number", "(b) A fixed total", "published" })
            Assert.Contains(words, svg.DocumentElement!.InnerText, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder["space/ablation.png"])[..4]);
        Assert.DoesNotContain(outcome.ErrorLines, line => line.Contains("Unsupported", StringComparison.Ordinal)); // what the drawing says of a pattern it cannot draw

        // Again: nothing is trained.
        var checkpoint = folder["space/coarse-8/checkpoints/last.safetensors"];
        var written = File.GetLastWriteTimeUtc(checkpoint);
        var again = Ablate(folder["space"], [.. Space, .. Stages, "--json"]);
        Assert.Equal((0, outcome.OutputLines[^1]), (again.Code, again.OutputLines[^1]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(checkpoint));

        Assert.StartsWith($"metaembed: {folder["space/ablation.json"]}: the run was started with fixed-total 16, now it is fixed-total 17; ", LastLine(Ablate(folder["space"], [.. Space.Select(word => word == "16" ? "17" : word), .. Stages])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frozen", "trained,frozen")]
    [InlineData("gate", "gate-0,gate-0.5")]
    [InlineData("threshold", "threshold-0,threshold-0.3")]
    public void A_control_starts_from_a_run(string study, string runs)
    {
        using var folder = new TemporaryFolder();
        string[] values = study switch
        {
            "gate" => ["--gates", "0,0.5"],
            "threshold" => ["--thresholds", "0,0.3"],
            _ => [],
        };
        var outcome = Ablate(folder["study"], ["--study", study, .. values, "--from", _trained.Run, .. FineOnly]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(runs.Split(',').Order(), Directory.EnumerateDirectories(folder["study"]).Select(Path.GetFileName).Order());
        var rows = Rows(folder["study/ablation.csv"]).Where(row => (row["split"], row["final"]) == ("test", "1")).ToList();
        Assert.Equal(4, rows.Count);
        Assert.Equal(2, rows.Count(row => row["stage"] == "coarse"));
        var before = rows.Where(row => row["stage"] == "coarse").Select(row => row["ndcg@5"]).Distinct();
        using var trained = JsonDocument.Parse(_trained.Outcome.OutputLines[^1]);
        Assert.Equal(trained.RootElement.GetProperty("test").GetProperty("ndcg").GetProperty("5").GetDouble(), double.Parse(Assert.Single(before), CultureInfo.InvariantCulture));
        using var settings = JsonDocument.Parse(File.ReadAllText(folder[$"study/{runs.Split(',')[1]}/settings.json"]));
        var fine = settings.RootElement.GetProperty("fine");
        Assert.Equal(study == "frozen", fine.GetProperty("freeze-fine").GetBoolean());
        Assert.Equal(study == "gate" ? 0.5 : 0.2, fine.GetProperty("gate").GetDouble());
        Assert.Equal(study == "threshold" ? 0.3 : 1, fine.GetProperty("threshold").GetDouble());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public void Stopped_in_the_middle_it_ends_with_the_same_table(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals to send");
        using var folder = new TemporaryFolder();
        string[] arguments = ["--fixed-coarse", "8", "--fine-shares", "0.5", "--fixed-total", "16", "--fine-of-total", "0", .. Stages, "--fine-max-epochs", "25", "--fine-fixed-patience", "-1"];
        arguments[Array.IndexOf(arguments, "--fine-evaluate-every") + 1] = "10";
        using (var process = Metaembed.Start(["ablate", "--data", _trained.Data, "--run", folder["cut"], .. arguments]))
        {
            // The second training is under way.
            WaitFor(process, folder["cut/coarse-8-fine-4/log.jsonl"], "\"event\":\"start\"");
            Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)])!.WaitForExit();
            Assert.Equal(code, Metaembed.Finish(process).Code);
        }

        Assert.Equal(0, Metaembed.Run("evaluate", "--run", folder["cut/coarse-8"], "--data", _trained.Data).Code);
        Assert.Equal(0, Ablate(folder["cut"], arguments).Code);
        Assert.Equal(0, Ablate(folder["whole"], arguments).Code);
        Assert.Equal(Timeless(folder["whole/ablation.csv"]), Timeless(folder["cut/ablation.csv"]));
    }

    [Fact]
    public void Two_at_once_are_refused()
    {
        using var folder = new TemporaryFolder();
        string[] arguments = ["--run", folder["study"], "--data", _trained.Data, "--study", "frozen", "--from", _trained.Run, .. FineOnly, "--fine-fixed-patience", "-1"];
        arguments[Array.IndexOf(arguments, "--fine-max-epochs") + 1] = "5000";
        using var first = Metaembed.Start(["ablate", .. arguments]);
        WaitFor(first, folder["study/trained/log.jsonl"], "\"event\":\"start\"");
        Assert.Equal($"metaembed: {folder["study"]}: another ablation runs in this folder; wait for it or stop it, or give another folder.", Metaembed.Run(["ablate", .. arguments]).ErrorLines[^1]);
        first.Kill();
        Metaembed.Finish(first);
    }

    [Theory]
    [InlineData("--coarse-count is set by the space study; leave it out.", "--coarse-count", "9")]
    [InlineData("--fine-gate is set by the gate study; leave it out.", "--study", "gate", "--fine-gate", "0.3")]
    [InlineData("--gates goes with --study gate, not with --study space; leave one of them out.", "--gates", "0.3")]
    [InlineData("--study is 'gaet'; give space or frozen or gate or threshold.", "--study", "gaet")]
    [InlineData("--gates is '2'; give different numbers from 0 to 1.", "--study", "gate", "--gates", "2")]
    public void Settings_that_do_not_fit_the_study_are_refused(string line, params string[] arguments) =>
        Assert.Equal(line, Metaembed.Mistake(["ablate", "--data", "x", "--run", "y", .. arguments]));

    [Theory]
    [InlineData("fine-of-total 8 leaves no coarse meta-embedding of fixed-total 8; ask for fewer fine ones.", "--fixed-total", "8", "--fine-of-total", "2,8")]
    [InlineData("fine-per-coarse 4 is more than fine-count 2; a coarse meta-embedding cannot pick the same fine one twice.", "--fixed-coarse", "10", "--fine-shares", "0.2")]
    public void Numbers_that_do_not_go_together_are_refused_before_anything_is_trained(string line, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal($"metaembed: {line}", LastLine(Ablate(folder["study"], arguments)));
        Assert.False(Directory.Exists(folder["study"]));
    }

    [Fact]
    public void A_run_that_no_point_can_start_from_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"metaembed: {_trained.Run}: the run has 12 coarse meta-embeddings, and no point of the study has; leave --from out, or name a run with 100 or 120 or 140 or 160 or 180 or 200.",
            LastLine(Ablate(folder["study"], "--from", _trained.Run)));
        Assert.Equal(
            $"metaembed: {_trained.Data}: the folder is not empty and holds no ablation (it has '{Path.GetFileName(Directory.EnumerateFileSystemEntries(_trained.Data).First())}'); give an empty or a new folder.",
            LastLine(Ablate(_trained.Data, "--study", "frozen", "--from", _trained.Run, "--fine-max-epochs", "1")));
    }

    private Outcome Ablate(string run, params string[] more) => Metaembed.Run(["ablate", "--data", _trained.Data, "--run", run, .. more]);

    private static string LastLine(Outcome outcome)
    {
        Assert.Equal(2, outcome.Code);
        return outcome.ErrorLines[^1];
    }

    private static List<Dictionary<string, string>> Rows(string path)
    {
        var lines = File.ReadAllLines(path).Select(line => line.Split(',')).ToArray();
        return [.. lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private static string[] Timeless(string path) =>
        [.. Rows(path).Select(row => string.Join(',', row.Where(cell => cell.Key != "seconds").Select(cell => cell.Value)))];

    private static void WaitFor(Process process, string log, string mark)
    {
        var patience = Stopwatch.StartNew();
        while (!File.Exists(log) || !Read(log).Contains(mark, StringComparison.Ordinal))
        {
            Assert.False(process.HasExited, "the ablation ended by itself");
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "the ablation does not get on");
            Thread.Sleep(10);
        }
    }

    private static string Read(string log)
    {
        using var file = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd();
    }
}
