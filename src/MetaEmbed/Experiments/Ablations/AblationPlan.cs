using System.Globalization;
using MetaEmbed.Inference;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>The points of a study. A study is a list of trainings, nothing more.</summary>
public static class AblationPlan
{
    /// <summary>Lists the points, in the order to be trained in.</summary>
    /// <param name="options">The study.</param>
    /// <param name="coarse">Settings of the coarse stage; the space study replaces the number of meta-embeddings.</param>
    /// <param name="fine">Settings of the fine stage; each study replaces what it varies.</param>
    /// <exception cref="UserMistakeException">The numbers do not go together.</exception>
    public static IReadOnlyList<AblationPoint> Of(AblationOptions options, CoarseTrainingOptions coarse, FineTrainingOptions fine)
    {
        var points = options.Study switch
        {
            AblationStudy.Space => [.. FixedCoarse(options, coarse, fine), .. FixedTotal(options, coarse, fine)],
            AblationStudy.Frozen => new[] { false, true }
                .Select(frozen => Varied(AblationPanels.Frozen, frozen ? 1 : 0, frozen ? "frozen" : "trained", coarse, fine with { FreezeFine = frozen })),
            AblationStudy.Gate => options.Gates.Order().Select(gate => Varied(AblationPanels.Gate, gate, $"gate-{Name(gate)}", coarse, fine with { Gate = gate })),
            _ => options.Thresholds.Order()
                .Select(threshold => Varied(AblationPanels.Threshold, threshold, $"threshold-{Name(threshold)}", coarse, fine with { Threshold = threshold })),
        };
        var list = points.ToList();
        foreach (var point in list)
        {
            var stage = point.Fine is null ? TrainingStages.Coarse : TrainingStages.Both;
            RequestCheck.Check(new TrainRequest("", "", "", point.Coarse) { Stage = stage, Fine = point.Fine ?? fine }, point.Coarse);
        }

        return list;
    }

    /// <summary>Settings of the training that a study sets itself.</summary>
    /// <param name="study">The study.</param>
    public static (IReadOnlyList<string> Coarse, IReadOnlyList<string> Fine) Sets(AblationStudy study) => study switch
    {
        AblationStudy.Space => (["coarse-count"], ["fine-count"]),
        AblationStudy.Frozen => ([], ["freeze-fine"]),
        AblationStudy.Gate => ([], ["gate"]),
        _ => ([], ["threshold"]),
    };

    /// <summary>The study that a setting of an ablation belongs to; null for the choice of the study itself.</summary>
    /// <param name="setting">Its name.</param>
    public static AblationStudy? StudyOf(string setting) => setting switch
    {
        "study" => null,
        "gates" => AblationStudy.Gate,
        "thresholds" => AblationStudy.Threshold,
        _ => AblationStudy.Space,
    };

    private static IEnumerable<AblationPoint> FixedCoarse(AblationOptions options, CoarseTrainingOptions coarse, FineTrainingOptions fine) =>
        options.FineShares.Order().Select(share => Counted(
            AblationPanels.FixedCoarse,
            share,
            options.FixedCoarse,
            (int)Math.Min(Math.Round(share * options.FixedCoarse, MidpointRounding.AwayFromZero), int.MaxValue),
            coarse,
            fine));

    private static IEnumerable<AblationPoint> FixedTotal(AblationOptions options, CoarseTrainingOptions coarse, FineTrainingOptions fine)
    {
        var most = options.FineOfTotal.Max();
        if (most >= options.FixedTotal)
            throw new UserMistakeException($"fine-of-total {most} leaves no coarse meta-embedding of fixed-total {options.FixedTotal}", "ask for fewer fine ones");
        return options.FineOfTotal.Order().Select(count => Counted(AblationPanels.FixedTotal, count, options.FixedTotal - count, count, coarse, fine));
    }

    private static AblationPoint Counted(string panel, double x, int coarseCount, int fineCount, CoarseTrainingOptions coarse, FineTrainingOptions fine)
    {
        var counted = coarse with { CoarseCount = coarseCount };
        return fineCount == 0
            ? new AblationPoint(panel, x, CoarseRun(counted), counted, null, null)
            : new AblationPoint(panel, x, CoarseRun(counted), counted, $"{CoarseRun(counted)}-fine-{fineCount}", fine with { FineCount = fineCount });
    }

    private static AblationPoint Varied(string panel, double x, string run, CoarseTrainingOptions coarse, FineTrainingOptions fine) =>
        new(panel, x, CoarseRun(coarse), coarse, run, fine);

    private static string CoarseRun(CoarseTrainingOptions coarse) => $"coarse-{coarse.CoarseCount}";

    private static string Name(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
