using MetaEmbed.Training;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>What the parameters of a model weigh. Neither figure holds the training graph, over which rows are propagated.</summary>
/// <param name="CodebookNumbers">(c + f) d: what the papers count.</param>
/// <param name="Weights">Numbers in all: codebooks, weights of S (N t) and S2 (c t_f), item biases.</param>
/// <param name="Indices">Picks of S and S2.</param>
public sealed record ModelWeight(long CodebookNumbers, long Weights, long Indices)
{
    private const int FloatBytes = 4;
    private const int IndexBytes = 2; // there are at most 65,536 meta-embeddings of a kind

    /// <summary>The codebooks as 32-bit floats.</summary>
    public long CodebookBytes => CodebookNumbers * FloatBytes;

    /// <summary>All weights as 32-bit floats, picks as 16-bit indices.</summary>
    public long ParameterBytes => Weights * FloatBytes + Indices * IndexBytes;

    /// <summary>Counts a model.</summary>
    /// <param name="users">U.</param>
    /// <param name="items">I.</param>
    /// <param name="coarse">Settings of its coarse stage.</param>
    /// <param name="fine">Settings of its fine stage; null for a coarse model.</param>
    public static ModelWeight Of(int users, int items, CoarseTrainingOptions coarse, FineTrainingOptions? fine)
    {
        var codebooks = (long)(coarse.CoarseCount + (fine?.FineCount ?? 0)) * coarse.Dimension;
        var picks = ((long)users + items) * coarse.CoarsePerEntity + (fine is null ? 0 : (long)coarse.CoarseCount * fine.FinePerCoarse);
        return new ModelWeight(codebooks, codebooks + picks + items, picks);
    }
}
