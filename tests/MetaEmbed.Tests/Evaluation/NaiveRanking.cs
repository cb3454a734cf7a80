using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

/// <summary>The ranking once more, one score after the other and a sort: the judge of the fast one.</summary>
internal static class NaiveRanking
{
    /// <summary>A user's items, best first, excluded ones left out.</summary>
    public static int[] List(Matrix rows, int users, float[] bias, Interactions? exclude, int user)
    {
        var scores = new float[rows.Rows - users];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = Score(rows, users, bias, user, i);
        return [.. Enumerable.Range(0, scores.Length).Where(i => exclude is null || !exclude.Contains(user, i)).OrderByDescending(i => scores[i]).ThenBy(i => i)];
    }

    /// <summary>The score, as it is defined.</summary>
    public static float Score(Matrix rows, int users, float[] bias, int user, int item)
    {
        var sum = 0f;
        for (var k = 0; k < rows.Columns; k++)
            sum = MathF.FusedMultiplyAdd(rows[user, k], rows[users + item, k], sum);
        return sum + (bias.Length == 0 ? 0 : bias[item]);
    }

    /// <summary>Means of recall, NDCG, precision, hit rate, MRR and MAP at k, from their formulas.</summary>
    public static double[] Metrics(Matrix rows, int users, float[] bias, Interactions exclude, Interactions relevant, int k)
    {
        var sums = new double[6];
        var counted = 0;
        for (var user = 0; user < users; user++)
        {
            var n = relevant.Of(user).Length;
            if (n == 0)
                continue;
            counted++;
            var list = List(rows, users, bias, exclude, user).Take(k).ToArray();
            double hits = 0, dcg = 0, ideal = 0, first = 0, average = 0;
            for (var at = 0; at < list.Length; at++)
            {
                if (!relevant.Contains(user, list[at]))
                    continue;
                hits++;
                dcg += 1 / Math.Log2(at + 2);
                first = first == 0 ? 1.0 / (at + 1) : first;
                average += hits / (at + 1);
            }

            for (var at = 0; at < Math.Min(k, n); at++)
                ideal += 1 / Math.Log2(at + 2);
            double[] values = [hits / n, dcg / ideal, hits / k, hits > 0 ? 1 : 0, first, average / Math.Min(k, n)];
            for (var m = 0; m < values.Length; m++)
                sums[m] += values[m];
        }

        return [.. sums.Select(sum => counted == 0 ? 0 : sum / counted)];
    }
}
