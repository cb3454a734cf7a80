using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;
using Microsoft.Extensions.Logging;

namespace MetaEmbed;

/// <summary>
/// Trains a model on a dataset: the command <c>metaembed train</c> as an object. Set what you like, then call
/// <see cref="Train"/>; a trainer keeps no state between trainings and may be used again.
/// </summary>
public sealed record Trainer
{
    /// <summary>The settings to start from; <see cref="Presets.Fast"/> takes seconds.</summary>
    public Preset Preset { get; init; } = Presets.Fast;

    /// <summary>Settings of the coarse stage in place of the preset's: <c>Presets.Fast.Coarse with { Seed = 7 }</c>.</summary>
    public CoarseTrainingOptions? Coarse { get; init; }

    /// <summary>Settings of the fine stage in place of the preset's.</summary>
    public FineTrainingOptions? Fine { get; init; }

    /// <summary>One of <see cref="TrainingStages"/>; null for what the preset says.</summary>
    public string? Stage { get; init; }

    /// <summary>Threads; 0 for one per processor. The result has the same bits with any number.</summary>
    public int Threads { get; init; }

    /// <summary>Most memory that a training may take by its estimate, in bytes; 0 for no limit.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>Whether a run that is in the folder already goes on from its last checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets begin, evaluations, phases and end; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Trains, evaluates, and keeps everything in a run folder.</summary>
    /// <param name="dataset">A dataset that lies in a folder.</param>
    /// <param name="runFolder">Where the run is kept; made where it is missing.</param>
    /// <param name="progress">Told where the training stands, a few times a second, on the calling thread.</param>
    /// <param name="cancellation">Stops it after the step under way.</param>
    /// <returns>The finished run.</returns>
    /// <exception cref="ArgumentException">The dataset lies in no folder: <see cref="DatasetFolder.Write"/> gives it one.</exception>
    /// <exception cref="UserMistakeException">Data, settings or folder are wrong, or the disk is full; earlier checkpoints are intact.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; with <see cref="Resume"/> it goes on from the last epoch.</exception>
    public TrainedRun Train(Dataset dataset, string runFolder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(runFolder);
        if (dataset.Folder is null)
            throw new ArgumentException("the dataset lies in no folder; write it with DatasetFolder.Write and open it with Dataset.Open", nameof(dataset));
        var coarse = Coarse ?? Preset.Coarse;
        var result = TrainingRun.Execute(
            new TrainRequest(dataset.Folder, runFolder, Preset.Name, coarse, Threads, Resume)
            {
                Stage = Stage ?? (coarse.Model == ModelKind.MetaEmbeddings ? Preset.Stage : TrainingStages.Coarse),
                Fine = Fine ?? Preset.Fine,
                MemoryLimit = MemoryLimit,
                Logger = Logger,
            },
            progress,
            cancellation);
        if (result.Interrupted)
            throw new OperationCanceledException($"the training was stopped after {result.Epochs} epochs; the run in {runFolder} can be resumed", cancellation);
        return new TrainedRun(runFolder, Threads, Logger) { Validation = result.Validation, Test = result.Test };
    }

    /// <summary>The same on another thread, for callers that must not block; a training keeps several threads busy.</summary>
    /// <param name="dataset">A dataset that lies in a folder.</param>
    /// <param name="runFolder">Where the run is kept.</param>
    /// <param name="progress">Told where the training stands; a <see cref="Progress{T}"/> tells it on the thread that made it.</param>
    /// <param name="cancellation">Stops it after the step under way.</param>
    /// <returns>The finished run.</returns>
    public Task<TrainedRun> TrainAsync(Dataset dataset, string runFolder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(
            () => Train(dataset, runFolder, progress, cancellation), cancellation, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
