using MetaEmbed.Training;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Experiments;

/// <summary>What a training needs to know.</summary>
/// <param name="DataFolder">Folder with train.txt and test.txt.</param>
/// <param name="RunFolder">Folder that keeps the run; made if missing, refused if another run holds it.</param>
/// <param name="Preset">Name of the preset that the options came from, for the manifest.</param>
/// <param name="Coarse">Settings of the coarse stage.</param>
/// <param name="Threads">Threads, 0 for one per processor.</param>
/// <param name="Resume">Go on from the folder's last checkpoint instead of refusing a folder in use.</param>
public sealed record TrainRequest(
    string DataFolder,
    string RunFolder,
    string Preset,
    CoarseTrainingOptions Coarse,
    int Threads = 0,
    bool Resume = false)
{
    /// <summary>What to train: <see cref="TrainingStages.Coarse"/>, <see cref="TrainingStages.Fine"/> or <see cref="TrainingStages.Both"/>.</summary>
    public string Stage { get; init; } = TrainingStages.Coarse;

    /// <summary>Settings of the fine stage.</summary>
    public FineTrainingOptions Fine { get; init; } = new();

    /// <summary>Most memory that the training may take by <see cref="MemoryEstimate"/>, in bytes; 0 for no limit.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>
    /// The run whose coarse model the fine stage starts from; its coarse checkpoint and settings are copied, so that the
    /// new run stands by itself. Null where the run folder has a coarse stage of its own.
    /// </summary>
    public string? From { get; init; }

    /// <summary>
    /// Seed of the validation split where it is not the seed of <see cref="From"/>, as in the authors' fine runs; items
    /// that the coarse run was stopped by then count as test items.
    /// </summary>
    public long? SplitSeed { get; init; }

    /// <summary>Gets begin, evaluations, phases and end; null for nobody.</summary>
    public ILogger? Logger { get; init; }
}

/// <summary>Names of the stages.</summary>
public static class TrainingStages
{
    /// <summary>The coarse stage (LEGCF).</summary>
    public const string Coarse = "coarse";

    /// <summary>The fine stage (C2F), on a trained coarse model.</summary>
    public const string Fine = "fine";

    /// <summary>Coarse, then fine.</summary>
    public const string Both = "both";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Coarse, Fine, Both];
}

/// <summary>Metrics at cut-offs, averaged over the users with at least one relevant item.</summary>
/// <param name="Split">valid or test.</param>
/// <param name="Users">Users averaged over.</param>
/// <param name="Ndcg">NDCG by cut-off.</param>
/// <param name="Recall">Recall by cut-off.</param>
public sealed record MetricSummary(string Split, int Users, IReadOnlyDictionary<int, double> Ndcg, IReadOnlyDictionary<int, double> Recall);

/// <summary>Where a training stands; sent a few times a second and at each event.</summary>
/// <param name="Stage">coarse or fine.</param>
/// <param name="Phase">prepare, fixed, updating, evaluate, done.</param>
/// <param name="Epoch">Epoch under way, from 0.</param>
/// <param name="Step">Steps done in the epoch.</param>
/// <param name="StepsPerEpoch">Steps in the epoch; 0 before the first.</param>
/// <param name="Loss">Mean loss of the epoch so far; NaN before the first step.</param>
/// <param name="LastValidation">Last evaluation on the validation set.</param>
/// <param name="BestValidation">NDCG at the first cut-off, best of the phase.</param>
/// <param name="Elapsed">Since the start of the command.</param>
/// <param name="Remaining">Upper bound from the patience and the maximal epochs; null where unknown.</param>
/// <param name="Message">Something to tell as a line (a phase ends, a checkpoint is kept); null mostly.</param>
public sealed record TrainingProgress(
    string Stage,
    string Phase,
    int Epoch,
    int Step,
    int StepsPerEpoch,
    double Loss,
    MetricSummary? LastValidation,
    double BestValidation,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    string? Message);

/// <summary>The outcome of a training.</summary>
/// <param name="RunFolder">Where the run lies.</param>
/// <param name="Seconds">Wall time of this command.</param>
/// <param name="Epochs">Epochs trained, all stages, resumed ones included.</param>
/// <param name="Validation">Best validation metrics of the final checkpoint.</param>
/// <param name="Test">Test metrics of the final checkpoint.</param>
/// <param name="Interrupted">Whether it was cancelled; a resumable checkpoint is in the folder.</param>
public sealed record TrainResult(
    string RunFolder,
    double Seconds,
    int Epochs,
    MetricSummary? Validation,
    MetricSummary? Test,
    bool Interrupted);
