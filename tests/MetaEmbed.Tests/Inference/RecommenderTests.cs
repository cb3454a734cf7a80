using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Tests.Inference;

/// <summary>The runtime on a file whose every row is known.</summary>
public sealed class RecommenderTests
{
    private const int Users = 9, Items = 113, Dimension = 6;

    [Fact]
    public void A_list_is_the_sorted_scores_of_the_items_allowed()
    {
        using var recommender = Make();
        var best = new Recommendation[7];
        for (var user = 0; user < Users; user++)
        {
            int[] exclude = [user, 5, 5, 100];
            var count = recommender.Recommend(user, best, new ItemFilter { Exclude = exclude, Accept = item => item % 3 != 0 });
            var expected = Enumerable.Range(0, Items).Where(item => !exclude.Contains(item) && item % 3 != 0)
                .OrderByDescending(item => recommender.Score(user, item)).ThenBy(item => item).Take(7);
            Assert.Equal(expected, best[..count].Select(entry => entry.Item));
        }
    }

    [Fact]
    public void An_allow_list_bounds_the_list_and_an_empty_one_empties_it()
    {
        using var recommender = Make();
        var best = new Recommendation[5];
        int[] allowed = [112, 3, 50];
        Assert.Equal(3, recommender.Recommend(2, best, new ItemFilter { Allow = allowed }));
        Assert.Equal(allowed.Order(), best[..3].Select(entry => entry.Item).Order());
        Assert.Equal(0, recommender.Recommend(2, best, new ItemFilter { Allow = [] }));
        Assert.Equal(5, recommender.Recommend(2, best));
    }

    [Fact]
    public void A_history_in_any_order_gives_the_formula_and_leaves_its_items_out()
    {
        using var recommender = Make();
        int[] history = [90, 4, 17];
        var expected = new double[Dimension];
        var row = new float[Dimension];
        var shares = 0.0;
        foreach (var item in history)
        {
            recommender.CopyItemRow(item, row);
            for (var k = 0; k < Dimension; k++)
                expected[k] += Weight(item) * row[k];
            shares += Share(item);
        }

        var user = new float[Dimension];
        recommender.FoldIn([17, 90, 4, 4], user);
        for (var k = 0; k < Dimension; k++)
            Assert.Equal(1.5 * expected[k] / Math.Sqrt(Math.Sqrt(3) * shares), user[k], 1e-5);
        var best = new Recommendation[Items];
        Assert.Equal(Items - 3, recommender.RecommendFromHistory(history, best));
        Assert.DoesNotContain(best[..(Items - 3)], entry => history.Contains(entry.Item));
        Assert.Equal(recommender.Score(history, best[0].Item), best[0].Score);
        Assert.Equal(Items, recommender.RecommendFromHistory(history, best, new ItemFilter { IncludeHistory = true }));
    }

    [Fact]
    public void Without_a_history_the_popular_items_come()
    {
        using var recommender = Make();
        var best = new Recommendation[10];
        Assert.Equal(2, recommender.RecommendFromHistory([], best, new ItemFilter { Exclude = [8] }));
        Assert.Equal([new Recommendation(7, 30), new Recommendation(1, 4)], best[..2]);
    }

    [Fact]
    public void Similar_items_are_ordered_by_cosine()
    {
        using var recommender = Make();
        var rows = new float[Items][];
        for (var item = 0; item < Items; item++)
            recommender.CopyItemRow(item, rows[item] = new float[Dimension]);
        var best = new Recommendation[Items];
        Assert.Equal(Items - 1, recommender.SimilarItems(40, best));
        for (var i = 0; i < Items - 1; i++)
        {
            Assert.Equal(Cosine(rows[40], rows[best[i].Item]), best[i].Score, 1e-5);
            Assert.True(i == 0 || best[i].Score <= best[i - 1].Score);
        }

        static double Cosine(float[] x, float[] y) =>
            x.Zip(y, (a, b) => (double)a * b).Sum() / Math.Sqrt(x.Sum(a => (double)a * a) * y.Sum(b => (double)b * b));
    }

