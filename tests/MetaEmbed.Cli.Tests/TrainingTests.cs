using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Training, evaluating and recommending through the command, on a few hundred users.</summary>
public sealed class TrainingTests : IClassFixture<TrainedRun>
{
    private static readonly string[] Cutoffs = ["5", "20"];
    private readonly TrainedRun _trained;

    public TrainingTests(TrainedRun trained) => _trained = trained;

    [Fact]
    public void Train_answers_with_the_promised_names()
    {
        Assert.Equal(0, _trained.Outcome.Code);
        using var json = JsonDocument.Parse(Assert.Single(_trained.Outcome.OutputLines));
        var root = json.RootElement;
        Assert.Equal(_trained.Run, root.GetProperty("run").GetString());
        Assert.True(root.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(4, root.GetProperty("epochs").GetInt32());
        Assert.False(root.GetProperty("interrupted").GetBoolean());
        AssertMetrics(root.GetProperty("valid"));
        AssertMetrics(root.GetProperty("test"));
    }

    [Fact]
    public void Messages_of_a_training_go_to_standard_error() =>
        Assert.Contains(_trained.Outcome.ErrorLines, line => line.Contains("validation NDCG@5", StringComparison.Ordinal));

    [Theory]
    [InlineData("valid")]
    [InlineData("test")]
    public void Evaluate_gives_what_the_training_said(string split)
    {
        var outcome = Metaembed.Run("evaluate", "--run", _trained.Run, "--data", _trained.Data, "--split", split, "--json");
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        using var trained = JsonDocument.Parse(_trained.Outcome.OutputLines[^1]);
        var said = trained.RootElement.GetProperty(split);
        Assert.Equal(split, json.RootElement.GetProperty("split").GetString());
        Assert.Equal(said.GetProperty("users").GetInt32(), json.RootElement.GetProperty("users").GetInt32());
        foreach (var metric in new[] { "ndcg", "recall" })
            Assert.Equal(said.GetProperty(metric).GetRawText(), json.RootElement.GetProperty(metric).GetRawText());
    }

    [Fact]
    public void Evaluate_writes_a_table_of_users()
    {
        var file = _trained.Folder["users.csv"];
        var outcome = Metaembed.Run("evaluate", "--run", _trained.Run, "--data", _trained.Data, "--per-user", file, "--json");
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal(json.RootElement.GetProperty("users").GetInt32() + 1, File.ReadLines(file).Count());
    }

    [Fact]
    public void Head_and_tail_and_a_sample_are_told_apart_and_kept()
    {
        string[] command = ["evaluate", "--run", _trained.Run, "--data", _trained.Data, "--head-share", "0.4", "--sample-users", "50", "--sample-seed", "3"];
        using var json = JsonDocument.Parse(Metaembed.Run([.. command, "--json"]).OutputLines[^1]);
        Assert.Equal(50, json.RootElement.GetProperty("users").GetInt32());
        Assert.True(json.RootElement.GetProperty("users_in_all").GetInt32() > 50);
        Assert.Equal(3, json.RootElement.GetProperty("sample_seed").GetInt32());
        Assert.Equal(0.4, json.RootElement.GetProperty("head_share").GetDouble());
        var tail = json.RootElement.GetProperty("tail");
        AssertMetrics(tail);
        var kept = File.ReadLines(Path.Combine(_trained.Run, "evaluations.csv")).Single(line => line.Contains(",test,tail,0.4,50,3,", StringComparison.Ordinal));
        Assert.EndsWith($",{tail.GetProperty("recall").GetProperty("20").GetRawText()}", kept, StringComparison.Ordinal);

        var text = Metaembed.Run(command).Output;
        Assert.Contains("a sample of 50 of ", text, StringComparison.Ordinal);
        Assert.Contains("tail: all other items", text, StringComparison.Ordinal);
        Assert.Equal(0, Metaembed.Run("report", "--run", _trained.Run).Code);
        var report = File.ReadAllText(Path.Combine(_trained.Run, "report.html"));
        Assert.Contains("<td>tail, 60 %</td><td>a sample of 50 users</td>", report, StringComparison.Ordinal);
        Assert.Contains("<td>head, 20 % of the items</td><td>all users</td>", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Recommendations_are_k_items_that_the_user_has_not_met()
    {
        using var json = JsonDocument.Parse(Metaembed.Run("recommend", "--run", _trained.Run, "--user", "3", "-k", "7", "--json").OutputLines[^1]);
        Assert.Equal(3, json.RootElement.GetProperty("user").GetInt32());
        var items = json.RootElement.GetProperty("items").EnumerateArray().ToArray();
        var scores = items.Select(item => item.GetProperty("score").GetDouble()).ToArray();
        Assert.Equal(7, items.Length);
        Assert.Equal(scores.OrderDescending(), scores);
        var met = File.ReadLines(Path.Combine(_trained.Data, "train.txt")).ElementAt(3).Split(' ').Skip(1).Select(int.Parse);
        Assert.Empty(items.Select(item => item.GetProperty("item").GetInt32()).Intersect(met));
        Assert.All(items, item => Assert.Equal($"item {item.GetProperty("item").GetInt32()}", item.GetProperty("name").GetString()));
    }

    [Fact]
    public void Training_items_come_when_asked_for()
    {
        var outcome = Metaembed.Run("recommend", "--run", _trained.Run, "--user", "3", "-k", $"{TrainedRun.Items}", "--include-train", "--json");
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal(TrainedRun.Items, json.RootElement.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void An_unknown_user_is_the_users_mistake() =>
        Assert.Contains("99999", Metaembed.Mistake("recommend", "--run", _trained.Run, "--user", "99999"), StringComparison.Ordinal);

    [Fact]
    public void A_folder_in_use_is_refused() =>
        Assert.Contains("--resume", Metaembed.Run("train", "--data", _trained.Data, "--run", _trained.Run).ErrorLines[^1], StringComparison.Ordinal);

    [Fact]
    public void Under_a_cosine_a_resumed_run_keeps_its_length()
    {
        string[] Command(string epochs) => TrainedRun.Arguments(
            _trained.Data, _trained.Folder["cosine"], "--max-epochs", epochs, "--loss", "sampled-softmax", "--learning-rate-curve", "cosine", "--assignment-update", "matching-pursuit");
        Assert.Equal(0, Metaembed.Run(Command("2")).Code);
        var refused = Metaembed.Run([.. Command("3"), "--resume"]);
        Assert.Equal((2, ""), (refused.Code, refused.Output));
        var line = Assert.Single(refused.ErrorLines, line => line.StartsWith("metaembed: ", StringComparison.Ordinal));
        Assert.Contains("the run was started with max-epochs 2, now it is max-epochs 3", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_needs_no_other_file()
    {
        var html = File.ReadAllText(Path.Combine(_trained.Run, "report.html"));
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains("learning-rate", html, StringComparison.Ordinal);
        foreach (var reference in new[] { "src=", "href=\"http", "url(http", "@import" })
            Assert.DoesNotContain(reference, html, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_trained.Run, "curves.png")));
    }

    [Fact]
    public void Ctrl_C_gives_130_and_a_run_that_ends_with_the_same_bits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGINT to send");
        var run = _trained.Folder["interrupted"];
        using (var process = Metaembed.Start(TrainedRun.Arguments(_trained.Data, run, "--max-epochs", "4000", "--fixed-patience", "-1")))
        {
            WaitForEpochs(process, run, 3);
            Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])!.WaitForExit();
            var outcome = Metaembed.Finish(process);
            Assert.Equal(130, outcome.Code);
            using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
            Assert.True(json.RootElement.GetProperty("interrupted").GetBoolean());
            Assert.Contains(outcome.ErrorLines, line => line.Contains("--resume", StringComparison.Ordinal));
        }

        var epochs = Epochs(run) + 3;
        string[] rest = ["--max-epochs", $"{epochs}", "--fixed-patience", "-1"];
        var resumed = Metaembed.Run([.. TrainedRun.Arguments(_trained.Data, run, rest), "--resume"]);
        Assert.Equal(0, resumed.Code);
        var whole = _trained.Folder["whole"];
        Assert.Equal(0, Metaembed.Run(TrainedRun.Arguments(_trained.Data, whole, rest)).Code);
        foreach (var checkpoint in Directory.EnumerateFiles(Path.Combine(whole, "checkpoints"), "*.safetensors"))
            Assert.Equal(File.ReadAllBytes(checkpoint), File.ReadAllBytes(Path.Combine(run, "checkpoints", Path.GetFileName(checkpoint))));
    }

    private static void WaitForEpochs(Process process, string run, int epochs)
    {
        var patience = Stopwatch.StartNew();
        while (Epochs(run) < epochs)
        {
            Assert.False(process.HasExited, "the training ended by itself");
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "the training does not get on");
            Thread.Sleep(20);
        }
    }

    private static int Epochs(string run)
    {
        var log = Path.Combine(run, "log.jsonl");
        if (!File.Exists(log))
            return 0;
        using var file = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd().Split('\n').Count(line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal));
    }

