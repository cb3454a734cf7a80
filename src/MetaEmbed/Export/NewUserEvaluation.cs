using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>
/// Strong generalisation: users that training has never met are folded in from their histories, and all items besides
/// those of the history are ranked for them. See docs/evaluation-protocols.md.
/// </summary>
public static class NewUserEvaluation
{
    /// <summary>What the command calls the split.</summary>
    public const string Split = "new-users";

    /// <summary>Evaluates a model file.</summary>
    /// <param name="request">What to evaluate; its split and its users are not looked at.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">The dataset has no held-out users, the file is of other data, or it cannot fold in.</exception>
    public static EvaluationResult OfFile(FileEvaluationRequest request, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var recommender = FileEvaluation.Open(request.Model);
        var dataset = FileEvaluation.OpenData(recommender, request.DataFolder);
        var options = request.Options with { Cutoffs = FileEvaluation.Cutoffs(recommender), PerUser = request.PerUserFile is not null };
        return Rank(recommender, request.DataFolder, dataset, options, request.PerUserFile, workers, cancellation);
    }

    /// <summary>Evaluates a run: the rows of its checkpoint in 32 bits, with the fold-in that an export fits.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="dataFolder">The dataset; null for where it lay in training.</param>
    /// <param name="options">Head and sample; the cut-offs are the run's own. Null for the defaults.</param>
    /// <param name="perUserFile">Where each user's metrics go as CSV; null for nowhere.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserMistakeException">The dataset has no held-out users, or is another one than the run's.</exception>
    public static EvaluationResult OfRun(
        string runFolder, string? dataFolder = null, EvaluationOptions? options = null, string? perUserFile = null, int threads = 0, CancellationToken cancellation = default)
    {
        var request = new ExportRequest(runFolder, "", ModelFileKind.Device) { DataFolder = dataFolder, Names = false, Threads = threads };
        using var content = ModelExport.Open(request, cancellation);
        var folder = dataFolder ?? content.Run.Manifest.DataFolder;
        HeldOutUsers.Open(folder, content.Dataset); // fails before the fit, not behind it
        using var recommender = Recommender.Read(RowsExport.WholeItems(content).ToBytes(), "the checkpoint");
        options = (options ?? new EvaluationOptions()) with { Cutoffs = content.Cutoffs, PerUser = perUserFile is not null };
        return Rank(recommender, folder, content.Dataset, options, perUserFile, content.Workers, cancellation);
    }

    private static EvaluationResult Rank(
        Recommender recommender, string folder, Dataset dataset, EvaluationOptions options, string? perUserFile, Workers workers, CancellationToken cancellation)
    {
        var users = HeldOutUsers.Open(folder, dataset);
        if (!recommender.CanFoldIn)
            throw new UserMistakeException(recommender.Info.Name, null, "cannot fold in users from a history", "export it again");
        var result = RankingEvaluation.Run(
            (_, length) => new ModelFileRanking(recommender, UserSource.History, users.History, length),
            RankingEvaluation.Cutoffs(options), users.History, users.Test, options, workers, cancellation, popularity: dataset.Train);
        if (perUserFile is not null)
            result.PerUser!.SaveCsv(perUserFile);
        return result;
    }
}
