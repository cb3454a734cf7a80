namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// How far a score can lie above its value in 8 bits. With x = s q + e for both rows (<see cref="QuantizedRow"/>),
/// <code>
/// &lt;x_u, x_i&gt; = s_u s_i &lt;q_u, q_i&gt; + &lt;s_u q_u, e_i&gt; + &lt;e_u, x_i&gt;
/// </code>
/// so the exact product is at most <c>s_u s_i &lt;q_u, q_i&gt; + |s_u q_u| |e_i| + |e_u| |x_i|</c>. Rounding comes on top, with
/// eps = 2^-24: the score is a chain of d multiply-adds and one addition, wrong by at most about (d + 1) eps |x_u| |x_i| +
/// eps |b|; the value takes two products and an addition, wrong by at most 3 eps (|x_u| + |e_u|) (|x_i| + |e_i|) + eps |b|.
/// The factors below allow for (d + 32) eps and 4 eps |b|, and for numbers below the smallest normal one.
/// </summary>
/// <remarks>
/// For a panel, with the largest |e_i|, |x_i| and |b| of its items, the slack is <c>P |e_i| + Q |x_i| + 4 eps |b| + tiny</c>, where P and Q
/// belong to the user. An item whose value is at most limit - slack has a score below the limit. If anything in it is not
/// a number or infinite, so is the slack, and every item is a candidate.
/// </remarks>
/// <param name="errorFactor">P.</param>
/// <param name="normFactor">Q.</param>
internal readonly struct ScoreBound(float errorFactor, float normFactor)
{
    private const float Epsilon = 1f / (1 << 24);
    private const float Tiny = 1e-35f;

    // More than what rounding takes away from a sum of a few positive numbers.
    private const float Above = 1 + 32 * Epsilon;

    /// <summary>P: what a unit of |e_i| adds.</summary>
    public float ErrorFactor { get; } = errorFactor;

    /// <summary>Q: what a unit of |x_i| adds.</summary>
    public float NormFactor { get; } = normFactor;

    /// <summary>The bound of a user.</summary>
    /// <param name="user">The user's row.</param>
    /// <param name="dimension">d.</param>
    public static ScoreBound Of(QuantizedRow user, int dimension)
    {
        var rounding = (dimension + 32) * Epsilon * (1 + 2 * dimension * Epsilon) * (user.Norm + user.ErrorNorm);
        return new((user.QuantizedNorm + rounding) * Above, (user.ErrorNorm + rounding) * Above);
    }

    /// <summary>What does not depend on the user: 4 eps |b| + tiny.</summary>
    public static float Fixed(float largestBias) => (4 * Epsilon * largestBias + Tiny) * Above;

    /// <summary>A limit, less what the subtraction of the slack from it may round.</summary>
    public static float Lowered(float limit) => limit - MathF.Abs(limit) * (32 * Epsilon);
}
