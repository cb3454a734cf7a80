using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>A run as it lies in its folder: evaluate it, recommend with it.</summary>
public sealed class StoredRun
{
    private readonly RunLayout _layout;

    private StoredRun(RunLayout layout, RunManifest manifest, CoarseTrainingOptions options, FineTrainingOptions? fine)
    {
        Fine = fine;
        _layout = layout;
        Manifest = manifest;
        Options = options;
    }

    /// <summary>What the run was made from.</summary>
    public RunManifest Manifest { get; }

    /// <summary>Settings of the coarse stage.</summary>
    public CoarseTrainingOptions Options { get; }

    /// <summary>Settings of the fine stage; null where the run has none.</summary>
    public FineTrainingOptions? Fine { get; }

    /// <summary>Where its files lie.</summary>
    internal RunLayout Layout => _layout;

    /// <summary>Opens a run.</summary>
    /// <param name="runFolder">Its folder.</param>
    /// <exception cref="UserMistakeException">It holds no run, or a damaged one.</exception>
    public static StoredRun Open(string runFolder)
    {
        var layout = RunLayout.Find(runFolder);
        var manifest = RunManifest.Load(layout.Manifest);
        var stages = RunSettings.Read(layout.Settings);
        if (!stages.TryGetValue(TrainingStages.Coarse, out var coarse))
        {
            throw BaselineRun.Names.Contains(manifest.Preset)
                ? new UserMistakeException(runFolder, null, $"is the run of a baseline ({manifest.Preset}), which keeps no model", "evaluate it again with 'metaembed baseline'")
                : new UserMistakeException(layout.Settings, null, "has no coarse stage", "name the folder of a run that trained one");
        }

        var fine = stages.TryGetValue(TrainingStages.Fine, out var texts) ? Parse<FineTrainingOptions>(texts) : null;
        return new StoredRun(layout, manifest, Parse<CoarseTrainingOptions>(coarse), fine);

        TOptions Parse<TOptions>(IReadOnlyDictionary<string, string> settings)
            where TOptions : class, new() =>
            Settings<TOptions>.Apply(new TOptions(), settings.Select(pair => new SettingText(pair.Key, pair.Value, layout.Settings, layout.Settings)));
    }

    /// <summary>Ranks all items for the users of a split with the run's final checkpoint.</summary>
    /// <param name="dataFolder">The dataset that the run was trained on; null for where it lay then.</param>
    /// <param name="split">valid or test.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="options">Head and sample; the cut-offs are the run's own. Null for the defaults.</param>
    /// <param name="perUserFile">Where each user's metrics go as CSV; null for nowhere.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">Other data, no checkpoint yet, or an unknown split.</exception>
    public StoredEvaluation Evaluate(
        string? dataFolder, string split, Workers workers, EvaluationOptions? options = null, string? perUserFile = null, CancellationToken cancellation = default)
    {
        if (split is not ("valid" or "test"))
            throw new UserMistakeException($"there is no split '{split}'", "choose valid or test");
        var data = ValidationSplit.Create(OpenData(dataFolder), Options.SplitSeed);
        options = (options ?? new EvaluationOptions()) with { Cutoffs = Options.Cutoffs, PerUser = perUserFile is not null };
        using var coarse = LoadCoarseCheckpoint();
        using var fine = Fine is null ? null : Best(TrainingStages.Fine);
        using var rows = Experiments.RankingRows.Of(coarse, fine, Options, Fine, data.Train, workers);
        var result = rows.Evaluate(data.Train, split == "valid" ? data.Validation : data.Test, options, workers, cancellation);
        result.PerUser?.SaveCsv(perUserFile!);
        return Describe(coarse, fine, split, options, result);
    }

    /// <summary>An evaluation of the checkpoint that counts, made elsewhere.</summary>
    internal StoredEvaluation Describe(string split, EvaluationOptions options, EvaluationResult result)
    {
        var (coarse, fine) = LoadCheckpoints();
        using (coarse)
        using (fine)
            return Describe(coarse, fine, split, options, result);
    }

    private StoredEvaluation Describe(TrainingCheckpoint coarse, TrainingCheckpoint? fine, string split, EvaluationOptions options, EvaluationResult result)
    {
        var checkpoint = fine ?? coarse;
        var stage = fine is null ? TrainingStages.Coarse : TrainingStages.Fine;
        return new StoredEvaluation(
            _layout.Stage(stage).Evaluations, stage, checkpoint.Name, (int)checkpoint.WholeNumber("schedule.epoch"), split, options, result);
    }

    /// <summary>The best items for a user.</summary>
    /// <param name="dataFolder">The dataset that the run was trained on; null for where it lay then.</param>
    /// <param name="user">The user's id.</param>
    /// <param name="k">How many items.</param>
    /// <param name="includeTrain">Whether items of the user's train set may be among them.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>Items with their scores, the best first.</returns>
    /// <exception cref="UserMistakeException">Other data, no checkpoint yet, an unknown user, or k below 1.</exception>
    public IReadOnlyList<(int Item, float Score)> Recommend(string? dataFolder, int user, int k, bool includeTrain, Workers workers)
    {
        var dataset = OpenData(dataFolder);
        using var rows = RankingRows(dataset.Train, workers);
        return rows.TopItems(user, k, includeTrain ? null : dataset.Train, workers);
    }

    /// <summary>The rows that rank, of the checkpoint that counts.</summary>
    internal RankingRows RankingRows(Interactions train, Workers workers)
    {
        using var coarse = LoadCoarseCheckpoint();
        using var fine = Fine is null ? null : Best(TrainingStages.Fine);
        return Experiments.RankingRows.Of(coarse, fine, Options, Fine, train, workers);
    }

    /// <summary>The coarse checkpoint that counts: the best of the last phase that had one.</summary>
    internal TrainingCheckpoint LoadCoarseCheckpoint() => Best(TrainingStages.Coarse)
        ?? throw new UserMistakeException(_layout.Root, null, "the run has no evaluated checkpoint yet", "wait for the first evaluation, or resume the run");

    /// <summary>Refuses other data than the run's.</summary>
    internal void RequireData(Dataset dataset)
    {
        if (dataset.ContentHash != Manifest.Dataset.Hash)
        {
            throw new UserMistakeException(
                dataset.Name, null, $"the run in {_layout.Root} was trained on other data ('{Manifest.Dataset.Name}')", "name the folder that it was trained on");
        }
    }

    /// <summary>The dataset that the run was trained on; null for where it lay then.</summary>
    internal Dataset OpenData(string? dataFolder)
    {
        var dataset = DatasetFolder.Open(dataFolder ?? Manifest.DataFolder);
        RequireData(dataset);
        return dataset;
    }

    private TrainingCheckpoint? Best(string stage)
    {
        var store = new CheckpointStore(_layout.Stage(stage).Checkpoints);
        return store.TryLoad(CheckpointStore.BestUpdating) ?? store.TryLoad(CheckpointStore.BestFixed);
    }

    /// <summary>The checkpoints that count; the fine one is null where its stage has not been evaluated.</summary>
    internal (TrainingCheckpoint Coarse, TrainingCheckpoint? Fine) LoadCheckpoints() =>
        (LoadCoarseCheckpoint(), Fine is null ? null : Best(TrainingStages.Fine));
}
