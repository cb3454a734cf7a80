using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>A smaller dataset drawn from a dataset: a share of its users, of its items, of its interactions, or of several.</summary>
public sealed record SampleOptions
{
    /// <summary>Share of users that stay, with all that they met.</summary>
    [Setting("Share of users that stay.", Minimum = 0, Maximum = 1)]
    public double Users { get; init; } = 1;

    /// <summary>Share of items that stay.</summary>
    [Setting("Share of items that stay.", Minimum = 0, Maximum = 1)]
    public double Items { get; init; } = 1;

    /// <summary>Share of interactions that stay, of those of the users and items that stay.</summary>
    [Setting("Share of interactions that stay.", Minimum = 0, Maximum = 1)]
    public double Interactions { get; init; } = 1;

    /// <summary>Seed of the draw.</summary>
    [Setting("Seed of the draw.", Minimum = 0)]
    public long Seed { get; init; }
}

/// <summary>Draws and writes samples.</summary>
public static class DatasetSample
{
    private const ulong OfUsers = 3;
    private const ulong OfItems = 4;
    private const ulong OfInteractions = 5;

    /// <summary>
    /// Draws a sample and writes it with its names. Training and test interactions stay what they are; users and items
    /// that are left without any are left out, the others are numbered anew in their order.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="names">Its names.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="folder">Folder of the sample, which must not exist yet.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="UserMistakeException">The folder is there, or no training interaction is left.</exception>
    public static Dataset Write(Dataset dataset, EntityNames names, SampleOptions options, string folder)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(options);
        ImportedFolder.RequireEmpty(folder);
        var users = Keep(dataset.UserCount, options.Users, options.Seed, OfUsers);
        var items = Keep(dataset.ItemCount, options.Items, options.Seed, OfItems);
        var train = Part(dataset.Train, users, items, options, 0);
        var test = Part(dataset.Test, users, items, options, 1);
        if (train.Count == 0)
            throw new UserMistakeException("the sample has no training interaction", "raise the shares");
        var data = ImportedData.Of(new PairSplit(train, test, null, null, 0, 0, null));
        var sample = new Dataset(DatasetFolder.NameOf(folder), data.Train, data.Test, "");
        using var staged = new StagedFolder(folder);
        DatasetFolder.Write(staged.Root, sample);
        if (names.HasUsers)
            EntityNames.Write(Path.Combine(staged.Root, EntityNames.UserFile), [.. data.UserNames.Select(names.OfUser)]);
        if (names.HasItems)
            EntityNames.Write(Path.Combine(staged.Root, EntityNames.ItemFile), [.. data.ItemNames.Select(names.OfItem)]);
        if (names.HasTitles)
            EntityNames.Write(Path.Combine(staged.Root, EntityNames.TitleFile), [.. data.ItemNames.Select(item => names.TitleOf(item) ?? "")]);
        staged.Publish();
        return sample;
    }

    // Selection sampling: exactly the share, rounded.
    private static bool[] Keep(int count, double share, long seed, ulong what)
    {
        var keep = new bool[count];
        var random = new RandomStream((ulong)seed, RandomPurpose.Split, what);
        var left = (int)((count * share) + 0.5);
        for (var i = 0; i < count; i++)
        {
            keep[i] = random.NextInt32(count - i) < left;
            left -= keep[i] ? 1 : 0;
        }

        return keep;
    }

    private static EventPairs Part(Interactions rows, bool[] users, bool[] items, SampleOptions options, ulong part)
    {
        var pairs = new EventPairs(rows.ItemCount, rows.RowStart.ToArray(), rows.Items.ToArray(), null);
        var random = default(RandomStream);
        var drawn = -1;
        return pairs.Where((user, at) =>
        {
            if (user != drawn)
                (drawn, random) = (user, new RandomStream((ulong)options.Seed, RandomPurpose.Split, OfInteractions, (2 * (ulong)user) + part));
            return random.NextDouble() < options.Interactions && users[user] && items[pairs.Items[at]];
        });
    }
}
