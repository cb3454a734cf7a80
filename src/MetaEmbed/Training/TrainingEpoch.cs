using MetaEmbed.Inference;

namespace MetaEmbed.Training;

/// <summary>Losses of an epoch, means over its steps.</summary>
/// <param name="Loss">Ranking loss and penalty.</param>
/// <param name="Ranking">The ranking loss.</param>
/// <param name="Penalty">L2.</param>
internal readonly record struct EpochLosses(double Loss, double Ranking, double Penalty);

/// <summary>The steps of an epoch, whatever a step does: cancellation, the mean losses, and an end where they are no numbers.</summary>
internal static class TrainingEpoch
{
    /// <param name="epoch">Its number, for the message.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="options">For the message.</param>
    /// <param name="train">Trains a step, given its number; returns ranking loss and penalty.</param>
    /// <param name="afterStep">Called after each step with the steps done and the mean loss so far.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="UserMistakeException">A loss is not a number.</exception>
    internal static EpochLosses Run(
        int epoch,
        int steps,
        StageTrainingOptions options,
        Func<int, (double Ranking, double Penalty)> train,
        Action<int, double>? afterStep,
        CancellationToken cancellation)
    {
        double ranking = 0, penalty = 0;
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (stepRanking, stepPenalty) = train(step);
            ranking += stepRanking;
            penalty += stepPenalty;
            if (!double.IsFinite(ranking + penalty))
            {
                throw new UserMistakeException(
                    $"the loss is no longer a number in epoch {epoch}, step {step + 1}",
                    $"lower learning-rate (now {options.LearningRate}) or gradient-clip (now {options.GradientClip}); checkpoints of earlier epochs are kept");
            }

            afterStep?.Invoke(step + 1, (ranking + penalty) / (step + 1));
        }

        var count = Math.Max(steps, 1);
        return new EpochLosses((ranking + penalty) / count, ranking / count, penalty / count);
    }
}
