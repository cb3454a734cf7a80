using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;
using Microsoft.Extensions.Logging;

namespace MetaEmbed;

/// <summary>A trained run in its folder: evaluate it, export a model file of it.</summary>
public sealed class TrainedRun
{
    private readonly int _threads;
    private readonly ILogger? _logger;

    internal TrainedRun(string folder, int threads, ILogger? logger) => (Folder, _threads, _logger) = (folder, threads, logger);

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Validation metrics of the checkpoint that counts; null for a run that was opened.</summary>
    public MetricSummary? Validation { get; internal init; }

    /// <summary>Its test metrics; null for a run that was opened.</summary>
    public MetricSummary? Test { get; internal init; }

    /// <summary>Opens a run that was trained before.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="threads">Threads of evaluations and exports; 0 for one per processor.</param>
    /// <param name="logger">Gets the steps of an export; null for nobody.</param>
    /// <exception cref="UserMistakeException">It holds no run, or a damaged one.</exception>
    public static TrainedRun Open(string folder, int threads = 0, ILogger? logger = null)
    {
        StoredRun.Open(folder);
        return new TrainedRun(folder, threads, logger);
    }

    /// <summary>Ranks all items for the users of a split with the checkpoint that counts.</summary>
    /// <param name="split">valid, test, or new-users: users that the import held out, folded in from their histories.</param>
    /// <param name="options">Head and sample of users; the cut-offs are the run's own. Null for the defaults.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">The dataset has changed, or there is no such split.</exception>
    public EvaluationResult Evaluate(string split = "test", EvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        if (split == NewUserEvaluation.Split)
            return NewUserEvaluation.OfRun(Folder, UserSource.History, null, options, null, _threads, cancellation).Result;
        using var workers = new Workers(_threads);
        return StoredRun.Open(Folder).Evaluate(null, split, workers, options, null, cancellation).Result;
    }

    /// <summary>
    /// Writes a model file, which <see cref="Recommender.Open"/> opens in an app or a service, with a card of its size, quality
    /// and speed beside it.
    /// </summary>
    /// <param name="file">The file to write.</param>
    /// <param name="kind">What it is for: a service that knows its users, a device, or the checkpoint to the bit.</param>
    /// <param name="progress">Gets a line for each step.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The card.</returns>
    /// <exception cref="UserMistakeException">The run or its data cannot be used, or the file cannot be written.</exception>
    public ModelCard Export(string file, ModelFileKind kind = ModelFileKind.Table, IProgress<string>? progress = null, CancellationToken cancellation = default) =>
        Export(new ExportRequest(Folder, file, kind) { Threads = _threads }, progress, cancellation);

    /// <summary>Writes a model file with settings of its own: packing, budget, histories, names.</summary>
    /// <param name="request">What to write; its run folder is not looked at.</param>
    /// <param name="progress">Gets a line for each step.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The card.</returns>
    /// <exception cref="UserMistakeException">Nothing fits the budget, or the file cannot be written.</exception>
    public ModelCard Export(ExportRequest request, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ModelExport.Execute(request with { RunFolder = Folder }, new StepLog(_logger, progress), cancellation);
    }

    private sealed class StepLog(ILogger? logger, IProgress<string>? next) : IProgress<string>
    {
        public void Report(string value)
        {
            if (logger is not null)
                TrainingLog.Message(logger, value);
            next?.Report(value);
        }
    }
}
