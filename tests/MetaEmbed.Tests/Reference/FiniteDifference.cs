namespace MetaEmbed.Tests.Reference;

/// <summary>
/// Compares a gradient written by hand with central differences of the loss. With a step h = 1e-5 their error is about
/// h^2 from the third derivative and 1e-16 / h from rounding, each times the size of the loss: 1e-9 at most.
/// </summary>
internal static class FiniteDifference
{
    internal const double Step = 1e-5;

    /// <summary>Fails where an element of the gradient is off by more than 1e-8, in units of the loss where that is above 1.</summary>
    /// <param name="parameters">What the loss depends on; put back as it was.</param>
    /// <param name="gradient">The gradient written by hand.</param>
    /// <param name="loss">The loss at the present parameters.</param>
    public static void Check(Span<double> parameters, ReadOnlySpan<double> gradient, Func<double> loss)
    {
        Assert.Equal(parameters.Length, gradient.Length);
        var tolerance = 1e-8 * Math.Max(1, Math.Abs(loss()));
        for (var i = 0; i < parameters.Length; i++)
        {
            var value = parameters[i];
            parameters[i] = value + Step;
            var above = loss();
            parameters[i] = value - Step;
            var below = loss();
            parameters[i] = value;
            var difference = (above - below) / (2 * Step);
            if (!(Math.Abs(difference - gradient[i]) <= tolerance))
                Assert.Fail($"element {i} at {value:R}: by hand {gradient[i]:R}, by difference {difference:R}");
        }
    }
}
