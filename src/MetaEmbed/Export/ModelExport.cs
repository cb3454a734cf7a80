using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>What to export, and how.</summary>
/// <param name="RunFolder">The run.</param>
/// <param name="Output">The model file to write.</param>
/// <param name="Kind">What it is for.</param>
public sealed record ExportRequest(string RunFolder, string Output, ModelFileKind Kind)
{
    /// <summary>The dataset, where it has moved since the training; null for where it lay then.</summary>
    public string? DataFolder { get; init; }

    /// <summary>How items are packed: a name of <see cref="ItemCodes"/>; null for the choice under the budget, else the kind's default.</summary>
    public string? Code { get; init; }

    /// <summary>Most bytes that the file may take; null for no bound.</summary>
    public long? Budget { get; init; }

    /// <summary>Whether the file carries what each user met; null for what the kind needs.</summary>
    public bool? Histories { get; init; }

    /// <summary>Whether the file carries names, where the dataset has them.</summary>
    public bool Names { get; init; } = true;

    /// <summary>What <see cref="TuningSteps"/> is where nothing is asked for.</summary>
    public const int DefaultTuningSteps = 600;

    /// <summary>Steps that train the codewords of a device file, with codes that are sums of such; 0 for none. The outcome is taken where it ranks better on the validation set.</summary>
    public int TuningSteps { get; init; } = DefaultTuningSteps;

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; init; }
}

/// <summary>From a run to a model file with its card.</summary>
public static class ModelExport
{
    /// <summary>Writes the file, evaluates it through its own reader, and writes the card beside it.</summary>
    /// <param name="request">What to export.</param>
    /// <param name="progress">Gets a line for each step; null for none.</param>
    /// <param name="cancellation">Stops it; a file already written stays.</param>
    /// <returns>The card.</returns>
    /// <exception cref="UserMistakeException">The run or its data cannot be used, nothing fits the budget, or a file cannot be written.</exception>
    public static ModelCard Execute(ExportRequest request, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var activity = TrainingTelemetry.Source.StartActivity(TrainingTelemetry.ExportActivity);
        activity?.SetTag("metaembed.kind", request.Kind.ToString());
        progress?.Report("computing the rows that rank");
        using var content = Open(request, cancellation);
        var builder = Build(request, content, progress);
        cancellation.ThrowIfCancellationRequested();
        builder.Write(request.Output);
        progress?.Report("evaluating the file through its own reader");
        var card = CardMeasurement.Of(request.Output, content);
        CardText.Write(card, request.Output);
        return card;
    }

    /// <summary>Opens the run and computes its rows.</summary>
    internal static ExportContent Open(ExportRequest request, CancellationToken cancellation = default)
    {
        var run = StoredRun.Open(request.RunFolder);
        var dataset = run.OpenData(request.DataFolder);
        var split = ValidationSplit.Create(dataset, run.Options.SplitSeed);
        var names = request.Names ? EntityNames.Open(request.DataFolder ?? run.Manifest.DataFolder, dataset) : new EntityNames(null, null);
        var workers = new Workers(request.Threads);
        try
        {
            return new ExportContent(run, dataset, split, names, TrainedRows.Of(run, dataset.Train, workers), workers) { Cancellation = cancellation };
        }
        catch
        {
            workers.Dispose();
            throw;
        }
    }

    private static ModelFileBuilder Build(ExportRequest request, ExportContent content, IProgress<string>? progress)
    {
        if (request.Kind != ModelFileKind.Exact)
            return RowsExport.Build(request, content, progress);
        if (content.Run.Options.Model != ModelKind.MetaEmbeddings)
        {
            throw new UserMistakeException(
                "kind exact is for models of meta-embeddings; the parameters of this one are the rows themselves", "choose table or device with --code float32: as exact");
        }

        if (request.Code is not null || request.Histories == false)
            throw new UserMistakeException("kind exact has no item code and always carries histories", "leave out --code and --histories, or choose device or table");
        var builder = ExactExport.Build(content, progress);
        return builder.ToBytes().Length <= (request.Budget ?? long.MaxValue)
            ? builder
            : throw new UserMistakeException($"kind exact takes {builder.ToBytes().Length:N0} bytes, more than {request.Budget:N0}", "choose device or table");
    }
}
