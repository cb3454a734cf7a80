using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

/// <summary>Metrics of head and tail apart, and of samples of users.</summary>
public sealed class PartTests
{
    private const int Users = 60, Items = 130, Dimension = 6;

    [Fact]
    public void The_head_has_the_most_popular_items_with_ties_to_the_smaller_id()
    {
        // Degrees of items 0 .. 4: 1, 3, 1, 0, 3.
        var train = new Interactions(5, [0, 3, 5, 8], [0, 1, 4, 1, 4, 1, 2, 4]);
        Assert.Equal([false, false, false, false, false], ItemHead.Of(train, 0));
        Assert.Equal([false, true, false, false, false], ItemHead.Of(train, 0.2));
        Assert.Equal([true, true, false, false, true], ItemHead.Of(train, 0.5));
        Assert.Equal([true, true, true, false, true], ItemHead.Of(train, 0.8));
        Assert.Equal([true, true, true, true, true], ItemHead.Of(train, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemHead.Of(train, double.NaN));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.75)]
    public void A_part_has_the_metrics_of_the_same_lists_with_its_relevant_items_alone(double share)
    {
        var (rows, train, relevant) = Problem();
        using var workers = new Workers(2);
        var result = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, new() { Cutoffs = [3, 20], HeadShare = share }, workers);
        var head = ItemHead.Of(train, share);
        foreach (var (part, side) in new[] { (result.Head!, true), (result.Tail!, false) })
        {
            var own = Only(relevant, item => head[item] == side);
            Assert.Equal(Enumerable.Range(0, Users).Count(user => own.Of(user).Length > 0), part.Users);
            foreach (var k in new[] { 3, 20 })
            {
                var expected = NaiveRanking.Metrics(rows, Users, [], train, own, k);
                double[] actual = [part.Recall[k], part.Ndcg[k], part.Precision[k], part.HitRate[k], part.Mrr[k], part.Map[k]];
                for (var m = 0; m < expected.Length; m++)
                    Assert.Equal(expected[m], actual[m], 1e-12);
            }
        }

        rows.Dispose();
    }

    [Fact]
    public void A_head_of_all_items_is_the_whole_and_its_tail_is_nobody()
    {
        var (rows, train, relevant) = Problem();
        using var workers = new Workers(1);
        var result = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, new() { HeadShare = 1 }, workers);
        Assert.Equal(result.Ndcg, result.Head!.Ndcg);
        Assert.Equal(result.Users, result.Head.Users);
        Assert.Equal(0, result.Tail!.Users);
        Assert.Equal(0, result.Tail.Ndcg[5]);
        var without = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, new() { HeadShare = 0 }, workers);
        Assert.Null(without.Head);
        Assert.Null(without.Tail);
        Assert.Equal(result.Ndcg, without.Ndcg);
        rows.Dispose();
    }

    [Fact]
    public void A_sample_has_the_metrics_of_its_users_and_says_that_it_is_one()
    {
        var (rows, train, relevant) = Problem();
        using var workers = new Workers(2);
        var options = new EvaluationOptions { Cutoffs = [10], SampleUsers = 17, SampleSeed = 5, PerUser = true };
        var result = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, options, workers);
        var users = result.PerUser!.Users.ToArray();
        Assert.Equal(17, result.Users);
        Assert.Equal(17, users.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, Users).Count(user => relevant.Of(user).Length > 0), result.UsersInAll);
        Assert.Equal(users.Order(), users);
        var of = Only(relevant, _ => true, users);
        Assert.Equal(NaiveRanking.Metrics(rows, Users, [], train, of, 10)[1], result.Ndcg[10], 1e-12);

        var again = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, options, workers);
        Assert.Equal(users, again.PerUser!.Users.ToArray());
        var other = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, options with { SampleSeed = 6 }, workers);
        Assert.NotEqual(users, other.PerUser!.Users.ToArray());
        var all = FullRanking.Evaluate(rows, Users, Items, [], train, relevant, options with { SampleUsers = 1000 }, workers);
        Assert.Equal(all.UsersInAll, all.Users);
        rows.Dispose();
    }

    [Fact]
    public void Each_user_is_as_likely_to_be_sampled()
    {
        var counts = new int[20];
        for (var seed = 0; seed < 2000; seed++)
        {
            foreach (var user in UserSample.Draw([.. Enumerable.Range(0, 20)], 5, seed))
                counts[user]++;
        }

        // 500 expected, standard deviation 19.4.
        Assert.All(counts, count => Assert.InRange(count, 410, 590));
    }

    private static (Matrix Rows, Interactions Train, Interactions Relevant) Problem() =>
        (Rows.Random(Users + Items, Dimension, 31), Rows.Pairs(Users, Items, 0.1, 32), Rows.Pairs(Users, Items, 0.03, 33));

    private static Interactions Only(Interactions pairs, Func<int, bool> item, int[]? users = null)
    {
        var start = new int[pairs.UserCount + 1];
        var items = new List<int>();
        for (var user = 0; user < pairs.UserCount; user++)
        {
            if (users is null || users.Contains(user))
                items.AddRange(pairs.Of(user).ToArray().Where(item));
            start[user + 1] = items.Count;
        }

        return new Interactions(pairs.ItemCount, start, [.. items]);
    }
}
