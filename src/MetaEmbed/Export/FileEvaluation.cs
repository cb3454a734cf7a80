using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>How users of an evaluation are given to a model file.</summary>
public enum UserSource
{
    /// <summary>By id: the file's own row of the user.</summary>
    Known,

    /// <summary>By their train items: the user is folded in.</summary>
    History,
}

/// <summary>Full ranking through a model file's reader: the lists that the file gives are the lists that are judged.</summary>
public static class FileEvaluation
{
    /// <summary>Evaluates a file on the data it was trained on, with the split and the cut-offs of its training.</summary>
    /// <param name="request">What to evaluate.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">The file is damaged or of other data, or cannot be asked that way.</exception>
    public static EvaluationResult Evaluate(FileEvaluationRequest request, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var recommender = Open(request.Model);
        var info = recommender.Info;
        var dataset = OpenData(recommender, request.DataFolder);
        var source = request.Users switch
        {
            "known" => UserSource.Known,
            "history" => UserSource.History,
            _ => info.Kind == ModelFileKind.Device ? UserSource.History : UserSource.Known,
        };
        if (source == UserSource.Known && recommender.UserCount == 0)
            throw new UserMistakeException(info.Name, null, "knows no users by id", "evaluate it with --users history");
        if (!long.TryParse(info.Text(ModelFormat.SplitSeedKey), NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            throw new UserMistakeException(info.Name, null, "does not say which split it was trained with", "export it again");
        var split = ValidationSplit.Create(dataset, seed);
        var options = request.Options with { Cutoffs = Cutoffs(recommender), PerUser = request.PerUserFile is not null };
        var relevant = request.Split == "valid" ? split.Validation : split.Test;
        var result = Evaluate(recommender, source, split.Train, relevant, options, workers, cancellation);
        if (request.PerUserFile is not null)
            result.PerUser!.SaveCsv(request.PerUserFile);
        return result;
    }

    /// <summary>Ranks all items for each user with relevant items, the train items left out.</summary>
    /// <param name="recommender">The file.</param>
    /// <param name="source">How users are given.</param>
    /// <param name="train">What users have met.</param>
    /// <param name="relevant">What counts as a hit.</param>
    /// <param name="options">Cut-offs, per-user metrics.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">The file is of other data, or cannot be asked that way.</exception>
    public static EvaluationResult Evaluate(
        Recommender recommender,
        UserSource source,
        Interactions train,
        Interactions relevant,
        EvaluationOptions options,
        Workers workers,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recommender);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(relevant);
        ArgumentNullException.ThrowIfNull(options);
        if (recommender.ItemCount != train.ItemCount || (source == UserSource.Known && recommender.UserCount != train.UserCount))
        {
            throw new UserMistakeException(
                recommender.Info.Name,
                null,
                $"is of {recommender.UserCount} users and {recommender.ItemCount} items, the data of {train.UserCount} and {train.ItemCount}",
                "name the data that the model was trained on");
        }

        return RankingEvaluation.Run(
            (_, length) => new ModelFileRanking(recommender, source, train, length), RankingEvaluation.Cutoffs(options), train, relevant, options, workers, cancellation);
    }

    /// <summary>Opens a file whose checksums are right.</summary>
    internal static Recommender Open(string model)
    {
        using (var tensors = Safetensors.Open(model))
            Checksum.Verify(tensors);
        return Recommender.Open(model);
    }

    /// <summary>The data that a file was made from.</summary>
    internal static Dataset OpenData(Recommender recommender, string folder)
    {
        var info = recommender.Info;
        var dataset = DatasetFolder.Open(folder);
        return dataset.ContentHash == info.Text(ModelFormat.DataHashKey)
            ? dataset
            : throw new UserMistakeException(
                dataset.Name, null, $"{info.Name} was made from other data ('{info.Text(ModelFormat.DataNameKey)}')", "name the folder that it was trained on");
    }

    /// <summary>The cut-offs of the training.</summary>
    internal static int[] Cutoffs(Recommender recommender) => [.. recommender.Info.Text(ModelFormat.CutoffsKey).Split(',')
        .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k : 0)];
}
