namespace MetaEmbed.Training;

/// <summary>The learning rate of each step: a linear rise from 0, then constant or half a cosine to the final share.</summary>
/// <param name="options">Rate, curve, warm-up.</param>
/// <param name="totalSteps">Steps of the stage, for the cosine.</param>
internal sealed class LearningRate(StageTrainingOptions options, long totalSteps)
{
    /// <param name="step">From 0.</param>
    internal double At(long step)
    {
        var rate = options.LearningRate;
        if (step < options.WarmupSteps)
            return rate * (step + 1) / options.WarmupSteps;
        if (options.LearningRateCurve == LearningRateCurve.Constant)
            return rate;
        var length = Math.Max(totalSteps - options.WarmupSteps, 1);
        var share = Math.Min((double)(step - options.WarmupSteps) / length, 1);
        return rate * (options.FinalLearningRateShare + (1 - options.FinalLearningRateShare) * 0.5 * (1 + Cosine(share)));
    }

    /// <summary>
    /// cos(pi x) for x in [0, 1] by its series around the nearer of 0 and 1/2, so that the bits do not depend on the C
    /// library.
    /// </summary>
    private static double Cosine(double x)
    {
        if (x > 0.5)
            return -Cosine(1 - x);
        var y = Math.PI * (x > 0.25 ? 0.5 - x : x);
        var square = y * y;
        // sin near the middle, cos near the start.
        var term = x > 0.25 ? y : 1.0;
        var n = x > 0.25 ? 1 : 0;
        var sum = 0.0;
        while (n < 24)
        {
            sum += term;
            term *= -square / ((n + 1) * (n + 2));
            n += 2;
        }

        return sum;
    }
}
