using MetaEmbed.Inference;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Settings under a name.</summary>
/// <param name="Name">The name that <c>--preset</c> takes.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Coarse">Settings of the coarse stage.</param>
/// <param name="Fine">Settings of the fine stage.</param>
public sealed record Preset(string Name, string Description, CoarseTrainingOptions Coarse, FineTrainingOptions Fine);

/// <summary>The presets that ship with the project.</summary>
public static class Presets
{
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

    /// <summary>The demo's run.</summary>
    public static Preset Demo { get; } = new(
        "demo",
        "Sized for the dataset that ships with the project: about a minute on two cores.",
        new CoarseTrainingOptions
        {
            Dimension = 64,
            CoarseCount = 200,
            LearningRate = 0.02,
            MaxEpochs = 40,
            EvaluateEvery = 2,
            FixedPatience = 3,
            UpdatePatience = 3,
        },
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
        });

    /// <summary>All presets, the default one first.</summary>
    public static IReadOnlyList<Preset> All { get; } = [Published, PublishedYelp2020, PublishedYelp2020Readme, Demo];

    /// <summary>The preset of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UserMistakeException">There is none.</exception>
    public static Preset Find(string name) =>
        All.FirstOrDefault(preset => preset.Name == name) ?? throw new UserMistakeException(
            $"there is no preset '{name}'", Spelling.Advice(name, [.. All.Select(preset => preset.Name)]));

    /// <summary>The preset for a dataset where none is named: its own if it has one, else <see cref="Published"/>.</summary>
    /// <param name="name">The dataset's name; of a folder's path the last part counts, in any case.</param>
    public static Preset ForDataset(string name) =>
        (name.Length == 0 ? "" : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(name)))).ToUpperInvariant() switch
        {
            "YELP2020" => PublishedYelp2020,
            _ => Published,
        };
}
