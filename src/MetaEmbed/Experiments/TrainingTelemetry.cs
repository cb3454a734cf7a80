using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetaEmbed.Experiments;

/// <summary>
/// Names under which the library can be watched: activities of an <see cref="ActivitySource"/> and instruments of a
/// <see cref="Meter"/>, both called <see cref="Name"/>. Where nobody listens they cost nothing. See docs/library.md.
/// </summary>
public static class TrainingTelemetry
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "MetaEmbed";

    /// <summary>Activity of a whole training.</summary>
    public const string TrainActivity = "metaembed.train";

    /// <summary>Activity of a stage of it, preparation included.</summary>
    public const string StageActivity = "metaembed.train.stage";

    /// <summary>Activity of an export.</summary>
    public const string ExportActivity = "metaembed.export";

    /// <summary>Counter of epochs trained, by stage.</summary>
    public const string Epochs = "metaembed.training.epochs";

    /// <summary>Counter of steps trained, by stage.</summary>
    public const string Steps = "metaembed.training.steps";

    /// <summary>Histogram of the seconds of an epoch, by stage.</summary>
    public const string EpochDuration = "metaembed.training.epoch.duration";

    /// <summary>Histogram of the seconds of a validation, by stage.</summary>
    public const string EvaluationDuration = "metaembed.training.evaluation.duration";

    /// <summary>Gauge of the mean loss of the last epoch, by stage.</summary>
    public const string Loss = "metaembed.training.loss";

    /// <summary>Gauge of the NDCG of the last validation, by stage and cut-off.</summary>
    public const string Ndcg = "metaembed.training.ndcg";

    internal static ActivitySource Source { get; } = new(Name, RunManifest.CurrentVersion);

    internal static Meter Meter { get; } = new(Name, RunManifest.CurrentVersion);
}
