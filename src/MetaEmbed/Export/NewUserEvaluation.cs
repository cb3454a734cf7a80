using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export;

/// <summary>
/// Strong generalisation: users that training has never met are folded in from their histories, and all items besides
/// those of the history are ranked for them. Where the model was trained again with them (<see cref="RetrainingDataset"/>), they can
/// also rank by their own rows. See docs/evaluation-protocols.md.
/// </summary>
public static class NewUserEvaluation
{
    /// <summary>What the command calls the split.</summary>
    public const string Split = "new-users";

    /// <summary>What evaluations call it where the users rank by their own rows.</summary>
    public const string KnownSplit = "new-users-known";

    /// <summary>The name of an evaluation.</summary>
    /// <param name="source">How users are given.</param>
    public static string NameOf(UserSource source) => source == UserSource.Known ? KnownSplit : Split;

    /// <summary>Evaluates a model file.</summary>
    /// <param name="request">What to evaluate; its split is not looked at. Users are folded in unless it says known.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">The dataset has no held-out users, the file is of other data, or it cannot fold in.</exception>
    public static EvaluationResult OfFile(FileEvaluationRequest request, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var recommender = FileEvaluation.Open(request.Model);
        var dataset = FileEvaluation.OpenData(recommender, request.DataFolder);
        var options = request.Options with { Cutoffs = FileEvaluation.Cutoffs(recommender), PerUser = request.PerUserFile is not null };
        if (request.Users != "known")
            return Rank(recommender, request.DataFolder, dataset, options, request.PerUserFile, workers, cancellation);
        if (recommender.UserCount == 0)
            throw new UserMistakeException(recommender.Info.Name, null, "knows no users by id", "evaluate it with --users history");
        var relevant = Asked(request.DataFolder, dataset);
        return Saved(FileEvaluation.Evaluate(recommender, UserSource.Known, dataset.Train, relevant, options, workers, cancellation), request.PerUserFile);
    }

    /// <summary>
    /// Evaluates a run: the rows of its checkpoint in 32 bits, with the fold-in that an export fits, or the users' own rows.
    /// </summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="source">How users are given.</param>
    /// <param name="dataFolder">The dataset; null for where it lay in training.</param>
    /// <param name="options">Head and sample; the cut-offs are the run's own. Null for the defaults.</param>
    /// <param name="perUserFile">Where each user's metrics go as CSV; null for nowhere.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserMistakeException">The dataset has no held-out users, or is another one than the run's.</exception>
    public static StoredEvaluation OfRun(
        string runFolder, UserSource source, string? dataFolder = null, EvaluationOptions? options = null, string? perUserFile = null, int threads = 0, CancellationToken cancellation = default)
    {
        var request = new ExportRequest(runFolder, "", ModelFileKind.Device) { DataFolder = dataFolder, Names = false, Threads = threads };
        using var content = ModelExport.Open(request, cancellation);
        var folder = dataFolder ?? content.Run.Manifest.DataFolder;
        HeldOutUsers.Open(folder, content.Dataset); // fails before the fit, not behind it
        options = (options ?? new EvaluationOptions()) with { Cutoffs = content.Cutoffs, PerUser = perUserFile is not null };
        if (source == UserSource.Known)
        {
            using var rows = content.Run.RankingRows(content.Dataset.Train, content.Workers);
            return Stored(Saved(rows.Evaluate(content.Dataset.Train, Asked(folder, content.Dataset), options, content.Workers, cancellation), perUserFile));
        }

        using var recommender = Recommender.Read(RowsExport.WholeItems(content).ToBytes(), "the checkpoint");
        return Stored(Rank(recommender, folder, content.Dataset, options, perUserFile, content.Workers, cancellation));

        StoredEvaluation Stored(EvaluationResult result) => content.Run.Describe(NameOf(source), options, result);
    }

    /// <summary>What is asked of them, by their numbers in the training set.</summary>
    private static Interactions Asked(string folder, Dataset dataset)
    {
        var users = HeldOutUsers.Open(folder, dataset);
        var first = users.FirstIn(dataset.Train) ?? throw new UserMistakeException(
            folder, null, "has its held-out users not among the training users, so none has a row", "write a dataset that has them with 'metaembed data retrain', and train on it");
        return new Interactions(dataset.ItemCount, [.. new int[first], .. users.Test.RowStart], users.Test.Items.ToArray());
    }

    private static EvaluationResult Saved(EvaluationResult result, string? perUserFile)
    {
        if (perUserFile is not null)
            result.PerUser!.SaveCsv(perUserFile);
        return result;
    }

    private static EvaluationResult Rank(
        Recommender recommender, string folder, Dataset dataset, EvaluationOptions options, string? perUserFile, Workers workers, CancellationToken cancellation)
    {
        var users = HeldOutUsers.Open(folder, dataset);
        if (!recommender.CanFoldIn)
            throw new UserMistakeException(recommender.Info.Name, null, "cannot fold in users from a history", "export it again");
        return Saved(RankingEvaluation.Run(
            (_, length) => new ModelFileRanking(recommender, UserSource.History, users.History, length),
            RankingEvaluation.Cutoffs(options), users.History, users.Test, options, workers, cancellation, popularity: dataset.Train), perUserFile);
    }
}
