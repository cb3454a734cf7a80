using MetaEmbed.Evaluation;

namespace MetaEmbed.Tests.Evaluation;

public sealed class MetricTests
{
    // Hits at ranks 1, 3 and 6 of a user with 4 relevant items.
    private static readonly int[] Ranks = [1, 3, 6];

    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.25)]
    [InlineData(3, 0.5)]
    [InlineData(10, 0.75)]
    public void Recall_divides_by_all_relevant_items(int k, double expected) => Assert.Equal(expected, Recall.Of(Ranks, 4, k));

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(2, 0.5)]
    [InlineData(5, 0.4)]
    [InlineData(10, 0.3)]
    public void Precision_divides_by_the_cutoff(int k, double expected) => Assert.Equal(expected, Precision.Of(Ranks, 4, k));

    [Fact]
    public void Ndcg_of_hand_computed_lists()
    {
        // DCG@5 = 1/log2 2 + 1/log2 4 = 1.5; ideal over min(5, 4) ranks = 1 + 0.6309297536 + 0.5 + 0.4306765581.
        Assert.Equal(1.5 / 2.5616063117, Ndcg.Of(Ranks, 4, 5), 1e-10);

        // DCG@10 adds 1/log2 7; the ideal stays at four ranks.
        Assert.Equal((1.5 + 0.3562071871) / 2.5616063117, Ndcg.Of(Ranks, 4, 10), 1e-10);

        // With k < n the ideal is over k ranks: a first hit at k = 1 is perfect.
        Assert.Equal(1, Ndcg.Of(Ranks, 4, 1));
        Assert.Equal(0, Ndcg.Of([4], 4, 3));
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(5000)]
    public void Ndcg_agrees_with_its_formula_beyond_its_table(int k)
    {
        double dcg = 1 / Math.Log2(2) + 1 / Math.Log2(4091) + (k >= 4500 ? 1 / Math.Log2(4501) : 0), ideal = 0;
        for (var rank = 1; rank <= k; rank++)
            ideal += 1 / Math.Log2(rank + 1);

        // Sums of up to 5,000 doubles of size 1: 5,000 roundings of 1e-16 at most.
        Assert.Equal(dcg / ideal, Ndcg.Of([1, 4090, 4500], 6000, k), 1e-12);
    }

    [Theory]
    [InlineData(new[] { 2, 9 }, 1, 0.0, 0.0)]
    [InlineData(new[] { 2, 9 }, 2, 1.0, 0.5)]
    [InlineData(new[] { 4 }, 5, 1.0, 0.25)]
    [InlineData(new int[0], 5, 0.0, 0.0)]
    public void Hit_rate_and_reciprocal_rank_look_at_the_first_hit(int[] ranks, int k, double hit, double reciprocal)
    {
        Assert.Equal(hit, HitRate.Of(ranks, 2, k));
        Assert.Equal(reciprocal, ReciprocalRank.Of(ranks, 2, k));
    }

    [Fact]
    public void Average_precision_of_hand_computed_lists()
    {
        // (1/1 + 2/3) / min(5, 4) and (1/1 + 2/3 + 3/6) / min(10, 4).
        Assert.Equal((1 + 2.0 / 3) / 4, AveragePrecision.Of(Ranks, 4, 5), 1e-15);
        Assert.Equal((1 + 2.0 / 3 + 0.5) / 4, AveragePrecision.Of(Ranks, 4, 10), 1e-15);
        Assert.Equal(1, AveragePrecision.Of([1, 2], 7, 2));
    }
}
