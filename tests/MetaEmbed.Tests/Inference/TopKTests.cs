using CsCheck;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Tests.Inference;

public sealed class TopKTests
{
    // Few distinct values, so that ties are the rule; infinities and both zeros among them.
    private static readonly Gen<float> Score = Gen.OneOf(
        Gen.Int[-3, 3].Select(value => (float)value), Gen.Float[-1, 1], Gen.OneOfConst(0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon));

    [Fact]
    public void Keeps_what_sorting_would_keep_in_any_order_of_the_stream() =>
        Gen.Select(Score.Array[0, 400], Gen.Int[1, 70], Gen.Bool).Sample((scores, k, descending) =>
        {
            var list = new TopK(k);
            for (var i = 0; i < scores.Length; i++)
            {
                var item = descending ? scores.Length - 1 - i : i;
                list.Add(item, scores[item]);
            }

            var expected = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i] + 0f).ThenBy(i => i).Take(k).ToArray();
            var items = new int[k];
            var best = new float[k];
            var count = list.Finish(items, best);
            Assert.Equal(expected, items[..count]);
            Assert.Equal(expected.Select(i => scores[i] + 0f), best[..count]);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    public void Equal_scores_go_to_the_smaller_item(int k)
    {
        var list = new TopK(k);
        for (var item = 0; item < 1000; item++)
            list.Add((item * 7) % 1000, 1f);
        var items = new int[k];
        Assert.Equal(k, list.Finish(items, default));
        Assert.Equal(Enumerable.Range(0, k), items);
    }

    [Fact]
    public void Minus_zero_ties_with_zero()
    {
        var list = new TopK(2);
        list.Add(0, -0f);
        list.Add(1, 0f);
        var items = new int[2];
        var scores = new float[2];
        list.Finish(items, scores);
        Assert.Equal([0, 1], items);
        Assert.False(float.IsNegative(scores[0]));
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_refused()
    {
        var list = new TopK(3);
        list.Add(1, float.NegativeInfinity);
        var refusal = Assert.Throws<ArgumentException>(() => list.Add(7, float.NaN));
        Assert.Contains("item 7", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_never_turns_away_a_later_item_that_belongs_to_the_best() =>
        Score.Array[1, 600].Sample(scores =>
        {
            // The filter of the ranking: in ascending order of items, only scores above the limit are offered.
            var all = new TopK(9);
            var filtered = new TopK(9);
            for (var i = 0; i < scores.Length; i++)
            {
                all.Add(i, scores[i]);
                if (scores[i] > filtered.Limit || float.IsNegativeInfinity(filtered.Limit))
                    filtered.Add(i, scores[i]);
            }

            int[] first = new int[9], second = new int[9];
            Assert.Equal(all.Finish(first, default), filtered.Finish(second, default));
            Assert.Equal(first, second);
        });

    [Fact]
    public void A_finished_list_can_be_used_again()
    {
        var list = new TopK(2);
        var items = new int[2];
        for (var i = 0; i < 100; i++)
            list.Add(i, i);
        list.Finish(items, default);
        list.Add(5, -1f);
        Assert.Equal(1, list.Finish(items, default));
        Assert.Equal(5, items[0]);
    }

    [Fact]
    public void A_length_below_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TopK(0));
}
