using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Exact;

/// <summary>
/// The meta-embeddings' rows of X0, padded to whole blocks of columns: C in the coarse stage; with a fine stage
/// [C~; tanh(F~)], F~ the soft threshold of F and C~ = g S2 F~ + (1 - g) C.
/// </summary>
internal static class ExactStart
{
    /// <summary>Columns that are computed together.</summary>
    public const int BlockWidth = 64;

    /// <summary>d rounded up to whole blocks.</summary>
    public static int Pad(int dimension) => (dimension + BlockWidth - 1) / BlockWidth * BlockWidth;

    public static float[] Of(ExactParameters model)
    {
        var padded = Pad(model.Dimension);
        var rows = Widen(model.Codebook, model.CoarseCount, model.Dimension);
        if (model.FineCount == 0)
            return rows;
        var thresholded = Widen(model.Fine, model.FineCount, model.Dimension);
        foreach (ref var value in thresholded.AsSpan())
            value = MathF.CopySign(Math.Max(Math.Abs(value) - model.Threshold, 0f), value);
        for (var k = 0; k < model.CoarseCount; k++)
        {
            var row = rows.AsSpan(k * padded, padded);
            foreach (ref var value in row)
                value = (1 - model.Gate) * value;
            for (var i = k * model.FinePerCoarse; i < (k + 1) * model.FinePerCoarse; i++)
            {
                var weight = model.Gate * model.FineWeights[i];
                var source = thresholded.AsSpan(model.FinePicks[i] * padded, padded);
                for (var column = 0; column < padded; column++)
                    row[column] = MathF.FusedMultiplyAdd(weight, source[column], row[column]);
            }
        }

        var all = new float[rows.Length + thresholded.Length];
        rows.CopyTo(all, 0);
        Elementary.Tanh(thresholded, all.AsSpan(rows.Length));
        return all;
    }

    /// <summary>Rows with zeros up to whole blocks.</summary>
    public static float[] Widen(float[] source, int rows, int dimension)
    {
        var padded = Pad(dimension);
        var target = new float[rows * padded];
        for (var row = 0; row < rows; row++)
            source.AsSpan(row * dimension, dimension).CopyTo(target.AsSpan(row * padded));
        return target;
    }
}
