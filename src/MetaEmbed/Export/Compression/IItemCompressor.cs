using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>Packs the rows of items into fewer bytes. <c>MetaEmbed.Inference.Codes.RowCode</c> decodes them.</summary>
internal interface IItemCompressor
{
    /// <summary>A short name for cards and tables: <c>int8</c>, <c>rq2-pq18</c>.</summary>
    string Name { get; }

    /// <summary>Bytes that the rows will take, codebooks included; what the choice under a budget goes by.</summary>
    long BytesFor(int items, int dimension);

    /// <summary>Packs the rows. The same input gives the same bytes, at any number of threads.</summary>
    CompressedRows Compress(CompressionInput input, Workers workers);
}

/// <summary>What a compressor may look at.</summary>
/// <param name="Rows">Rows of items, items x d.</param>
/// <param name="Weights">How much an error in each row matters: how often the item was met; at least 1.</param>
/// <param name="Dictionary">Propagated meta-embeddings H_C, c x d; null where the model has none.</param>
/// <param name="Seed">For codebooks that start at random.</param>
internal sealed record CompressionInput(Matrix Rows, float[] Weights, Matrix? Dictionary, ulong Seed);
