using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Graphs;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>A run as it lies in its folder: evaluate it, recommend with it.</summary>
public sealed class StoredRun
{
    private readonly RunLayout _layout;

    private StoredRun(RunLayout layout, RunManifest manifest, CoarseTrainingOptions options)
    {
        _layout = layout;
        Manifest = manifest;
        Options = options;
    }

    /// <summary>What the run was made from.</summary>
    public RunManifest Manifest { get; }

    /// <summary>Settings of the coarse stage.</summary>
    public CoarseTrainingOptions Options { get; }

    /// <summary>Opens a run.</summary>
    /// <param name="runFolder">Its folder.</param>
    /// <exception cref="UserMistakeException">It holds no run, or a damaged one.</exception>
    public static StoredRun Open(string runFolder)
    {
        var layout = RunLayout.Find(runFolder);
        var manifest = RunManifest.Load(layout.Manifest);
        if (!RunSettings.Read(layout.Settings).TryGetValue("coarse", out var settings))
            throw new UserMistakeException(layout.Settings, null, "has no coarse stage", "name the folder of a run that trained one");
        var options = Settings<CoarseTrainingOptions>.Apply(
            new CoarseTrainingOptions(), settings.Select(pair => new SettingText(pair.Key, pair.Value, layout.Settings, layout.Settings)));
        return new StoredRun(layout, manifest, options);
    }

    /// <summary>Ranks all items for the users of a split with the run's final checkpoint.</summary>
    /// <param name="dataFolder">The dataset that the run was trained on; null for where it lay then.</param>
    /// <param name="split">valid or test.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="perUserFile">Where each user's metrics go as CSV; null for nowhere.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">Other data, no checkpoint yet, or an unknown split.</exception>
    public EvaluationResult Evaluate(string? dataFolder, string split, Workers workers, string? perUserFile = null, CancellationToken cancellation = default)
    {
        if (split is not ("valid" or "test"))
            throw new UserMistakeException($"there is no split '{split}'", "choose valid or test");
        var data = ValidationSplit.Create(OpenData(dataFolder), Options.SplitSeed);
        using var model = Load(data.Train, workers);
        using var rows = Rows(model);
        var result = FullRanking.Evaluate(
            rows,
            model.UserCount,
            model.ItemCount,
            model.ItemBias.Value.Span[..model.ItemCount],
            data.Train,
            split == "valid" ? data.Validation : data.Test,
            new EvaluationOptions { Cutoffs = Options.Cutoffs, PerUser = perUserFile is not null },
            workers,
            cancellation);
        if (perUserFile is not null)
        {
            using var table = new StringWriter();
            result.PerUser!.WriteCsv(table);
            AtomicFile.WriteText(perUserFile, table.ToString());
        }

        return result;
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
        using var model = Load(dataset.Train, workers);
        using var rows = Rows(model);
        var lists = FullRanking.TopItems(
            rows, model.UserCount, model.ItemCount, model.ItemBias.Value.Span[..model.ItemCount], includeTrain ? null : dataset.Train, [user], k, workers);
        var items = lists.Items(0).ToArray();
        var scores = lists.Scores(0).ToArray();
        return [.. items.Zip(scores)];
    }

    private Dataset OpenData(string? dataFolder)
    {
        dataFolder ??= Manifest.DataFolder;
        var dataset = DatasetFolder.Open(dataFolder);
        if (dataset.ContentHash != Manifest.Dataset.Hash)
        {
            throw new UserMistakeException(
                dataFolder, null, $"the run in {_layout.Root} was trained on other data ('{Manifest.Dataset.Name}')", "name the folder that it was trained on");
        }

        return dataset;
    }

    private CoarseModel Load(Interactions train, Workers workers)
    {
        var store = new CheckpointStore(_layout.Checkpoints);
        using var checkpoint = store.TryLoad(CheckpointStore.BestUpdating) ?? store.TryLoad(CheckpointStore.BestFixed)
            ?? throw new UserMistakeException(_layout.Root, null, "the run has no evaluated checkpoint yet", "wait for the first evaluation, or resume the run");
        var graph = Graph.Bipartite(train);
        var assignment = CoarseTensors.ReadAssignment(checkpoint, "assignment", graph.NodeCount, Options.CoarseCount, Options.CoarsePerEntity);
        var model = CoarseModelFactory.Empty(graph, train.UserCount, assignment, Options, workers);
        CoarseTensors.Restore(model, checkpoint, optimizer: false);
        return model;
    }

    private static Matrix Rows(CoarseModel model)
    {
        var rows = new Matrix(model.UserCount + model.ItemCount, model.Dimension);
        model.Forward();
        model.Propagation.FinishAll(rows);
        return rows;
    }
}
