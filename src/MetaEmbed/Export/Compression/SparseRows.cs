using MetaEmbed.Inference;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>
/// t-sparse codes over the propagated meta-embeddings H_C by orthogonal matching pursuit (Pati, Rezaiifar and Krishnaprasad
/// 1993), coefficients in 8 bits: t (1 + log2(c) / 8) bytes a row. Suits a model whose rows are nearly such sums already.
/// </summary>
/// <param name="picks">t.</param>
internal sealed class SparseRows(int picks) : IItemCompressor
{
    private const int RowsPerTask = 256;

    public string Name => $"omp-{picks}";

    // The dictionary's size is the model's; 300 rows are the published number.
    public long BytesFor(int items, int dimension) => (long)items * (picks + SparseCode.Width(picks, 9)) + 300L * (dimension + 4);

    public CompressedRows Compress(CompressionInput input, Workers workers)
    {
        if (input.Dictionary is not { } source || source.Rows < picks)
            throw new UserMistakeException($"item code '{Name}' needs a model with at least {picks} meta-embeddings", "choose another code");
        using var dictionary = new QuantisedDictionary(source);
        var count = input.Rows.Rows;
        var chosen = new int[count * picks];
        var coefficients = new float[count * picks];
        workers.Run((count + RowsPerTask - 1) / RowsPerTask, task =>
        {
            var pursuit = new SignedPursuit(dictionary, picks);
            for (var row = task * RowsPerTask; row < Math.Min((task + 1) * RowsPerTask, count); row++)
                pursuit.Solve(input.Rows.Row(row), chosen.AsSpan(row * picks, picks), coefficients.AsSpan(row * picks, picks));
        });
        return Pack(dictionary, chosen, coefficients, count);
    }

    private CompressedRows Pack(QuantisedDictionary dictionary, int[] chosen, float[] coefficients, int count)
    {
        var scales = new float[picks];
        for (var i = 0; i < coefficients.Length; i++)
            scales[i % picks] = Math.Max(scales[i % picks], Math.Abs(coefficients[i]) / sbyte.MaxValue);
        var bits = SparseCode.Bits(dictionary.Count);
        var width = SparseCode.Width(picks, bits);
        var packed = new byte[count * width];
        var whole = new sbyte[coefficients.Length];
        for (var i = 0; i < whole.Length; i++)
        {
            var scale = scales[i % picks];
            whole[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(coefficients[i] / scale), -sbyte.MaxValue, sbyte.MaxValue);
            for (var bit = 0; bit < bits; bit++)
            {
                var at = i % picks * bits + bit;
                packed[i / picks * width + (at >> 3)] |= (byte)((chosen[i] >> bit & 1) << (at & 7));
            }
        }

        return new CompressedRows(
            SparseCode.Name,
            CodeTensor.Of("picks", packed, count, width),
            CodeTensor.Of("coefficients", whole, count, picks),
            CodeTensor.Of("coefficient_scales", scales, picks),
            CodeTensor.Of("dictionary", dictionary.Whole, dictionary.Count, dictionary.Dimension),
            CodeTensor.Of("dictionary_scales", dictionary.Scales, dictionary.Count));
    }
}

/// <summary>A dictionary rounded to 8 bits a number, with the products of its rows.</summary>
internal sealed class QuantisedDictionary : IDisposable
{
    public QuantisedDictionary(Matrix source)
    {
        Count = source.Rows;
        Dimension = source.Columns;
        Whole = new sbyte[Count * Dimension];
        Scales = new float[Count];
        Rows = new Matrix(Count, Dimension);
        for (var c = 0; c < Count; c++)
        {
            var row = source.Row(c);
            var largest = 0f;
            foreach (var value in row)
                largest = Math.Max(largest, Math.Abs(value));
            Scales[c] = largest / sbyte.MaxValue;
            for (var k = 0; k < Dimension && largest > 0; k++)
                Whole[c * Dimension + k] = (sbyte)Math.Clamp(MathF.Round(row[k] / Scales[c]), -sbyte.MaxValue, sbyte.MaxValue);
            Int8Code.Scale(Whole.AsSpan(c * Dimension, Dimension), Scales[c], Rows.Row(c));
        }

        var all = Array.ConvertAll(Rows.AsSpan().ToArray(), value => (double)value);
        Products = DenseAlgebra.TransposedProduct(DenseAlgebra.Transpose(all, Count, Dimension), DenseAlgebra.Transpose(all, Count, Dimension), Dimension, Count, Count);
        Panels = ItemPanels.From(Rows.AsSpan(), default, Count, Dimension);
    }

    public int Count { get; }

    public int Dimension { get; }

    public sbyte[] Whole { get; }

    public float[] Scales { get; }

    public Matrix Rows { get; }

    /// <summary>Count x count products of rows.</summary>
    public double[] Products { get; }

    public ItemPanels Panels { get; }

    public void Dispose()
    {
        Rows.Dispose();
        Panels.Dispose();
    }
}
