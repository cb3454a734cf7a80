using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

public class TableTests
{
    [Fact]
    public void Metrics_have_the_columns_of_the_published_curves_and_every_bit()
    {
        using var folder = new TemporaryFolder();
        var path = folder["metrics.csv"];
        var table = MetricsTable.Open(path, [5, 20], 0);
        table.Put(0, "fixed", Summary(0.1 + 0.2));
        table.Put(5, "fixed", Summary(1.0 / 3));
        Assert.Equal(["epoch,phase,valid_ndcg@5,valid_ndcg@20,valid_recall@5,valid_recall@20", "0,fixed,0.30000000000000004,0.6000000000000001,1.3,1.3"], File.ReadLines(path).Take(2));
        var row = MetricsTable.Read(path)[1];
        Assert.Equal((5, "fixed", 1.0 / 3, 2.0 / 3), (row.Epoch, row.Phase, row.Ndcg[5], row.Ndcg[20]));
    }

    [Fact]
    public void A_resume_drops_the_rows_that_come_again_and_doubles_none()
    {
        using var folder = new TemporaryFolder();
        var path = folder["metrics.csv"];
        var table = MetricsTable.Open(path, [5, 20], 0);
        for (var epoch = 0; epoch <= 20; epoch += 5)
            table.Put(epoch, "fixed", Summary(epoch));
        var resumed = MetricsTable.Open(path, [5, 20], 10);
        Assert.Equal([0, 5], MetricsTable.Read(path).Select(r => r.Epoch));
        resumed.Put(10, "fixed", Summary(1));
        resumed.Put(10, "fixed", Summary(2));
        resumed.Put(15, "updating", Summary(3));
        Assert.Equal([(0, 0.0), (5, 5.0), (10, 2.0), (15, 3.0)], MetricsTable.Read(path).Select(r => (r.Epoch, r.Ndcg[5])));
        var other = Assert.Throws<UserMistakeException>(() => MetricsTable.Open(path, [5, 10], 10));
        Assert.Contains("resume with the cut-offs the run was started with", other.Message);
    }

