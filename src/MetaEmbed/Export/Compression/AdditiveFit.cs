using System.Globalization;
using MetaEmbed.Inference.Codes;

namespace MetaEmbed.Export.Compression;

/// <summary>Rows as sums of codewords, as <see cref="AdditiveCode"/> stores them.</summary>
/// <param name="Stages">Parts of each stage.</param>
/// <param name="Dimension">d.</param>
/// <param name="Codes">Code of each row, part after part.</param>
/// <param name="Codebooks">Whole numbers, stages x 256 x d.</param>
/// <param name="Scales">What those of each part are multiplied by.</param>
internal sealed record AdditiveFit(int[] Stages, int Dimension, byte[] Codes, sbyte[] Codebooks, float[] Scales)
{
    /// <summary>The whole numbers nearest to some codewords of one part, and their scale.</summary>
    /// <param name="values">Codewords; the values that are kept afterwards.</param>
    /// <param name="whole">Gets the whole numbers.</param>
    /// <returns>The scale.</returns>
    public static float Round(Span<float> values, Span<sbyte> whole)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        var scale = largest / sbyte.MaxValue;
        for (var i = 0; i < values.Length; i++)
        {
            whole[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(values[i] / scale), -sbyte.MaxValue, sbyte.MaxValue);
            values[i] = whole[i] * scale;
        }

        return scale;
    }

    /// <summary>The rows for a file.</summary>
    public CompressedRows Pack()
    {
        var parts = Stages.Sum();
        var texts = new Dictionary<string, string> { ["stages"] = string.Join(',', Stages.Select(count => count.ToString(CultureInfo.InvariantCulture))) };
        return new CompressedRows(
            AdditiveCode.Name,
            texts,
            [
                CodeTensor.Of("codes", Codes, parts, Codes.Length / parts),
                CodeTensor.Of("codebooks", Codebooks, Stages.Length, AdditiveCode.Codewords, Dimension),
                CodeTensor.Of("codebook_scales", Scales, parts),
            ]);
    }
}
