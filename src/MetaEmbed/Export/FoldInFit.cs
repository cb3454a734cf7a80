using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>
/// The scale of folded-in users. A bias is added to a score, so the length of a user's row matters; the formula alone leaves out
/// what the trained row gets from its own X0 and its meta-embeddings. The scale with the best NDCG of the file on the validation
/// set is taken: steps of sqrt 2 uphill from 1, then half of such a step to either side.
/// </summary>
internal static class FoldInFit
{
    private const double Step = 1.4142135623730951;
    private const double HalfStep = 1.189207115002721;
    private const int SampledUsers = 8000;

    /// <summary>The scale, and the NDCG on the validation set with it.</summary>
    /// <param name="content">The run.</param>
    /// <param name="file">The file with scale 1.</param>
    /// <param name="ndcg">Of a sample of users.</param>
    public static float Fit(ExportContent content, byte[] file, out double ndcg)
    {
        using var recommender = Recommender.Read(file, "the file under way");
        var relevant = Sample(content.Split.Validation);
        using var rows = FoldedRows(recommender, content.Dataset.Train, relevant);
        using var scaled = rows.Clone();
        var bias = Enumerable.Range(0, recommender.ItemCount).Select(recommender.ItemBias).ToArray();
        var options = new EvaluationOptions { Cutoffs = [content.ChoiceCutoff], HeadShare = 0 };
        var train = content.Dataset.Train;
        var best = (Scale: 1.0, Ndcg: Ndcg(1));
        foreach (var factor in new[] { Step, 1 / Step })
        {
            while (best.Scale is > 1 / 64.0 and < 64 && Try(best.Scale * factor))
            {
                // uphill
            }
        }

        if (!Try(best.Scale * HalfStep))
            Try(best.Scale / HalfStep);
        ndcg = best.Ndcg;
        return (float)best.Scale;

        bool Try(double scale)
        {
            var found = Ndcg(scale);
            if (!(found > best.Ndcg))
                return false;
            best = (scale, found);
            return true;
        }

        double Ndcg(double scale)
        {
            content.Cancellation.ThrowIfCancellationRequested();
            var source = rows.RowRange(0, train.UserCount);
            var target = scaled.RowRange(0, train.UserCount);
            for (var i = 0; i < source.Length; i++)
                target[i] = source[i] * (float)scale;
            return FullRanking.Evaluate(scaled, train.UserCount, train.ItemCount, bias, train, relevant, options, content.Workers, content.Cancellation).Ndcg[content.ChoiceCutoff];
        }
    }

    /// <summary>Users folded in, then items, as rows; users without relevant items stay zero.</summary>
    private static Matrix FoldedRows(Recommender recommender, Interactions train, Interactions relevant)
    {
        var rows = new Matrix(train.UserCount + train.ItemCount, recommender.Info.Dimension);
        for (var user = 0; user < train.UserCount; user++)
        {
            if (relevant.Of(user).Length > 0)
                recommender.FoldIn(train.Of(user), rows.Row(user));
        }

        for (var item = 0; item < train.ItemCount; item++)
            recommender.CopyItemRow(item, rows.Row(train.UserCount + item));
        return rows;
    }

    /// <summary>Every n-th user's items, so that about <see cref="SampledUsers"/> users are left.</summary>
    private static Interactions Sample(Interactions all)
    {
        var every = Math.Max(1, all.UserCount / SampledUsers);
        var start = new int[all.UserCount + 1];
        var items = new List<int>();
        for (var user = 0; user < all.UserCount; user++)
        {
            if (user % every == 0)
                items.AddRange(all.Of(user));
            start[user + 1] = items.Count;
        }

        return new Interactions(all.ItemCount, start, [.. items]);
    }
}
