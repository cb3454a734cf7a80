using MetaEmbed.Export.Compression;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>Items packed, with the biases and the fold-in that go with them.</summary>
/// <param name="Name">Name of the code.</param>
/// <param name="Rows">The packed rows.</param>
/// <param name="Bias">b.</param>
/// <param name="FoldIn">How users are folded in.</param>
internal sealed record PackedItems(string Name, CompressedRows Rows, float[] Bias, FoldInWeights FoldIn)
{
    /// <summary>Codes and codewords, where the code is a sum of codewords, which can be tuned.</summary>
    public AdditiveFit? Sums { get; init; }

    /// <summary>Packs the items of a run.</summary>
    public static PackedItems Of(TrainedRows rows, IItemCompressor code, ulong seed, Workers workers)
    {
        var input = rows.Input(seed);
        if (code is not AdditiveRows additive)
            return new PackedItems(code.Name, code.Compress(input, workers), rows.ItemBias, rows.FoldIn);
        var sums = additive.Fit(input, workers);
        return new PackedItems(code.Name, sums.Pack(), rows.ItemBias, rows.FoldIn) { Sums = sums };
    }
}
