using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Reference;

public sealed class FullRankingTests
{
    // Two users, five items, d = 1, h = 1 everywhere: a score is 1 + the bias.
    private static readonly DenseMatrix Rows = new DenseMatrix(7, 1).Map(_ => 1);

    [Fact]
    public void Train_items_are_left_out_and_equal_scores_go_to_the_smaller_item()
    {
        double[] bias = [2, 5, 2, 7, 2];
        Assert.Equal([1, 0, 2, 4], FullRanking.Best(Rows, bias, [[3], []], 0, 5));
        Assert.Equal([3, 1, 0], FullRanking.Best(Rows, bias, [[3], []], 1, 3));
    }

    [Fact]
    public void Recall_and_NDCG_are_those_worked_out_by_hand()
    {
        // User 0 ranks 4 3 2 1, relevant 3 and 1: ranks 2 and 4. User 1 has none and does not count.
        var metrics = FullRanking.Evaluate(Rows, [0, 1, 2, 3, 4], [[0], []], [[1, 3], []], [1, 2, 4]);
        Assert.Equal(1, metrics.Users);
        Assert.Equal([0, 0.5, 1], metrics.Recall);
        var second = 1 / Math.Log2(3);
        Assert.Equal([0, second / (1 + second), (second + 1 / Math.Log2(5)) / (1 + second)], metrics.Ndcg);
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_refused() =>
        Assert.Throws<ArithmeticException>(() => FullRanking.Best(Rows, [0, double.NaN, 0, 0, 0], [[], []], 0, 2));
}
