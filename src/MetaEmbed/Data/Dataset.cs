namespace MetaEmbed.Data;

/// <summary>
/// A dataset as it lies on disk: training and test interactions over the same users and items, disjoint for each
/// user, with the hash that names their content.
/// </summary>
/// <param name="Name">A short name, from the folder.</param>
/// <param name="Train">Training interactions.</param>
/// <param name="Test">Test interactions, before validation items are taken from them.</param>
/// <param name="ContentHash">Hash of the files' bytes, hexadecimal.</param>
public sealed record Dataset(string Name, Interactions Train, Interactions Test, string ContentHash)
{
    /// <summary>The folder that it was read from; null where it was made in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>Number of users.</summary>
    public int UserCount => Train.UserCount;

    /// <summary>Number of items.</summary>
    public int ItemCount => Train.ItemCount;

    /// <summary>Reads a dataset folder: short for <see cref="DatasetFolder.Open"/>.</summary>
    /// <param name="folder">The folder, with <c>train.txt</c> and <c>test.txt</c>.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="Inference.UserMistakeException">A file is missing or malformed.</exception>
    public static Dataset Open(string folder, DatasetOptions? options = null) => DatasetFolder.Open(folder, options);
}

/// <summary>Training, validation and test interactions, disjoint for each user.</summary>
/// <param name="Train">What the model learns from and what is never recommended again.</param>
/// <param name="Validation">What early stopping and the choice of settings look at.</param>
/// <param name="Test">What is looked at once, at the end.</param>
public sealed record DatasetSplit(Interactions Train, Interactions Validation, Interactions Test);
