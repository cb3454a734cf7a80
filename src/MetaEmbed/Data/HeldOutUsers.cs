using MetaEmbed.Data.Events;
using MetaEmbed.Inference;

namespace MetaEmbed.Data;

/// <summary>
/// Users that an import held out as a whole, in <c>new-users/</c> of its dataset, numbered from 0 by themselves; items
/// have the numbers of the dataset.
/// </summary>
/// <param name="History">What is known of each user.</param>
/// <param name="Test">What is asked for.</param>
public sealed record HeldOutUsers(Interactions History, Interactions Test)
{
    /// <summary>Reads them.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="dataset">The dataset.</param>
    /// <exception cref="UserMistakeException">There are none, or a file is malformed or of other items.</exception>
    public static HeldOutUsers Open(string folder, Dataset dataset)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(dataset);
        var inner = Path.Combine(folder, ImportedFolder.NewUserFolder);
        if (!Directory.Exists(inner))
            throw new UserMistakeException(folder, null, "has no held-out users", "import the events with --split users, and train on that dataset");
        var history = InteractionTextReader.Read(Path.Combine(inner, ImportedFolder.HistoryFile), DatasetOptions.Default);
        var test = InteractionTextReader.Read(Path.Combine(inner, DatasetFolder.TestFile), DatasetOptions.Default);
        foreach (var text in new[] { history, test })
        {
            if (text.MaxItem >= dataset.ItemCount)
                throw new UserMistakeException(text.File, text.LineNumberOfItem(text.MaxItem), $"item {text.MaxItem} is not in the dataset, whose items go to {dataset.ItemCount - 1}", "import the events anew");
        }

        var users = Math.Max(history.MaxUser, test.MaxUser) + 1;
        var known = InteractionsBuilder.Build(history, users, dataset.ItemCount, refuseRepeats: true);
        var asked = InteractionsBuilder.Build(test, users, dataset.ItemCount, refuseRepeats: false);
        InteractionsBuilder.RefuseShared(known, history, asked, test);
        return new HeldOutUsers(known, asked);
    }

    /// <summary>
    /// The number that the first of them has in a training set of <see cref="RetrainingDataset"/>, where they are the last users,
    /// with just their histories; null where they are not.
    /// </summary>
    /// <param name="train">The training set.</param>
    public int? FirstIn(Interactions train)
    {
        ArgumentNullException.ThrowIfNull(train);
        var first = train.UserCount - History.UserCount;
        if (first < 0)
            return null;
        for (var user = 0; user < History.UserCount; user++)
        {
            if (!train.Of(first + user).SequenceEqual(History.Of(user)))
                return null;
        }

        return first;
    }
}
