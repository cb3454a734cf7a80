namespace MetaEmbed.Reference;

/// <summary>F~ = sign(F) max(|F| - threshold, 0), element by element.</summary>
public static class SoftThreshold
{
    /// <summary>F~.</summary>
    public static DenseMatrix Apply(DenseMatrix codebook, double threshold) =>
        codebook.Map(value => Math.Sign(value) * Math.Max(Math.Abs(value) - threshold, 0));

    /// <summary>From the gradient for F~ to the one for F: it passes where |F| > threshold, and nowhere else.</summary>
    public static DenseMatrix Backward(DenseMatrix codebook, double threshold, DenseMatrix gradient) =>
        codebook.Combine(gradient, (value, g) => Math.Abs(value) > threshold ? g : 0);
}
