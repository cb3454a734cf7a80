using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

public sealed class FullRankingTests
{
    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(10, 47, 3, 3)]
    [InlineData(33, 49, 8, 3)]
    [InlineData(70, 333, 17, 1)]
    [InlineData(150, 600, 5, 0)]
    public void Agrees_with_a_sort_of_all_scores(int users, int items, int d, int block)
    {
        using var workers = new Workers(2);
        using var rows = Rows.Random(users + items, d, 5);
        var bias = Rows.Random(1, items, 6).Row(0).ToArray();
        var exclude = Rows.Pairs(users, items, 0.3, 7);
        var relevant = Rows.Pairs(users, items, 0.05, 8);
        int[] cutoffs = [10, 1, 3, 10, 700];
        var result = FullRanking.Evaluate(rows, users, items, bias, exclude, relevant, new() { Cutoffs = cutoffs, UserBlock = block }, workers);
        Assert.Equal([1, 3, 10, 700], result.Cutoffs);
        Assert.Equal(Enumerable.Range(0, users).Count(user => relevant.Of(user).Length > 0), result.Users);
        foreach (var k in result.Cutoffs)
        {
            var expected = NaiveRanking.Metrics(rows, users, bias, exclude, relevant, k);
            double[] actual = [result.Recall[k], result.Ndcg[k], result.Precision[k], result.HitRate[k], result.Mrr[k], result.Map[k]];
            for (var m = 0; m < expected.Length; m++)
                Assert.Equal(expected[m], actual[m], 1e-12);
        }
    }

    [Fact]
    public void Lists_are_those_of_a_sort_with_ties_to_the_smaller_item()
    {
        // Rows of few distinct whole numbers: most scores tie.
        const int users = 40, items = 500, d = 2;
        using var workers = new Workers(3);
        using var rows = new Matrix(users + items, d);
        var stream = new RandomStream(1, RandomPurpose.Test);
        foreach (ref var value in rows.AsSpan())
            value = stream.NextInt32(3) - 1;
        var exclude = Rows.Pairs(users, items, 0.4, 9);
        int[] asked = [7, 0, 39, 7];
        var lists = FullRanking.TopItems(rows, users, items, [], exclude, asked, 30, workers);
        Assert.Equal(asked, lists.Users.ToArray());
        for (var i = 0; i < asked.Length; i++)
        {
            var expected = NaiveRanking.List(rows, users, [], exclude, asked[i]).Take(30).ToArray();
            Assert.Equal(expected, lists.Items(i).ToArray());
            Assert.Equal(expected.Select(item => NaiveRanking.Score(rows, users, [], asked[i], item)), lists.Scores(i).ToArray());
        }
    }

    [Fact]
    public void A_user_with_few_or_no_items_left_gets_a_short_list()
    {
        using var workers = new Workers(1);
        using var rows = Rows.Random(3 + 4, 2, 10);
        var exclude = new Interactions(4, [0, 4, 7, 7], [0, 1, 2, 3, 0, 1, 2]);
        var lists = FullRanking.TopItems(rows, 3, 4, [], exclude, null, 10, workers);
        Assert.Equal(0, lists.Items(0).Length);
        Assert.Equal([3], lists.Items(1).ToArray());
        Assert.Equal(4, lists.Items(2).Length);

        // A relevant item that is excluded cannot be hit, and its user still counts.
        var relevant = new Interactions(4, [0, 1, 2, 2], [2, 3]);
        var result = FullRanking.Evaluate(rows, 3, 4, [], exclude, relevant, new() { Cutoffs = [9] }, workers);
        Assert.Equal(2, result.Users);
        Assert.Equal(0.5, result.Recall[9]);
        Assert.Equal(0.5, result.Ndcg[9]);
    }

    [Fact]
    public void Nobody_with_relevant_items_gives_zeros()
    {
        using var workers = new Workers(1);
        using var rows = Rows.Random(2 + 3, 2, 11);
        var none = new Interactions(3, [0, 0, 0], []);
        var result = FullRanking.Evaluate(rows, 2, 3, [], none, none, new(), workers);
        Assert.Equal(0, result.Users);
        Assert.Equal(0, result.Ndcg[5]);
    }

    [Theory]
    [InlineData(1, float.NaN, "row of user 1 holds NaN")]
    [InlineData(700, float.PositiveInfinity, "row of item 697 holds Infinity")]
    [InlineData(2, 1e30f, "leave the range")]
    public void Rows_that_have_no_order_are_refused_before_the_ranking(int row, float value, string expected)
    {
        using var workers = new Workers(2);
        using var rows = Rows.Random(3 + 800, 20, 12);
        rows[row, 19] = value;
        rows[3, 0] = value == 1e30f ? 1e30f : 0;
        var none = new Interactions(800, [0, 0, 0, 0], []);
        var refusal = Assert.Throws<UserMistakeException>(() => FullRanking.Evaluate(rows, 3, 800, [], none, none, new(), workers));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_in_the_question_are_named()
    {
        using var workers = new Workers(1);
        using var rows = Rows.Random(2 + 3, 2, 13);
        var none = new Interactions(3, [0, 0, 0], []);
        Assert.Throws<UserMistakeException>(() => FullRanking.Evaluate(rows, 2, 3, [], none, none, new() { Cutoffs = [5, 0] }, workers));
        Assert.Throws<UserMistakeException>(() => FullRanking.Evaluate(rows, 2, 3, [], none, none, new() { Cutoffs = [] }, workers));
        Assert.Throws<UserMistakeException>(() => FullRanking.Evaluate(rows, 2, 3, [1, float.NaN, 2], none, none, new(), workers));
        Assert.Throws<UserMistakeException>(() => FullRanking.TopItems(rows, 2, 3, [], null, [2], 1, workers));
        Assert.Throws<UserMistakeException>(() => FullRanking.TopItems(rows, 2, 3, [], null, [1], 0, workers));
        Assert.Throws<ArgumentException>(() => FullRanking.Evaluate(rows, 3, 3, [], none, none, new(), workers));
        Assert.Throws<ArgumentException>(() => FullRanking.Evaluate(rows, 2, 3, [1f], none, none, new(), workers));
    }

    [Fact]
    public void A_cancelled_evaluation_says_so()
    {
        using var workers = new Workers(2);
        using var rows = Rows.Random(2 + 3, 2, 14);
        var all = new Interactions(3, [0, 1, 2], [0, 1]);
        Assert.Throws<OperationCanceledException>(() => FullRanking.Evaluate(rows, 2, 3, [], all, all, new(), workers, new CancellationToken(true)));
    }

    [Fact]
    public void Any_number_of_threads_and_any_block_give_the_same_bits()
    {
        const int users = 300, items = 700, d = 24;
        using var rows = Rows.Random(users + items, d, 15);
        var bias = Rows.Random(1, items, 16).Row(0).ToArray();
        var exclude = Rows.Pairs(users, items, 0.1, 17);
        var relevant = Rows.Pairs(users, items, 0.05, 18);
        var seen = new HashSet<string>();
        foreach (var (threads, block) in new[] { (1, 0), (2, 0), (3, 0), (2, 3), (3, 1) })
        {
            using var workers = new Workers(threads);
            var result = FullRanking.Evaluate(rows, users, items, bias, exclude, relevant, new() { PerUser = true, UserBlock = block }, workers);
            using var csv = new StringWriter();
            result.PerUser!.WriteCsv(csv);
            foreach (var k in result.Cutoffs)
                csv.Write($"{result.Ndcg[k]:R} {result.Map[k]:R}\n");
            seen.Add(csv.ToString());
        }

        Assert.Single(seen);
    }

    [Fact]
    public void The_table_of_users_holds_what_the_averages_are_made_of()
    {
        using var workers = new Workers(1);
        using var rows = Rows.Random(20 + 90, 4, 19);
        var exclude = Rows.Pairs(20, 90, 0.1, 20);
        var relevant = Rows.Pairs(20, 90, 0.1, 21);
        var result = FullRanking.Evaluate(rows, 20, 90, [], exclude, relevant, new() { Cutoffs = [7], PerUser = true }, workers);
        using var csv = new StringWriter();
        result.PerUser!.WriteCsv(csv);
        var lines = csv.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal("user,relevant,recall@7,ndcg@7,precision@7,hit-rate@7,mrr@7,map@7", lines[0]);
        Assert.Equal(result.Users, lines.Length - 1);
        Assert.Equal(result.Ndcg[7], lines.Skip(1).Sum(line => double.Parse(line.Split(',')[3])) / result.Users);
        Assert.Equal(result.Recall[7], Enumerable.Range(0, result.Users).Sum(i => result.PerUser!.Of(i, "recall", 7)) / result.Users);
        Assert.Throws<ArgumentException>(() => result.PerUser!.Of(0, "recall", 8));

        var folder = Directory.CreateTempSubdirectory("metaembed-users-");
        try
        {
            var file = Path.Combine(folder.FullName, "users.csv");
            result.PerUser!.SaveCsv(file);
            Assert.Equal(csv.ToString(), File.ReadAllText(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
