namespace MetaEmbed.Models;

/// <summary>
/// F~ = sign(F) max(|F| - threshold, 0). An entry with |F| at most the threshold gives 0 and gets no gradient: zeros are
/// fixed at the start, and can only grow in number.
/// </summary>
internal static class SoftThreshold
{
    /// <param name="source">F.</param>
    /// <param name="threshold">Not negative.</param>
    /// <param name="target">Receives F~, as long.</param>
    internal static void Apply(ReadOnlySpan<float> source, float threshold, Span<float> target)
    {
        for (var i = 0; i < source.Length; i++)
            target[i] = MathF.CopySign(Math.Max(Math.Abs(source[i]) - threshold, 0f), source[i]);
    }

    /// <summary>Takes the gradient away where the threshold holds the value at 0.</summary>
    internal static void Adjoint(ReadOnlySpan<float> source, float threshold, Span<float> gradient)
    {
        for (var i = 0; i < source.Length; i++)
        {
            if (!(Math.Abs(source[i]) > threshold))
                gradient[i] = 0;
        }
    }
}
