using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>The coarse stage: C and the item biases learn; the second phase updates S.</summary>
internal sealed class CoarseTrainer : StageTrainer
{
    /// <param name="train">Training interactions.</param>
    /// <param name="model">The model, owned by the caller.</param>
    /// <param name="options">Settings.</param>
    /// <param name="workers">Threads, owned by the caller.</param>
    internal CoarseTrainer(Interactions train, CoarseModel model, CoarseTrainingOptions options, Workers workers)
        : base(
            train,
            model,
            new StepOptions(
                options.LearningRate, options.WeightDecay, options.BatchSize, options.Negatives, options.L2Factor, options.GradientClip, options.Seed),
            workers)
    {
    }
}
