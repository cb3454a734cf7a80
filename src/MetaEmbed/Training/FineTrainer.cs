using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>The fine stage: F and the item biases learn, with a fresh Adam; the second phase updates S2.</summary>
internal sealed class FineTrainer : StageTrainer
{
    /// <param name="train">Training interactions.</param>
    /// <param name="model">The model, owned by the caller.</param>
    /// <param name="options">Settings.</param>
    /// <param name="l2Factor">The coarse stage's; the penalty is a constant here, and only reported.</param>
    /// <param name="workers">Threads, owned by the caller.</param>
    internal FineTrainer(Interactions train, FineModel model, FineTrainingOptions options, double l2Factor, Workers workers)
        : base(
            train,
            model,
            new StepOptions(
                options.LearningRate, options.WeightDecay, options.BatchSize, options.Negatives, l2Factor, options.GradientClip, options.Seed),
            workers)
    {
    }
}
