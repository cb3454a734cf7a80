using MetaEmbed.Data;
using MetaEmbed.Inference.Codes;

namespace MetaEmbed.Export;

/// <summary>How a model's users are folded in from items: the weight of each item, and what the sum is divided by.</summary>
/// <param name="Rule">Which division.</param>
/// <param name="Weights">w_j.</param>
/// <param name="Shares">p_j, where the rule divides by them.</param>
internal sealed record FoldInWeights(FoldInRule Rule, float[] Weights, float[] Shares)
{
    /// <summary>A full table: one propagation over A_norm, w_j = deg_j^-1/2.</summary>
    public static FoldInWeights OfDegrees(Interactions train)
    {
        var weights = RootDegrees(train);
        return new FoldInWeights(FoldInRule.Root, weights, weights);
    }

    /// <summary>Weights that were trained for it.</summary>
    public static FoldInWeights Trained(float[] weights) => new(FoldInRule.Root, weights, weights);

    /// <summary>Meta-embeddings: one propagation over E_norm, w_j = sigma_j = (deg_j r_j)^-1/2 and p_j = deg_j^-1/2.</summary>
    public static FoldInWeights OfExpandedGraph(float[] sigma, Interactions train)
    {
        var shares = RootDegrees(train);
        // sigma is 0 only where nothing leads to the item.
        var weights = new float[sigma.Length];
        for (var item = 0; item < weights.Length; item++)
            weights[item] = sigma[item] > 0 ? sigma[item] : shares[item];
        return new FoldInWeights(FoldInRule.Expanded, weights, shares);
    }

    /// <summary>
    /// Weights for division by sqrt(|J|) that come nearest to these: the rule of the expanded graph divides by
    /// sqrt(sqrt(|J|) sum of p_j) instead, and the mean over the users of how far the two are apart goes into the weights.
    /// </summary>
    public float[] ForRoot(float scale, Interactions train)
    {
        var factor = (double)scale;
        if (Rule == FoldInRule.Expanded)
        {
            var (sum, users) = (0.0, 0);
            for (var user = 0; user < train.UserCount; user++)
            {
                var history = train.Of(user);
                if (history.IsEmpty)
                    continue;
                var shares = 0.0;
                foreach (var item in history)
                    shares += Shares[item];
                sum += Math.Sqrt(Math.Sqrt(history.Length) / shares);
                users++;
            }

            factor *= users > 0 ? sum / users : 1;
        }

        return Array.ConvertAll(Weights, weight => (float)(factor * weight));
    }

    /// <summary>Adds it to a file; packed, the shares are left out, and the weights stand for them.</summary>
    public void AddTo(ModelFileBuilder builder, float scale, bool packed)
    {
        builder.Text("fold.rule", Rule == FoldInRule.Root ? "root" : "expanded");
        ByteScale? bytes = !packed ? null : Weights.All(weight => weight > 0) ? ByteScale.Logarithmic : ByteScale.Linear;
        builder.AddNumbers("fold.weights", Weights, bytes);
        if (!packed && Rule == FoldInRule.Expanded)
            builder.AddNumbers("fold.shares", Shares, null);
        builder.Add("fold.scale", new[] { scale });
    }

    private static float[] RootDegrees(Interactions train) =>
        Array.ConvertAll(train.CountByItem(), count => (float)(1 / Math.Sqrt(Math.Max(count, 1))));
}