    [Fact]
    public void The_published_curves_are_read()
    {
        var rows = MetricsTable.Read(Shared.Require("reference/curves/gowalla_coarse_seed2024.csv"));
        Assert.Equal(0.006515028785997264, rows[0].Ndcg[5]);
        Assert.Equal([5, 10, 20, 50], rows[0].Recall.Keys);
        Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.True(pair.First.Epoch < pair.Second.Epoch));
    }

    [Theory]
    [InlineData("", null, "is empty")]
    [InlineData("epoch,phase,valid_ndcg@5,valid_recall@5\n0,fixed,1\n", 2L, "the row has 3 cells, the header 4")]
    [InlineData("epoch,phase,valid_ndcg@5,valid_recall@5\n0,fixed,x,1\n", 2L, "'x' is not a number")]
    [InlineData("epoch,phase,valid_ndcg@5,valid_recall@5\n0,fixed,1,1\n-1,fixed,1,1\n", 3L, "'-1' is not a whole number")]
    [InlineData("a,b\n", 1L, "the columns are a,b")]
    public void A_damaged_table_is_one_clear_line(string content, long? line, string found)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["metrics.csv"], content);
        var mistake = Assert.Throws<UserMistakeException>(() => MetricsTable.Read(folder["metrics.csv"]));
        Assert.Equal(line, mistake.Line);
        Assert.Contains(found, mistake.Message);
    }

    [Fact]
    public void Results_have_one_row_for_a_checkpoint_and_split()
    {
        using var folder = new TemporaryFolder();
        var path = folder["results.csv"];
        ResultsTable.Open(path, [5, 20]).Put("best-fixed", 40, Summary(1) with { Split = "test" });
        var again = ResultsTable.Open(path, [5, 20]);
        again.Put("best-updating", 60, Summary(2) with { Split = "test" });
        again.Put("best-fixed", 45, Summary(3) with { Split = "test" });
        Assert.Equal(
            ["checkpoint,split,epoch,users,ndcg@5,ndcg@20,recall@5,recall@20", "best-fixed,test,45,7,3,6,4,4", "best-updating,test,60,7,2,4,3,3"],
            File.ReadLines(path));
    }

    [Fact]
    public void Evaluations_have_one_row_for_a_part_and_a_sample()
    {
        using var folder = new TemporaryFolder();
        using var workers = new Workers(1);
        using var rows = Rows.Random(30 + 50, 4, 1);
        var (train, relevant) = (Rows.Pairs(30, 50, 0.2, 2), Rows.Pairs(30, 50, 0.1, 3));
        var path = folder["evaluations.csv"];
        var whole = new EvaluationOptions { Cutoffs = [5, 20], HeadShare = 0.3 };
        EvaluationResult result = null!;
        foreach (var options in new[] { whole, whole with { SampleUsers = 4, SampleSeed = 9 }, whole })
        {
            result = FullRanking.Evaluate(rows, 30, 50, [], train, relevant, options, workers);
            EvaluationsTable.Open(path, [5, 20]).Put("best-updating", 60, "test", options, result);
        }

        var read = EvaluationsTable.Read(path);
        Assert.Equal(["all", "head", "tail", "all", "head", "tail"], read.Select(row => row.Part));
        Assert.Equal([0, 0, 0, 4, 4, 4], read.Select(row => row.SampleUsers));
        Assert.Equal([0, 0, 0, 9, 9, 9], read.Select(row => row.SampleSeed));
        Assert.Equal(0.3, read[2].HeadShare);
        Assert.Equal(result.Tail!.Ndcg.OrderBy(pair => pair.Key), read[2].Metrics.Ndcg.OrderBy(pair => pair.Key));
        Assert.Equal(result.Tail.Users, read[2].Metrics.Users);
        Assert.Equal(4, read[3].Metrics.Users);
        File.WriteAllText(path, "checkpoint,split\n");
        Assert.Contains("head_share", Assert.Throws<UserMistakeException>(() => EvaluationsTable.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assignment_statistics_count_what_the_definition_says()
    {
        // Three rows of two picks over four meta-embeddings: dense [[.5 .5 0 0] [0 .25 0 0] [0 0 0 0]].
        var statistics = AssignmentStatistics.Of([0, 1, 1, 3, 3, 2], [0.5f, 0.5f, 0.25f, 0, 0, 0], 3, 4);
        Assert.Equal(new AssignmentStatistics(3 / 12.0, 1, 1.25 / 12, 1.25 / 3, 2, 4), statistics);
        Assert.Equal(new AssignmentStatistics(0, 0, 0, 0, 0, 4), AssignmentStatistics.Of([0, 1], [0, 0], 1, 4));
        Assert.Equal(new AssignmentStatistics(0, 0, 0, 0, 0, 0), AssignmentStatistics.Of([], [], 0, 0));
    }

    [Fact]
    public void Assignment_rows_of_epochs_that_come_again_are_dropped()
    {
        using var folder = new TemporaryFolder();
        var path = folder["assignment.csv"];
        var table = AssignmentTable.Open(path, 0);
        var statistics = new AssignmentStatistics(0.25, 2, 0.1, 0.4, 266, 300);
        table.Put(0, "coarse", "initial", statistics);
        table.Put(7, "coarse", "update", statistics);
        table.Put(8, "coarse", "update", statistics);
        AssignmentTable.Open(path, 8).Put(8, "coarse", "update", statistics with { InUse = 200 });
        Assert.Equal(["0,coarse,initial,0.25,2,0.1,0.4,266,300", "7,coarse,update,0.25,2,0.1,0.4,266,300", "8,coarse,update,0.25,2,0.1,0.4,200,300"], File.ReadLines(path).Skip(1));
    }

    private static MetricSummary Summary(double value)
    {
        return new MetricSummary("valid", 7, new Dictionary<int, double> { [5] = value, [20] = 2 * value }, new Dictionary<int, double> { [5] = value + 1, [20] = value + 1 });
    }
}
