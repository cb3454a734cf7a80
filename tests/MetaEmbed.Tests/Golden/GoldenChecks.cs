using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Golden;

/// <summary>Checks that both stages share.</summary>
internal static class GoldenChecks
{
    /// <summary>The two parts of each score of the batch: h_u . h_i, and the biases of user and item.</summary>
    public static void Scores(GoldenTrace golden, DenseMatrix rows, double[] itemBias)
    {
        var (users, train, batch) = (golden.Meta.Users, golden.Train!, golden.Batch!.ToBatch());
        var none = new double[golden.Meta.Items];
        for (var b = 0; b < batch.Size; b++)
        {
            var userBias = golden.Params0!.LinearFc[batch.Users[b]] + golden.Params0.LinearBias[0];
            Check(batch.Positives[b], train.PosFm[b], train.PosLinear[b], train.PosScores[b]);
            Check(batch.Negatives[b], train.NegFm[b], train.NegLinear[b], train.NegScores[b]);

            void Check(int item, double product, double linear, double score)
            {
                Near.Equal(product, BprLoss.Score(rows, none, users, batch.Users[b], item), $"product {b}");
                Near.Equal(linear, userBias + itemBias[item], $"linear part {b}");
                Near.Equal(score, userBias + BprLoss.Score(rows, itemBias, users, batch.Users[b], item), $"score {b}");
            }
        }
    }

    public static void Loss(GoldenStep expected, LossValue actual)
    {
        Near.Equal(expected.BprLoss, actual.Bpr, "BPR");
        Near.Equal(expected.RegLoss, actual.L2 / 1e-4, "L2");
        Near.Equal(expected.RegLossX1e4, actual.L2, "1e-4 L2");
        Near.Equal(expected.TotalLoss, actual.Total, "loss");
    }

    /// <summary>Best items and scores of every user, metrics of both splits.</summary>
    public static void Evaluation(GoldenTrace golden, GoldenEvaluation expected, DenseMatrix rows, double[] itemBias)
    {
        var (users, items) = (golden.Meta.Users, golden.Meta.Items);
        var train = GoldenData.ByUser(golden.Data!.Train, users);
        for (var user = 0; user < users; user++)
        {
            // The official code marks train items with -1024 and lets them stand where fewer than ten others are left.
            var userBias = golden.Params0!.LinearFc[user];
            var left = expected.TopScores[user].Count(score => score > -1000);
            var best = FullRanking.Best(rows, itemBias, train, user, 10);
            Assert.Equal(expected.TopItems[user].Take(left), best);
            for (var i = 0; i < left; i++)
                Near.Equal(expected.TopScores[user][i], userBias + BprLoss.Score(rows, itemBias, users, user, best[i]), $"user {user} rank {i + 1}");
        }

        for (var user = 0; user < expected.MaskedScores.Length; user++)
        {
            for (var item = 0; item < items; item++)
            {
                var score = golden.Params0!.LinearFc[user] + BprLoss.Score(rows, itemBias, users, user, item);
                Near.Equal(expected.MaskedScores[user][item], train[user].Contains(item) ? -1024 : score, $"user {user} item {item}");
            }
        }

        Metrics(golden.Data.Valid, expected.Valid, expected.ValidAllPosUsers);
        Metrics(golden.Data.Test, expected.Test, expected.TestAllPosUsers);

        void Metrics(Dictionary<string, int[]> relevant, GoldenMetrics metrics, int count)
        {
            var found = FullRanking.Evaluate(rows, itemBias, train, GoldenData.ByUser(relevant, users), expected.Ks);
            Assert.Equal(count, found.Users);
            Near.Equal(metrics.Ndcgs, found.Ndcg, "NDCG");
            Near.Equal(metrics.Recalls, found.Recall, "Recall");
        }
    }
}
