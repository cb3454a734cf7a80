using MetaEmbed.Data;
using MetaEmbed.Models.Baselines;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Models.Baselines;

/// <summary>The fast neighbours beside the formula, written down with a dense matrix.</summary>
public sealed class ItemKnnTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 3.5)]
    [InlineData(500, 20)]
    public void Scores_are_those_of_the_formula(int neighbours, double shrinkage)
    {
        const int users = 60, items = 90;
        var train = Rows.Pairs(users, items, 0.12, 51);
        using var workers = new Workers(3);
        var model = ItemKnn.Train(train, new() { Neighbours = neighbours, Shrinkage = shrinkage }, workers);
        var expected = Naive(train, neighbours, shrinkage);
        var scores = new float[users * items];
        model.Score([.. Enumerable.Range(0, users)], scores);
        for (var user = 0; user < users; user++)
            for (var item = 0; item < items; item++)
                Assert.Equal(expected[user, item], scores[user * items + item], 1e-5);
        Assert.True(model.Pairs <= items * Math.Min(neighbours, items - 1));
    }

    [Fact]
    public void Equal_similarities_go_to_the_smaller_item()
    {
        // Items 1, 2 and 3 have the same users as item 0: its one neighbour is item 1, theirs is item 0.
        var train = new Interactions(4, [0, 4, 8], [0, 1, 2, 3, 0, 1, 2, 3]);
        using var workers = new Workers(1);
        var model = ItemKnn.Train(train, new() { Neighbours = 1, Shrinkage = 0 }, workers);
        var scores = new float[4];
        model.Score([0], scores);
        Assert.Equal(4, model.Pairs);
        Assert.Equal([1f, 1f, 1f, 1f], scores);
    }

    [Fact]
    public void Any_number_of_threads_and_any_block_of_users_give_the_same_bits()
    {
        var train = Rows.Pairs(200, 500, 0.05, 52);
        var seen = new HashSet<string>();
        foreach (var threads in new[] { 1, 2, 5 })
        {
            using var workers = new Workers(threads);
            var model = ItemKnn.Train(train, new() { Neighbours = 20, Shrinkage = 2 }, workers);
            var together = new float[3 * 500];
            model.Score([9, 120, 9], together);
            Assert.Equal(together[..500], together[1000..]);
            var alone = new float[500];
            Array.Fill(alone, float.NaN);
            model.Score([120], alone);
            Assert.Equal(alone, together[500..1000]);
            seen.Add(Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(together.AsSpan())));
        }

        Assert.Single(seen);
    }

    [Fact]
    public void Popularity_counts_train_users()
    {
        var train = new Interactions(4, [0, 2, 3, 5], [0, 2, 2, 1, 2]);
        var model = new Popularity(train);
        var scores = new float[8];
        model.Score([2, 0], scores);
        Assert.Equal([1f, 1f, 3f, 0f, 1f, 1f, 3f, 0f], scores);
    }

    [Fact]
    public void Turning_interactions_round_twice_gives_them_back()
    {
        var pairs = Rows.Pairs(31, 17, 0.2, 53);
        var turned = pairs.Transpose();
        Assert.Equal((17, 31), (turned.UserCount, turned.ItemCount));
        for (var user = 0; user < 31; user++)
            foreach (var item in pairs.Of(user))
                Assert.True(turned.Contains(item, user));
        Assert.Equal(pairs.RowStart, turned.Transpose().RowStart);
        Assert.Equal(pairs.Items, turned.Transpose().Items);
    }

    private static double[,] Naive(Interactions train, int neighbours, double shrinkage)
    {
        var (users, items) = (train.UserCount, train.ItemCount);
        var degree = train.CountByItem();
        var scores = new double[users, items];
        for (var j = 0; j < items; j++)
        {
            var best = Enumerable.Range(0, items).Where(i => i != j)
                .Select(i => (Item: i, Similarity: (float)(Enumerable.Range(0, users).Count(u => train.Contains(u, i) && train.Contains(u, j))
                    / (Math.Sqrt((double)degree[i] * degree[j]) + shrinkage))))
                .Where(pair => pair.Similarity > 0).OrderByDescending(pair => pair.Similarity).ThenBy(pair => pair.Item).Take(neighbours);
            foreach (var (i, similarity) in best)
                for (var u = 0; u < users; u++)
                    scores[u, j] += train.Contains(u, i) ? similarity : 0;
        }

        return scores;
    }
}
