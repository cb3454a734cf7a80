using MetaEmbed.Inference.Codes;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>
/// Residual and product quantisation, and both after one another: each stage quantises what the stages before it leave, in
/// parts of columns of its own, 256 codewords a part, fitted by k-means weighted by how often an item was met. Then a few rounds
/// fit each stage anew to what all the others leave. Codewords are rounded to 8 bits before rows are given to them, so
/// the later stages mend that error too. A byte for each part of a row.
/// </summary>
/// <param name="name">What to call it.</param>
/// <param name="stages">Parts of each stage.</param>
internal sealed class AdditiveRows(string name, int[] stages) : IItemCompressor
{
    private const int Rounds = 4;

    public string Name => name;

    public long BytesFor(int items, int dimension) =>
        (long)items * stages.Sum() + (long)stages.Length * AdditiveCode.Codewords * dimension + 4L * stages.Sum();

    /// <summary>n full levels: residual quantisation.</summary>
    public static AdditiveRows Residual(int levels) => new($"rq-{levels}", [.. Enumerable.Repeat(1, levels)]);

    /// <summary>m parts: product quantisation.</summary>
    public static AdditiveRows Product(int parts) => new($"pq-{parts}", [parts]);

    /// <summary>n full levels, then m parts of what they leave.</summary>
    public static AdditiveRows Both(int levels, int parts) => new($"rq-{levels}+pq-{parts}", [.. Enumerable.Repeat(1, levels), parts]);

    public CompressedRows Compress(CompressionInput input, Workers workers) => Fit(input, workers).Pack();

    /// <summary>Codes and codewords, to be packed or tuned.</summary>
    public AdditiveFit Fit(CompressionInput input, Workers workers)
    {
        var (count, dimension) = (input.Rows.Rows, input.Rows.Columns);
        var fits = new List<PartFit>();
        using var residual = input.Rows.Clone();
        try
        {
            for (var stage = 0; stage < stages.Length; stage++)
            {
                for (var j = 0; j < stages[stage]; j++)
                {
                    var fit = new PartFit(stage, AdditiveCode.Border(j, stages[stage], dimension), AdditiveCode.Border(j + 1, stages[stage], dimension), count);
                    fits.Add(fit);
                    fit.Start(residual, input.Weights, new RandomStream(input.Seed, RandomPurpose.ItemCodes, (ulong)stage, (ulong)j), workers);
                }
            }

            for (var round = 0; round < Rounds && stages.Length > 1; round++)
            {
                foreach (var fit in fits)
                    fit.Refine(residual, input.Weights, workers);
            }

            return Rounded(fits, count, dimension);
        }
        finally
        {
            foreach (var fit in fits)
                fit.Dispose();
        }
    }

    private AdditiveFit Rounded(List<PartFit> fits, int count, int dimension)
    {
        var codes = new byte[fits.Count * count];
        var codebooks = new sbyte[stages.Length * AdditiveCode.Codewords * dimension];
        for (var p = 0; p < fits.Count; p++)
        {
            for (var row = 0; row < count; row++)
                codes[p * count + row] = (byte)fits[p].Codes[row];
            fits[p].CopyTo(codebooks, dimension);
        }

        return new AdditiveFit(stages, dimension, codes, codebooks, [.. fits.Select(fit => fit.Scale)]);
    }
}
