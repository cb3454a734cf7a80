using System.Diagnostics;
using MetaEmbed.Experiments;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>
/// Trainings of both stages with everything that is not as published: sampled softmax, matching pursuit, a cosine with
/// warm-up, averaged weights, updates by steps, trained weights of S; and a fine stage with the published loss.
/// </summary>
internal static class SoftmaxRuns
{
    /// <summary>Eight epochs of three steps; S is updated at steps 3, 7, 11, 15 and 19 of 24; its weights are trained from step 20 on.</summary>
    public static CoarseTrainingOptions Coarse { get; } = CoarseRuns.Options with
    {
        CoarsePerEntity = 3,
        AssignmentUpdate = AssignmentUpdateRule.MatchingPursuit,
        BiasInitialization = BiasInitialization.Zero,
        Loss = RankingLossKind.SampledSoftmax,
        LearningRateCurve = LearningRateCurve.Cosine,
        WarmupSteps = 4,
        BlockSize = 13,
        SharedNegatives = 21,
        NegativeSource = NegativeSource.InBatch,
        PopularityCorrection = true,
        Temperature = 0.7,
        BiasL2Factor = 2,
        WeightAveraging = 0.9,
        StepsPerEpoch = 3,
        UpdateEverySteps = 4,
        FirstUpdateStep = 3,
        AssignmentRestStep = 20,
        AssignmentWeightRate = 0.5,
        FixedPatience = 0,
        MaxEpochs = 8,
    };

    /// <summary>Five epochs of three steps; S2 is updated at steps 2, 7 and 12 of 15.</summary>
    public static FineTrainingOptions Fine { get; } = new()
    {
        FineCount = 5,
        FinePerCoarse = 2,
        Components = 4,
        Threshold = 0.2,
        Loss = RankingLossKind.SampledSoftmax,
        LearningRate = 0.02,
        LearningRateCurve = LearningRateCurve.Cosine,
        BlockSize = 16,
        SharedNegatives = 30,
        NegativeSource = NegativeSource.Popularity,
        PositiveSource = PositiveSource.ByInteraction,
        WeightAveraging = 0.8,
        StepsPerEpoch = 3,
        UpdateEverySteps = 5,
        FirstUpdateStep = 2,
        BatchSize = 60,
        FixedPatience = 0,
        UpdatePatience = -1,
        MaxEpochs = 5,
        EvaluateEvery = 1,
    };

    /// <summary>The published loss and schedule, both phases.</summary>
    public static FineTrainingOptions FineBpr { get; } = new()
    {
        FineCount = 5,
        FinePerCoarse = 2,
        Components = 4,
        Threshold = 0.2,
        LearningRate = 0.02,
        BatchSize = 256,
        FixedPatience = 1,
        UpdatePatience = 2,
        MaxEpochs = 4,
        EvaluateEvery = 1,
    };

    public static TrainRequest Request(string root, string run, CoarseTrainingOptions coarse, FineTrainingOptions fine, int threads = 2, bool resume = false) =>
        new(CoarseRuns.Data(root), Path.Combine(root, run), "test", coarse, threads, resume) { Stage = TrainingStages.Both, Fine = fine };

    public static TrainResult Train(
        string root, string run, int threads = 2, bool resume = false, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        TrainingRun.Execute(Request(root, run, Coarse, Fine, threads, resume), progress, cancellation);

    /// <summary>Every file of both stages that must not depend on threads, width or interruptions, by name.</summary>
    public static Dictionary<string, byte[]> Outcome(string root, string run)
    {
        var folder = Path.Combine(root, run);
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) == ".safetensors" || Path.GetFileName(file) is "metrics.csv" or "results.csv" or "assignment.csv")
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);
    }

    /// <summary>In a child process: trains and kills itself in the middle of an epoch of the fine stage.</summary>
    public static void DieInTheFineStage(string root) =>
        Train(root, "run", progress: new CoarseRuns.Trip(2, 1, () => Process.GetCurrentProcess().Kill(), TrainingStages.Fine));
}