    private static void AssertMetrics(JsonElement metrics)
    {
        Assert.True(metrics.GetProperty("users").GetInt32() > 0);
        foreach (var name in new[] { "ndcg", "recall" })
        {
            var values = metrics.GetProperty(name).EnumerateObject().ToArray();
            Assert.Equal(Cutoffs, values.Select(value => value.Name));
            Assert.All(values, value => Assert.InRange(value.Value.GetDouble(), 0, 1));
        }
    }
}

/// <summary>A dataset whose users like items of their own kind, and a short run on it.</summary>
public sealed class TrainedRun : IDisposable
{
    public const int Users = 200;
    public const int Items = 60;

    public TrainedRun()
    {
        var train = new StringBuilder();
        var test = new StringBuilder();
        for (var user = 0; user < Users; user++)
        {
            // Six kinds of ten items; each user met six of their kind and will meet three more.
            int Item(int j) => user % 6 * 10 + (user / 6 + j) % 10;
            train.AppendLine(CultureInfo.InvariantCulture, $"{user} {string.Join(' ', Enumerable.Range(0, 6).Select(Item))}");
            test.AppendLine(CultureInfo.InvariantCulture, $"{user} {string.Join(' ', Enumerable.Range(6, 3).Select(Item))}");
        }

        Folder.Write("data/train.txt", train.ToString());
        Folder.Write("data/test.txt", test.ToString());
        Folder.Write("data/items.txt", string.Concat(Enumerable.Range(0, Items).Select(item => $"item {item}\n")));
        Outcome = Metaembed.Run(Arguments(Data, Run, "--max-epochs", "4"));
    }

    internal TemporaryFolder Folder { get; } = new();

    internal Outcome Outcome { get; }

    internal string Data => Folder["data"];

    internal string Run => Folder["run"];

    internal static string[] Arguments(string data, string run, params string[] more) =>
    [
        "train", "--data", data, "--run", run, "--preset", "published", "--stage", "coarse", "--dimension", "16", "--coarse-count", "12", "--batch-size", "512", "--learning-rate", "0.05",
        "--evaluate-every", "2", "--cutoffs", "5,20", "--threads", "1", "--json", .. more,
    ];

    public void Dispose() => Folder.Dispose();
}
