using MetaEmbed.Export;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

/// <summary>Sums of codewords are scored by look-up; the decoded rows say what must come out.</summary>
public sealed class LookupScanTests
{
    // More than one block of items, and a last one that fills no panel.
    private const int Items = 1_837, Dimension = 37;

    [Theory]
    [InlineData("rq-2")]
    [InlineData("pq-5")]
    [InlineData("rq-2+pq-9")]
    public void Scores_are_those_of_decoded_rows_up_to_rounding(string code)
    {
        using var recommender = Make(code);
        int[] history = [4, 900, 1836];
        var user = new float[Dimension];
        recommender.FoldIn(history, user);
        var best = new Recommendation[Items];
        Assert.Equal(Items - 3, recommender.RecommendFromHistory(history, best));
        var row = new float[Dimension];
        for (var i = 0; i < Items - 3; i++)
        {
            recommender.CopyItemRow(best[i].Item, row);
            var expected = user.Zip(row, (x, y) => (double)x * y).Sum() + recommender.ItemBias(best[i].Item);
            Assert.Equal(expected, best[i].Score, 1e-4);
            Assert.Equal(recommender.Score(history, best[i].Item), best[i].Score);
            Assert.True(i == 0 || best[i].Score <= best[i - 1].Score);
        }
    }

    [Fact]
    public void A_batch_has_the_lists_of_single_calls_and_similar_items_are_near()
    {
        using var recommender = Make("rq-1+pq-3");
        var requests = Enumerable.Range(0, 70).Select(i => new RecommendationRequest { History = new[] { i, 3 * i + 1 } }).ToList();
        var lists = recommender.RecommendMany(requests, 9, threads: 2, TestContext.Current.CancellationToken);
        var best = new Recommendation[9];
        for (var i = 0; i < requests.Count; i++)
            Assert.Equal(best[..recommender.RecommendFromHistory(requests[i].History.Span, best)], lists[i]);
        Assert.Equal(9, recommender.SimilarItems(1836, best));
        var (row, other) = (new float[Dimension], new float[Dimension]);
        recommender.CopyItemRow(1836, row);
        recommender.CopyItemRow(best[0].Item, other);
        var cosine = row.Zip(other, (x, y) => (double)x * y).Sum() / Math.Sqrt(row.Sum(x => (double)x * x) * other.Sum(x => (double)x * x));
        Assert.Equal(cosine, best[0].Score, 1e-5);
    }

    private static Recommender Make(string code)
    {
        using var rows = Rows.Random(Items, Dimension, 3);
        using var workers = new Workers(1);
        var content = new CompressionInput(rows, [.. Enumerable.Repeat(1f, Items)], null, 1);
        var builder = new ModelFileBuilder(ModelFileKind.Device, 0, Items, Dimension);
        builder.Add(ItemCodes.Find(code).Compress(content, workers), "items");
        builder.AddNumbers("item_bias", Enumerable.Range(0, Items).Select(item => item % 13 * 0.1f).ToArray(), ByteScale.Linear);
        builder.Text("fold.rule", "root");
        builder.AddNumbers("fold.weights", [.. Enumerable.Repeat(1f, Items)], ByteScale.Logarithmic);
        builder.Add("fold.scale", new[] { 1f });
        return Recommender.Read(builder.ToBytes(), code);
    }
}
