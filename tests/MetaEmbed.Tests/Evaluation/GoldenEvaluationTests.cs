using System.Text.Json;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

/// <summary>Lists, recalls and NDCGs that the official code printed, in double precision, on made-up data.</summary>
public sealed class GoldenEvaluationTests
{
    [Theory]
    [InlineData("tinyA")]
    [InlineData("tinyB")]
    [InlineData("tinyC")]
    public void Ranks_and_rates_as_the_official_code(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Shared.Require($"reference/golden/{name}_coarse_f64.json")));
        var root = golden.RootElement;
        int users = root.GetProperty("meta").GetProperty("users").GetInt32(), items = root.GetProperty("meta").GetProperty("items").GetInt32();

        // The official code evaluated after its fifth step: the rows and biases of that moment.
        using var rows = Matrix(root.GetProperty("assignment_update").GetProperty("gcn_all_rows_before_update"), users + items);
        var step = root.GetProperty("train").GetProperty("steps").EnumerateArray().Last();
        var biases = step.GetProperty("params_after").GetProperty("linear_fc").EnumerateArray().Select(value => value.GetSingle()).ToArray();
        var bias = biases[users..];
        var train = Pairs(root.GetProperty("data").GetProperty("train"), users, items);
        var expected = root.GetProperty("eval_before_update");
        using var workers = new Workers(2);
        foreach (var split in new[] { "valid", "test" })
        {
            var relevant = Pairs(root.GetProperty("data").GetProperty(split), users, items);
            int[] cutoffs = [.. expected.GetProperty("ks").EnumerateArray().Select(k => k.GetInt32())];
            var result = FullRanking.Evaluate(rows, users, items, bias, train, relevant, new() { Cutoffs = cutoffs }, workers);
            for (var c = 0; c < cutoffs.Length; c++)
            {
                // Nine digits are printed.
                Assert.Equal(expected.GetProperty(split).GetProperty("recalls")[c].GetDouble(), result.Recall[cutoffs[c]], 1e-8);
                Assert.Equal(expected.GetProperty(split).GetProperty("ndcgs")[c].GetDouble(), result.Ndcg[cutoffs[c]], 1e-8);
            }
        }

        var lists = FullRanking.TopItems(rows, users, items, bias, train, null, 10, workers);
        for (var user = 0; user < users; user++)
        {
            var count = Math.Min(10, items - train.Of(user).Length);
            Assert.Equal(count, lists.Items(user).Length);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(expected.GetProperty("top10_items")[user][i].GetInt32(), lists.Items(user)[i]);

                // The official score has the user's bias too, which changes no order. A float sum of at most 34 terms of size 1.
                Assert.Equal(expected.GetProperty("top10_scores")[user][i].GetDouble(), lists.Scores(user)[i] + biases[user], 4e-6);
            }
        }
    }

    private static Matrix Matrix(JsonElement rows, int count)
    {
        var matrix = new Matrix(count, rows[0].GetArrayLength());
        for (var row = 0; row < count; row++)
            for (var k = 0; k < matrix.Columns; k++)
                matrix[row, k] = rows[row][k].GetSingle();
        return matrix;
    }

    private static Interactions Pairs(JsonElement itemsByUser, int users, int items)
    {
        var rowStart = new int[users + 1];
        var pairs = new List<int>();
        for (var user = 0; user < users; user++)
        {
            if (itemsByUser.TryGetProperty(user.ToString(), out var own))
                pairs.AddRange(own.EnumerateArray().Select(item => item.GetInt32()).Distinct().Order());
            rowStart[user + 1] = pairs.Count;
        }

        return new Interactions(items, rowStart, [.. pairs]);
    }
}
