using System.Text;
using System.Text.Json;
using MetaEmbed.Answers;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Export;

namespace MetaEmbed.Tests.Answers;

public sealed class BatchAnswersTests(SmallRun run) : IClassFixture<SmallRun>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Lists_are_those_of_the_run_to_the_bit()
    {
        using var source = Open();
        using var workers = new Workers(1);
        var rows = AnswerStream.Of(source, AskedUsers.All(source.Users), new AnswerOptions(7), 0, source.Users.Count, 2, Token).SelectMany(piece => piece).ToList();
        Assert.Equal(run.Dataset.UserCount, rows.Count);
        for (var user = 0; user < rows.Count; user += 11)
        {
            Assert.Equal($"user {user}", rows[user].User);
            Assert.Equal(run.Open().Recommend(run.Data, user, 7, includeTrain: false, workers), rows[user].Items.ToArray().Select(entry => (entry.Item, entry.Score)));
        }
    }

    [Fact]
    public void Parts_have_the_same_bytes_at_any_number_of_threads_and_after_a_stop()
    {
        using var source = Open();
        var whole = Execute(source, run["whole"], threads: 1);
        Assert.Equal((run.Dataset.UserCount + 6) / 7, whole.Files.Count);

        // Cut off in the third part, with the second one damaged afterwards.
        using var stop = new CancellationTokenSource();
        var progress = new Callback(value =>
        {
            if (value.Done > 14)
                stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => BatchAnswers.Execute(source, Request(source, run["cut"], 2), progress, stop.Token));
        File.AppendAllText(Path.Combine(run["cut"], "part-00001.jsonl"), " ");
        Assert.Contains("give --resume", Assert.Throws<UserMistakeException>(() => Execute(source, run["cut"], 2)).Message, StringComparison.Ordinal);
        var gone = BatchAnswers.Execute(source, Request(source, run["cut"], 2) with { Resume = true }, cancellation: Token);
        Assert.Equal(7, gone.Kept);
        Assert.Equal(whole.Files.Select(Path.GetFileName), gone.Files.Select(Path.GetFileName));
        Assert.All(whole.Files.Zip(gone.Files), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));

        var other = Request(source, run["cut"], 2) with { Options = new AnswerOptions(3), Resume = true };
        Assert.Contains("another question", Assert.Throws<UserMistakeException>(() => BatchAnswers.Execute(source, other, cancellation: Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_somebody_else_is_left_alone()
    {
        using var source = Open();
        Directory.CreateDirectory(run["full"]);
        File.WriteAllText(Path.Combine(run["full"], "mine"), "");
        Assert.Contains("holds no answers", Assert.Throws<UserMistakeException>(() => Execute(source, run["full"], 1)).Message, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(run["full"]));
    }

    [Fact]
    public void Somebody_unknown_is_refused_or_gets_popular_items()
    {
        using var source = Open();
        var text = "user 3\n\nuzer 4\nnobody\n"u8.ToArray();
        var refused = Assert.Throws<UserMistakeException>(() => AskedUsers.Read(source.Users, new MemoryStream(text), "list.txt", keepUnknown: false));
        Assert.StartsWith("list.txt:3: there is no user 'uzer 4', and one more is unknown; did you mean 'user 4'", refused.Message, StringComparison.Ordinal);

        var asked = AskedUsers.Read(source.Users, new MemoryStream(text), "list.txt", keepUnknown: true);
        var lists = AnswerStream.Of(source, asked, new AnswerOptions(5), 0, asked.Count, 1, Token).SelectMany(piece => piece).ToList();
        Assert.Equal(["user 3", "uzer 4", "nobody"], lists.Select(list => list.User));
        Assert.Equal([true, false, false], lists.Select(list => list.FromModel));
        var counts = run.Dataset.Train.CountByItem();
        Assert.Equal(counts.OrderDescending().Take(5).Select(count => (float)count), lists[1].Items.ToArray().Select(entry => entry.Score));
    }

    [Fact]
    public void Only_allowed_items_are_in_a_list_and_every_score_is_a_number()
    {
        using var source = Open();
        var allowed = Enumerable.Range(0, run.Dataset.ItemCount).Where(item => item % 5 == 1).ToArray();
        var options = new AnswerOptions(1000, IncludeMet: true, allowed);
        foreach (var answer in AnswerStream.Of(source, AskedUsers.All(source.Users), options, 0, source.Users.Count, 1, Token).SelectMany(piece => piece))
        {
            Assert.Equal(allowed, answer.Items.ToArray().Select(entry => entry.Item).Order());
            Assert.All(answer.Items.ToArray(), entry => Assert.True(float.IsFinite(entry.Score)));
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_users()
    {
        using var source = Open();
        var users = string.Concat(Enumerable.Repeat("user 1\nuser 2\nuser 5\n", 10_000));
        var asked = AskedUsers.Read(source.Users, new MemoryStream(Encoding.UTF8.GetBytes(users)), "many", keepUnknown: false);
        long first = 0, last = 0;
        var progress = new Callback(value =>
        {
            last = GC.GetTotalMemory(forceFullCollection: true);
            first = first == 0 ? last : first;
        });
        BatchAnswers.Execute(source, new BatchRequest(asked, new AnswerOptions(100), AnswerFormat.Csv, run["many.csv"], true) { Threads = 2 }, progress, Token);

        // The lists of all users take 8 bytes a row.
        var rows = File.ReadLines(run["many.csv"]).Count();
        Assert.InRange(rows, 1_000_000, 3_000_000);
        Assert.InRange(last - first, long.MinValue, 8L * rows / 4);
    }

    [Fact]
    public void Lines_of_JSON_carry_names_and_scores()
    {
        using var source = Open();
        var file = run["one.jsonl"];
        BatchAnswers.Execute(source, new BatchRequest(AskedUsers.All(source.Users), new AnswerOptions(4), AnswerFormat.JsonLines, file, true), cancellation: Token);
        var lines = File.ReadAllLines(file);
        Assert.Equal(run.Dataset.UserCount, lines.Length);
        using var json = JsonDocument.Parse(lines[9]);
        Assert.Equal("user 9", json.RootElement.GetProperty("user").GetString());
        var best = new Recommendation[4];
        source.Model.Recommend(9, best);
        Assert.Equal(best.Select(entry => source.Model.ItemName(entry.Item)), json.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("item").GetString()));
        Assert.Equal(best.Select(entry => entry.Score), json.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("score").GetSingle()));
    }

    private AnswerSource Open() => AnswerSource.OfRun(run.Run, null, 1, histories: false, Token);

    private static BatchResult Execute(AnswerSource source, string folder, int threads) => BatchAnswers.Execute(source, Request(source, folder, threads), cancellation: Token);

    private static BatchRequest Request(AnswerSource source, string folder, int threads) =>
        new(AskedUsers.All(source.Users), new AnswerOptions(5), AnswerFormat.JsonLines, folder, false) { UsersPerPart = 7, Threads = threads };

    private sealed class Callback(Action<BatchProgress> report) : IProgress<BatchProgress>
    {
        public void Report(BatchProgress value) => report(value);
    }
}
