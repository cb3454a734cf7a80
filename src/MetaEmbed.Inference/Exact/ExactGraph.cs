namespace MetaEmbed.Inference.Exact;

/// <summary>
/// The normalised expanded graph of the training, in the form in which the layers read it. Every weight is computed by the
/// formulas, and in the order, of the training's own (docs/model.md), since the rows must come out bit for bit.
/// </summary>
internal sealed class ExactGraph
{
    public ExactGraph(ExactParameters model)
    {
        Entities = model.Users + model.Items;
        (RowStart, Neighbours) = Bipartite(model);
        Sigma = new float[Entities];
        InverseSigma = new float[Entities];
        Alpha = new float[Entities];
        var t = model.PerEntity;
        Beta = new float[Entities * t];
        Members = new int[Entities * t];
        Gamma = new float[Entities * t];
        MemberStart = new int[model.CoarseCount + 1];
        var coarseSum = new double[model.CoarseCount];
        for (var i = 0; i < model.Picks.Length; i++)
        {
            coarseSum[model.Picks[i]] += model.Weights[i];
            MemberStart[model.Picks[i] + 1]++;
        }

        for (var k = 0; k < model.CoarseCount; k++)
            MemberStart[k + 1] += MemberStart[k];
        FineNormalised = NormaliseFine(model, coarseSum);
        Normalise(model, Array.ConvertAll(coarseSum, InverseRoot));
    }

    public int Entities { get; }

    public int[] RowStart { get; }

    public int[] Neighbours { get; }

    public float[] Sigma { get; }

    public float[] InverseSigma { get; }

    public float[] Alpha { get; }

    public float[] Beta { get; }

    public int[] MemberStart { get; }

    public int[] Members { get; }

    public float[] Gamma { get; }

    public float[] FineNormalised { get; }

    /// <summary>Number of neighbours.</summary>
    public int Degree(int entity) => RowStart[entity + 1] - RowStart[entity];

    /// <summary>w_j of the fold-in for each item: sigma, which is 1 / sqrt(deg_j r_j).</summary>
    public float[] FoldWeights(int users)
    {
        var shares = FoldShares(users);
        for (var item = 0; item < shares.Length; item++)
            shares[item] = Sigma[users + item] > 0 ? Sigma[users + item] : shares[item];
        return shares;
    }

    /// <summary>p_j of the fold-in for each item: 1 / sqrt(deg_j).</summary>
    public float[] FoldShares(int users)
    {
        var shares = new float[Entities - users];
        for (var item = 0; item < shares.Length; item++)
            shares[item] = (float)(1 / Math.Sqrt(Math.Max(Degree(users + item), 1)));
        return shares;
    }

    private void Normalise(ExactParameters model, double[] coarseScale)
    {
        var t = model.PerEntity;
        var degreeRoot = new double[Entities];
        for (var e = 0; e < Entities; e++)
            degreeRoot[e] = Math.Sqrt(Math.Max(Degree(e), 1));
        var next = MemberStart[..model.CoarseCount];
        for (var e = 0; e < Entities; e++)
        {
            var r = 0.0;
            for (var i = RowStart[e]; i < RowStart[e + 1]; i++)
                r += 1 / (degreeRoot[e] * degreeRoot[Neighbours[i]]);
            for (var j = 0; j < t; j++)
                r += model.Weights[e * t + j];
            var rowScale = InverseRoot(r);
            var sigma = rowScale / degreeRoot[e];
            var inverseSigma = sigma > 0 ? 1 / sigma : 0;
            Sigma[e] = (float)sigma;
            InverseSigma[e] = (float)inverseSigma;
            Alpha[e] = (float)(sigma * sigma);
            for (var i = e * t; i < (e + 1) * t; i++)
            {
                var normalised = model.Weights[i] * rowScale * coarseScale[model.Picks[i]];
                Beta[i] = (float)(sigma * normalised);
                var at = next[model.Picks[i]]++;
                Members[at] = e;
                Gamma[at] = (float)(normalised * inverseSigma);
            }
        }
    }

    private static float[] NormaliseFine(ExactParameters model, double[] coarseSum)
    {
        var fineSum = new double[model.FineCount];
        for (var i = 0; i < model.FinePicks.Length; i++)
        {
            coarseSum[i / model.FinePerCoarse] += model.FineWeights[i];
            fineSum[model.FinePicks[i]] += model.FineWeights[i];
        }

        var normalised = new float[model.FinePicks.Length];
        for (var i = 0; i < normalised.Length; i++)
            normalised[i] = (float)(model.FineWeights[i] * InverseRoot(coarseSum[i / model.FinePerCoarse]) * InverseRoot(fineSum[model.FinePicks[i]]));
        return normalised;
    }

    private static double InverseRoot(double r) => r > 0 ? 1 / Math.Sqrt(r) : 0;

    /// <summary>Neighbours of users, then of items, ascending.</summary>
    private static (int[] RowStart, int[] Neighbours) Bipartite(ExactParameters model)
    {
        var (starts, items) = (model.Histories.Start, model.Histories.Items);
        var rowStart = new int[model.Users + model.Items + 1];
        var neighbours = new int[checked(2 * items.Length)];
        starts.CopyTo(rowStart, 0);
        foreach (var item in items)
            rowStart[model.Users + item + 1]++;
        for (var node = model.Users; node < model.Users + model.Items; node++)
            rowStart[node + 1] += rowStart[node];
        var next = rowStart[model.Users..^1];
        for (var user = 0; user < model.Users; user++)
        {
            for (var i = starts[user]; i < starts[user + 1]; i++)
            {
                neighbours[i] = model.Users + items[i];
                neighbours[next[items[i]]++] = user;
            }
        }

        return (rowStart, neighbours);
    }
}