    [Fact]
    public void A_batch_has_the_lists_of_single_calls_at_any_number_of_threads()
    {
        using var recommender = Make();
        var requests = new List<RecommendationRequest>();
        for (var i = 0; i < 150; i++)
        {
            requests.Add((i % 4) switch
            {
                0 => new RecommendationRequest { User = i % Users, Exclude = new[] { i % Items } },
                1 => new RecommendationRequest { History = new[] { i % Items, (i + 50) % Items }, Accept = item => item % 2 == 0 },
                2 => new RecommendationRequest { History = new[] { i % Items }, IncludeHistory = true, Allow = new[] { i % Items, 0 } },
                _ => new RecommendationRequest(),
            });
        }

        var one = recommender.RecommendMany(requests, 12, threads: 1, TestContext.Current.CancellationToken);
        var three = recommender.RecommendMany(requests, 12, threads: 3, TestContext.Current.CancellationToken);
        Assert.Equal(one, three);
        var best = new Recommendation[12];
        for (var i = 0; i < requests.Count; i++)
        {
            var request = requests[i];
            var count = request.User >= 0
                ? recommender.Recommend(request.User, best, request.Filter())
                : recommender.RecommendFromHistory(request.History.Span, best, request.Filter());
            Assert.Equal(best[..count], one[i]);
        }
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        using var recommender = Make();
        var best = new Recommendation[20];
        int[] history = [3, 99, 14];
        Call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Call();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Call()
        {
            recommender.Recommend(1, best);
            recommender.RecommendFromHistory(history, best.AsSpan(0, 7), new ItemFilter { Exclude = history, Allow = history });
            recommender.SimilarItems(5, best);
            recommender.Score(history, 3);
        }
    }

    [Fact]
    public void Mistakes_name_what_there_is()
    {
        using var recommender = Make();
        var best = new Recommendation[3];
        Assert.Contains("there is no user 9; give one from 0 to 8", Assert.Throws<UserMistakeException>(() => recommender.Recommend(9, best)).Message);
        Assert.Contains("there is no item 113", Assert.Throws<UserMistakeException>(() => recommender.RecommendFromHistory([113], best)).Message);
        Assert.Contains("there is no item -1", Assert.Throws<UserMistakeException>(() => recommender.SimilarItems(-1, best)).Message);
        Assert.Contains("there is no item 200", Assert.Throws<UserMistakeException>(() => recommender.RecommendMany([new RecommendationRequest { History = new[] { 200 } }], 3)).Message);
        Assert.Equal(0, recommender.Recommend(0, []));
        recommender.Dispose();
        Assert.Throws<ObjectDisposedException>(() => recommender.Recommend(0, best));
        recommender.Dispose();
    }

    [Fact]
    public async Task Closing_waits_for_the_calls_under_way()
    {
        for (var round = 0; round < 20; round++)
        {
            var recommender = Make();
            var calls = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                var best = new Recommendation[5];
                try
                {
                    while (true)
                        recommender.RecommendFromHistory([1, 2, 3], best);
                }
                catch (ObjectDisposedException)
                {
                    return best[0];
                }
            })).ToArray();
            await Task.Delay(1, TestContext.Current.CancellationToken);
            recommender.Dispose();
            await Task.WhenAll(calls);
        }
    }

    private static float Weight(int item) => 0.2f + item % 5;

    private static float Share(int item) => 1f + item % 3;

    private static Recommender Make()
    {
        using var users = Rows.Random(Users, Dimension, 1);
        using var items = Rows.Random(Items, Dimension, 2);
        var builder = new ModelFileBuilder(ModelFileKind.Table, Users, Items, Dimension);
        builder.Add(new CompressedRows("float32", CodeTensor.Of("rows", items.AsSpan().ToArray(), Items, Dimension)), "items");
        builder.Add(new CompressedRows("float32", CodeTensor.Of("rows", users.AsSpan().ToArray(), Users, Dimension)), "users");
        builder.AddNumbers("item_bias", Enumerable.Range(0, Items).Select(item => item % 11 * 0.01f).ToArray(), null);
        builder.AddNumbers("fold.weights", Enumerable.Range(0, Items).Select(Weight).ToArray(), null);
        builder.AddNumbers("fold.shares", Enumerable.Range(0, Items).Select(Share).ToArray(), null);
        builder.Text("fold.rule", "expanded");
        builder.Add("fold.scale", new[] { 1.5f });
        builder.Add("popular.items", new[] { 8, 7, 1 });
        builder.Add("popular.counts", new[] { 31u, 30u, 4u });
        return Recommender.Read(builder.ToBytes(), "test");
    }
}
