using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

/// <summary>Ranking by a scorer: the same protocol as ranking by rows, whatever the scores come from.</summary>
public sealed class ScorerRankingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(30, 47)]
    [InlineData(150, 48)]
    [InlineData(70, 333)]
    public void A_scorer_of_inner_products_ranks_as_the_rows_do(int users, int items)
    {
        using var rows = Rows.Random(users + items, 5, 41);
        var train = Rows.Pairs(users, items, 0.2, 42);
        var relevant = Rows.Pairs(users, items, 0.1, 43);
        var options = new EvaluationOptions { Cutoffs = [1, 7, 60], PerUser = true };
        var scorer = new RowScorer(rows, users);
        foreach (var threads in new[] { 1, 3 })
        {
            using var workers = new Workers(threads);
            var expected = FullRanking.Evaluate(rows, users, items, [], train, relevant, options, workers);
            var actual = FullRanking.Evaluate(scorer, train, relevant, options, workers);
            Assert.Equal(Csv(expected), Csv(actual));
            Assert.Equal(expected.Tail!.Ndcg, actual.Tail!.Ndcg);
        }
    }

    [Fact]
    public void Equal_scores_go_by_the_smaller_item()
    {
        var train = new Interactions(100, [0, 2], [0, 2]);
        var relevant = new Interactions(100, [0, 2], [1, 4]);
        using var workers = new Workers(1);
        var result = FullRanking.Evaluate(new FunctionScorer(1, 100, (_, _) => 0.5f), train, relevant, new() { Cutoffs = [1, 3] }, workers);

        // The list is 1, 3, 4, 5 ...
        Assert.Equal(0.5, result.Recall[1]);
        Assert.Equal(1, result.Recall[3]);
    }

    [Fact]
    public void A_score_that_is_no_number_is_refused()
    {
        var none = new Interactions(100, [0, 0], []);
        var relevant = new Interactions(100, [0, 1], [1]);
        using var workers = new Workers(1);
        var refusal = Assert.Throws<ArgumentException>(() =>
            FullRanking.Evaluate(new FunctionScorer(1, 100, (_, item) => item == 99 ? float.NaN : item), none, relevant, new(), workers));
        Assert.Contains("item 99", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FullRanking.Evaluate(new FunctionScorer(2, 100, (_, _) => 0), none, relevant, new(), workers));
    }

    private static string Csv(EvaluationResult result)
    {
        using var text = new StringWriter();
        result.PerUser!.WriteCsv(text);
        return text.ToString();
    }

    private sealed class FunctionScorer(int users, int items, Func<int, int, float> score) : IUserScorer
    {
        public int UserCount => users;

        public int ItemCount => items;

        public void Score(ReadOnlySpan<int> block, Span<float> scores)
        {
            for (var i = 0; i < block.Length; i++)
                for (var item = 0; item < items; item++)
                    scores[i * items + item] = score(block[i], item);
        }
    }

    private sealed class RowScorer(Matrix rows, int users) : IUserScorer
    {
        public int UserCount => users;

        public int ItemCount => rows.Rows - users;

        public void Score(ReadOnlySpan<int> block, Span<float> scores)
        {
            for (var i = 0; i < block.Length; i++)
                for (var item = 0; item < ItemCount; item++)
                    scores[i * ItemCount + item] = NaiveRanking.Score(rows, users, [], block[i], item);
        }
    }
}
