using MetaEmbed.Training;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>What the parameters of a model weigh. Neither figure holds the training graph, over which rows are propagated.</summary>
/// <param name="CodebookNumbers">(c + f) d: what the papers count.</param>
/// <param name="Weights">Numbers in all: codebooks, weights of S (N t, or N times their mean number where picks are shared out) and S2 (c t_f), item biases.</param>
/// <param name="Indices">Picks of S and S2.</param>
public sealed record ModelWeight(long CodebookNumbers, long Weights, long Indices)
{
    private const int FloatBytes = 4;
    private const int IndexBytes = 2; // there are at most 65,536 meta-embeddings of a kind

    /// <summary>The codebooks as 32-bit floats.</summary>
    public long CodebookBytes => CodebookNumbers * FloatBytes;

    /// <summary>Entities that must say how many picks they have, in a byte each: all where picks are shared out, else none.</summary>
    public long Counts { get; init; }

    /// <summary>All weights as 32-bit floats, picks as 16-bit indices, counts as bytes.</summary>
    public long ParameterBytes => Weights * FloatBytes + Indices * IndexBytes + Counts;

    /// <summary>Counts a model.</summary>
    /// <param name="users">U.</param>
    /// <param name="items">I.</param>
    /// <param name="coarse">Settings of its coarse stage.</param>
    /// <param name="fine">Settings of its fine stage; null for a coarse model.</param>
    public static ModelWeight Of(int users, int items, CoarseTrainingOptions coarse, FineTrainingOptions? fine)
    {
        var codebooks = (long)(coarse.CoarseCount + (fine?.FineCount ?? 0)) * coarse.Dimension;
        var entities = (long)users + items;
        var shared = coarse.CoarseMean > 0 ? (long)Math.Ceiling(coarse.CoarseMean * entities) : entities * coarse.CoarsePerEntity;
        var picks = shared + (fine is null ? 0 : (long)coarse.CoarseCount * fine.FinePerCoarse);
        return new ModelWeight(codebooks, codebooks + picks + items, picks) { Counts = coarse.CoarseMean > 0 ? entities : 0 };
    }
}
