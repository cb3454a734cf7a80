using MetaEmbed.Inference;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Settings under a name.</summary>
/// <param name="Name">The name that <c>--preset</c> takes.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Coarse">Settings of the coarse stage.</param>
public sealed record Preset(string Name, string Description, CoarseTrainingOptions Coarse);

/// <summary>The presets that ship with the project.</summary>
public static class Presets
{
    /// <summary>The published Gowalla run.</summary>
    public static Preset Published { get; } = new(
        "published",
        "The authors' coarse run on Gowalla: 300 coarse meta-embeddings, 3 layers, Adam at 1e-3, batches of 8,192.",
        new CoarseTrainingOptions());

    /// <summary>The published Yelp2020 run.</summary>
    public static Preset PublishedYelp2020 { get; } = new(
        "published-yelp2020",
        "The authors' coarse run on Yelp2020: as on Gowalla, with an anchor weight of 0.6.",
        new CoarseTrainingOptions { AnchorWeight = 0.6 });

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
        });

    /// <summary>All presets, the default one first.</summary>
    public static IReadOnlyList<Preset> All { get; } = [Published, PublishedYelp2020, Demo];

    /// <summary>The preset of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UserMistakeException">There is none.</exception>
    public static Preset Find(string name) =>
        All.FirstOrDefault(preset => preset.Name == name) ?? throw new UserMistakeException(
            $"there is no preset '{name}'", Spelling.Advice(name, [.. All.Select(preset => preset.Name)]));
}
