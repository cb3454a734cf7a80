using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Settings under a name.</summary>
/// <param name="Name">The name that <c>--preset</c> takes.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Coarse">Settings of the coarse stage.</param>
/// <param name="Fine">Settings of the fine stage.</param>
/// <param name="Stage">What is trained where no stage is asked for: one of <see cref="TrainingStages"/>.</param>
public sealed record Preset(string Name, string Description, CoarseTrainingOptions Coarse, FineTrainingOptions Fine, string Stage = TrainingStages.Both);

/// <summary>The presets that ship with the project.</summary>
public static class Presets
{
    /// <summary>What the presets beyond the published ones share; see docs/results.md for what each choice brings.</summary>
    private static CoarseTrainingOptions Recipe { get; } = new()
    {
        Loss = RankingLossKind.SampledSoftmax,
        AssignmentUpdate = AssignmentUpdateRule.MatchingPursuit,
        BiasInitialization = BiasInitialization.Zero,
        LearningRateCurve = LearningRateCurve.Cosine,
        BatchSize = 0,
        CoarseCount = 0,
        L2Factor = 100,
        GradientClip = 0,
        StepsPerEpoch = 25,
        MaxPasses = 40,
        L2Passes = 10,
        FixedPatience = 0,
        UpdatePatience = -1,
    };

    /// <summary>The published Gowalla runs.</summary>
    public static Preset Published { get; } = new(
        "published",
        "The authors' runs on Gowalla: 300 coarse and 100 fine meta-embeddings, 3 layers.",
        new CoarseTrainingOptions(),
        new FineTrainingOptions());

    /// <summary>The published Yelp2020 runs, with the layers of their logs.</summary>
    public static Preset PublishedYelp2020 { get; } = new(
        "published-yelp2020",
        "The authors' runs on Yelp2020: as on Gowalla, with an anchor weight of 0.6 and the 3 layers of their logs.",
        new CoarseTrainingOptions { AnchorWeight = 0.6 },
        new FineTrainingOptions());

    /// <summary>The published Yelp2020 runs, with the layers of the authors' README.</summary>
    public static Preset PublishedYelp2020Readme { get; } = new(
        "published-yelp2020-readme",
        "The same with the 4 layers that the authors' README names.",
        new CoarseTrainingOptions { AnchorWeight = 0.6, Layers = 4 },
        new FineTrainingOptions());

    /// <summary>The published quality as soon as possible.</summary>
    public static Preset Fast { get; } = new(
        "fast",
        "More than the published quality in seconds: sampled softmax, matching pursuit from the first steps on, 100 steps of the coarse stage.",
        Recipe with
        {
            LearningRate = 0.3,
            MaxPasses = 0,
            FirstUpdateStep = 3,
            UpdateEverySteps = 8,
            MaxEpochs = 4,
            EvaluateEvery = 2,
        },
        new FineTrainingOptions(),
        TrainingStages.Coarse);

    /// <summary>As good as the published size allows.</summary>
    public static Preset Best { get; } = new(
        "best",
        "As good as the published size allows (400 meta-embeddings, 1.85 an entity on the mean, 8 at most): the recipe of fast over 600 steps.",
        Recipe with
        {
            CoarseCount = 400,
            CoarsePerEntity = 8,
            CoarseMean = 1.85,
            L2Factor = 80,
            LearningRate = 0.2,
            FirstUpdateStep = 5,
            UpdateEverySteps = 20,
            MaxEpochs = 24,
            EvaluateEvery = 4,
        },
        new FineTrainingOptions(),
        TrainingStages.Coarse);

    /// <summary>The same with four meta-embeddings an entity.</summary>
    public static Preset BestWide { get; } = new(
        "best-t4",
        "The same with t = 4 meta-embeddings for every entity: twice the assignments.",
        Best.Coarse with { CoarsePerEntity = 4, CoarseMean = 0 },
        new FineTrainingOptions(),
        TrainingStages.Coarse);

    /// <summary>The uncompressed ceiling.</summary>
    public static Preset Table { get; } = new(
        "table",
        "LightGCN with a row of its own for every user and item, on the same trainer: what compression is measured against.",
        Recipe with
        {
            Model = ModelKind.Table,
            LearningRate = 0.02,
            L2Factor = 1,
            MaxEpochs = 16,
            EvaluateEvery = 4,
        },
        new FineTrainingOptions(),
        TrainingStages.Coarse);

    /// <summary>An item table for devices.</summary>
    public static Preset Folded { get; } = new(
        "folded",
        "An item table trained for users that are folded in from their histories; start it --from a run of preset table.",
        Recipe with
        {
            Model = ModelKind.Table,
            UserRows = UserRowKind.Folded,
            HistoryDropout = 0.8,
            LearningRate = 0.002,
            L2Factor = 0,
            MaxPasses = 0,
            MaxEpochs = 40,
            EvaluateEvery = 4,
        },
        new FineTrainingOptions(),
        TrainingStages.Coarse);

    /// <summary>The demo's run.</summary>
    public static Preset Demo { get; } = new(
        "demo",
        "The recipe of fast over 200 steps, evaluated often enough for a curve: seconds on the dataset that ships with the project.",
        Fast.Coarse with { MaxEpochs = 8, EvaluateEvery = 1 },
        new FineTrainingOptions
        {
            FineCount = 64,
            Components = 48,
            LearningRate = 0.02,
            BatchSize = 8192,
            MaxEpochs = 40,
            EvaluateEvery = 2,
            FixedPatience = 3,
            UpdatePatience = 3,
        },
        TrainingStages.Coarse);

    /// <summary>All presets, the default one first.</summary>
    public static IReadOnlyList<Preset> All { get; } = [Fast, Best, BestWide, Published, PublishedYelp2020, PublishedYelp2020Readme, Table, Folded, Demo];

    /// <summary>The preset of a name; <c>published</c> is that of the dataset, where the authors published one.</summary>
    /// <param name="name">The name; null for the default one, <see cref="Fast"/>.</param>
    /// <param name="dataset">The dataset's name; of a folder's path the last part counts, in any case.</param>
    /// <exception cref="UserMistakeException">There is none.</exception>
    public static Preset Find(string? name, string dataset)
    {
        if (name is null)
            return Fast;
        var preset = All.FirstOrDefault(preset => preset.Name == name) ?? throw new UserMistakeException(
            $"there is no preset '{name}'", Spelling.Advice(name, [.. All.Select(preset => preset.Name)]));
        return preset == Published && IsYelp2020(dataset) ? PublishedYelp2020 : preset;
    }

    private static bool IsYelp2020(string dataset) =>
        dataset.Length > 0
        && string.Equals(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataset))), "yelp2020", StringComparison.OrdinalIgnoreCase);
}
