using MetaEmbed.Data;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Storage;

namespace MetaEmbed.Answers;

/// <summary>What answers questions: the model of a run or of a file, who the users and items are, and what each user has met.</summary>
public sealed class AnswerSource : IDisposable
{
    private readonly Interactions? _met;
    private readonly Func<string> _fingerprint;
    private string? _knownFingerprint;

    private AnswerSource(Recommender model, EntityLookup users, string? dataFolder, Interactions? met, Func<string> fingerprint)
    {
        Model = model;
        Users = users;
        Items = EntityLookup.Items(model);
        DataFolder = dataFolder;
        _met = met;
        _fingerprint = fingerprint;
    }

    /// <summary>The model.</summary>
    public Recommender Model { get; }

    /// <summary>The users that can be asked for by id.</summary>
    public EntityLookup Users { get; }

    /// <summary>The items.</summary>
    public EntityLookup Items { get; }

    /// <summary>The dataset's folder; null for a model file without one.</summary>
    public string? DataFolder { get; }

    /// <summary>Names the model's content: lists with the same fingerprint are the same lists.</summary>
    public string Fingerprint => _knownFingerprint ??= _fingerprint();

    /// <summary>Opens a run.</summary>
    /// <param name="runFolder">Its folder.</param>
    /// <param name="dataFolder">The dataset, where it has moved; null for where it lay at training.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="histories">Whether histories will be asked for.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserMistakeException">The run or its data cannot be used.</exception>
    public static AnswerSource OfRun(string runFolder, string? dataFolder, int threads, bool histories, CancellationToken cancellation = default)
    {
        var run = Experiments.StoredRun.Open(runFolder);
        var model = RunModel.Open(runFolder, dataFolder, threads, histories, cancellation);
        return new AnswerSource(model, EntityLookup.Users(model), dataFolder ?? run.Manifest.DataFolder, null, () => Checksum.OfFile(run.Layout.Manifest));
    }

    /// <summary>Opens a model file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataFolder">
    /// The dataset that it was trained on: says what users have met where the file does not, and has the catalog. Null for none.
    /// </param>
    /// <exception cref="UserMistakeException">The file or the data cannot be used.</exception>
    public static AnswerSource OfModel(string file, string? dataFolder)
    {
        var model = Recommender.Open(file);
        try
        {
            if (dataFolder is null)
                return new AnswerSource(model, EntityLookup.Users(model), null, null, () => Checksum.OfFile(file));
            var dataset = DatasetFolder.Open(dataFolder);
            if (model.Info.Text(ModelFormat.DataHashKey) is { Length: > 0 } hash && hash != dataset.ContentHash)
                throw new UserMistakeException(dataFolder, null, $"the model in {file} was trained on other data", "name the folder that it was trained on");
            if (model.UserCount > 0)
                return new AnswerSource(model, EntityLookup.Users(model), dataFolder, model.HasHistories ? null : dataset.Train, () => Checksum.OfFile(file));
            return new AnswerSource(model, EntityLookup.Users(dataset, EntityNames.Open(dataFolder, dataset)), dataFolder, dataset.Train, () => Checksum.OfFile(file));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What a user has met in training; empty where that is not known.</summary>
    /// <param name="user">The user.</param>
    public ReadOnlySpan<int> MetBy(int user) => _met is null ? Model.HistoryOf(user) : _met.Of(user);

    /// <summary>A list for a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="options">What the list may hold.</param>
    public RecommendationRequest ForUser(int user, AnswerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var request = new RecommendationRequest { Allow = options.Allow is { } allow ? allow : (ReadOnlyMemory<int>?)null, IncludeHistory = options.IncludeMet };
        if (_met is null)
            return request with { User = user };
        var met = _met.Of(user).ToArray();
        return user < Model.UserCount ? request with { User = user, Exclude = options.IncludeMet ? default : met } : request with { History = met };
    }

    /// <summary>A list for somebody who has met these items.</summary>
    /// <param name="history">The items.</param>
    /// <param name="options">What the list may hold.</param>
    public static RecommendationRequest ForHistory(int[] history, AnswerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RecommendationRequest { History = history, Allow = options.Allow is { } allow ? allow : (ReadOnlyMemory<int>?)null, IncludeHistory = options.IncludeMet };
    }

    /// <summary>The most popular items, for somebody of whom nothing is known.</summary>
    /// <param name="options">What the list may hold.</param>
    public Recommendation[] Popular(AnswerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var best = new Recommendation[Math.Min(options.Length, Model.ItemCount)];
        var filter = options.Allow is { } allow ? new ItemFilter { Allow = allow } : default;
        return best[..Model.Popular(best, filter)];
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}

/// <summary>What lists may hold.</summary>
/// <param name="Length">How many items.</param>
/// <param name="IncludeMet">Whether items that the user has met may be recommended again.</param>
/// <param name="Allow">The only items allowed; null for all.</param>
public sealed record AnswerOptions(int Length = 10, bool IncludeMet = false, int[]? Allow = null);
