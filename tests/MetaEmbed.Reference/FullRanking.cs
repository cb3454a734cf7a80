namespace MetaEmbed.Reference;

/// <summary>Averages over the users that have relevant items; one value for each cut-off.</summary>
public sealed record RankingMetrics(int Users, double[] Recall, double[] Ndcg);

/// <summary>Every item is scored for every user; only the user's train items are left out.</summary>
public static class FullRanking
{
    /// <summary>The best items of a user, best first; equal scores by the smaller item. Shorter where fewer are left.</summary>
    /// <param name="rows">H, at least N rows.</param>
    /// <param name="itemBias">I long.</param>
    /// <param name="itemsOf">The train items of each user.</param>
    /// <param name="user">The user.</param>
    /// <param name="count">How many.</param>
    public static int[] Best(DenseMatrix rows, double[] itemBias, int[][] itemsOf, int user, int count)
    {
        var left = Enumerable.Range(0, itemBias.Length).Except(itemsOf[user]).ToArray();
        var scores = left.ToDictionary(item => item, item => BprLoss.Score(rows, itemBias, itemsOf.Length, user, item));
        if (scores.Values.Any(double.IsNaN))
            throw new ArithmeticException($"a score of user {user} is not a number");
        return [.. left.OrderByDescending(item => scores[item]).ThenBy(item => item).Take(count)];
    }

    /// <summary>
    /// For a user with n > 0 relevant items: Recall@k = hits@k / n; NDCG@k = the sum over hits of 1 / log2(rank + 1),
    /// divided by the sum over j = 1..min(k, n) of 1 / log2(j + 1).
    /// </summary>
    /// <param name="rows">H, at least N rows.</param>
    /// <param name="itemBias">I long.</param>
    /// <param name="itemsOf">The train items of each user.</param>
    /// <param name="relevantOf">The relevant items of each user: validation, or test.</param>
    /// <param name="cutoffs">The k.</param>
    public static RankingMetrics Evaluate(DenseMatrix rows, double[] itemBias, int[][] itemsOf, int[][] relevantOf, int[] cutoffs)
    {
        var users = 0;
        var recall = new double[cutoffs.Length];
        var ndcg = new double[cutoffs.Length];
        for (var user = 0; user < itemsOf.Length; user++)
        {
            var relevant = relevantOf[user];
            if (relevant.Length == 0)
                continue;
            users++;
            var ranked = Best(rows, itemBias, itemsOf, user, cutoffs.Max());
            for (var m = 0; m < cutoffs.Length; m++)
            {
                var k = cutoffs[m];
                double hits = 0, gain = 0, ideal = 0;
                for (var rank = 1; rank <= Math.Min(k, ranked.Length); rank++)
                {
                    if (!relevant.Contains(ranked[rank - 1]))
                        continue;
                    hits++;
                    gain += 1 / Math.Log2(rank + 1);
                }

                for (var j = 1; j <= Math.Min(k, relevant.Length); j++)
                    ideal += 1 / Math.Log2(j + 1);
                recall[m] += hits / relevant.Length;
                ndcg[m] += gain / ideal;
            }
        }

        return new RankingMetrics(users, [.. recall.Select(sum => sum / users)], [.. ndcg.Select(sum => sum / users)]);
    }
}
