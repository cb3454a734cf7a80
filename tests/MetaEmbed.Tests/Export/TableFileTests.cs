using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Export;

public sealed class TableFileTests(SmallRun run) : IClassFixture<SmallRun>
{
    [Theory]
    [InlineData("float16", 0.002f)]
    [InlineData("int8", 0.02f)]
    public void Scores_and_lists_are_near_those_of_the_run(string code, float tolerance)
    {
        using var recommender = Export($"{code}.metaembed", code);
        using var workers = new Workers(1);
        var best = new Recommendation[10];
        for (var user = 0; user < run.Dataset.UserCount; user += 7)
        {
            var expected = run.Open().Recommend(run.Data, user, 10, includeTrain: false, workers);
            Assert.Equal(10, recommender.Recommend(user, best));
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(expected[i].Score, best[i].Score, tolerance);
                Assert.Equal(recommender.Score(user, best[i].Item), best[i].Score);
                Assert.False(run.Dataset.Train.Contains(user, best[i].Item));
            }
        }
    }

    // At the cut-off 1 users have more relevant items than a list has places.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Metrics_through_the_reader_are_those_of_its_rows(int cutoff)
    {
        using var recommender = Export("metrics.metaembed", "int8");
        var (users, items) = (recommender.UserCount, recommender.ItemCount);
        using var rows = new Matrix(users + items, recommender.Info.Dimension);
        for (var user = 0; user < users; user++)
            recommender.CopyUserRow(user, rows.Row(user));
        for (var item = 0; item < items; item++)
            recommender.CopyItemRow(item, rows.Row(users + item));
        var bias = Enumerable.Range(0, items).Select(recommender.ItemBias).ToArray();
        var split = ValidationSplit.Create(run.Dataset, 2024);
        var options = new EvaluationOptions { Cutoffs = [cutoff] };
        using var workers = new Workers(2);
        var expected = FullRanking.Evaluate(rows, users, items, bias, split.Train, split.Test, options, workers);
        var actual = FileEvaluation.Evaluate(recommender, UserSource.Known, split.Train, split.Test, options, workers);
        Assert.True(expected.Ndcg[cutoff] > 0);
        Assert.Equal(expected.Ndcg, actual.Ndcg);
        Assert.Equal(expected.Recall, actual.Recall);
    }

    [Fact]
    public void Names_histories_and_facts_come_back()
    {
        using var recommender = Export("names.metaembed", "int8");
        Assert.Equal(ModelFileKind.Table, recommender.Info.Kind);
        Assert.Equal(run.Dataset.ContentHash, recommender.Info.Text("data.hash"));
        Assert.Equal("item ü1", recommender.ItemName(1));
        Assert.Equal("7", recommender.ItemName(7));
        Assert.Equal(1, recommender.FindItem("item ü1"));
        Assert.Equal(-1, recommender.FindItem(""));
        Assert.Equal(3, recommender.FindUser("user 3"));
        for (var user = 0; user < recommender.UserCount; user++)
            Assert.Equal(run.Dataset.Train.Of(user), recommender.HistoryOf(user));
    }

    [Fact]
    public void The_same_run_gives_the_same_bytes()
    {
        Export("a.metaembed", "int8").Dispose();
        Export("b.metaembed", "int8", threads: 1).Dispose();
        Assert.Equal(File.ReadAllBytes(run["a.metaembed"]), File.ReadAllBytes(run["b.metaembed"]));
    }

    [Fact]
    public void The_card_says_the_size_and_the_metrics_of_the_file()
    {
        var card = ModelExport.Execute(new ExportRequest(run.Run, run["card.metaembed"], ModelFileKind.Table) { Threads = 1 }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(new FileInfo(run["card.metaembed"]).Length, card.Bytes);
        var stored = run.Open();
        using var workers = new Workers(1);
        Assert.Equal(stored.Evaluate(run.Data, "test", workers, cancellation: TestContext.Current.CancellationToken).Result.Ndcg, card.Of(CardMetrics.Checkpoint)!.Ndcg);
        var again = FileEvaluation.Evaluate(new FileEvaluationRequest(run["card.metaembed"], run.Data, "test") { Users = "history" }, workers, TestContext.Current.CancellationToken);
        Assert.Equal(again.Ndcg, card.Of(CardMetrics.FileHistory)!.Ndcg);
        var (markdown, json) = CardText.PathsOf(run["card.metaembed"]);
        Assert.Contains($"{card.Bytes:N0} bytes", File.ReadAllText(markdown), StringComparison.Ordinal);
        Assert.Contains(card.Checksum, File.ReadAllText(json), StringComparison.Ordinal);
    }

    private Recommender Export(string name, string code, int threads = 2)
    {
        ModelExport.Execute(new ExportRequest(run.Run, run[name], ModelFileKind.Table) { Code = code, Threads = threads });
        return Recommender.Open(run[name]);
    }
}
