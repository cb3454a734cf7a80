using MetaEmbed.Data.Events;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>
/// The dataset to train on again once the held-out users have come: their histories are training items of users numbered
/// behind the known ones, who keep their numbers, their items and their test items. What is asked of the held-out users
/// stays in <c>new-users/</c>, so that the model trained again can be compared with one that folds them in.
/// </summary>
public static class RetrainingDataset
{
    private static readonly string[] OfItems = [EntityNames.ItemFile, EntityNames.TitleFile, Catalog.FileName];

    /// <summary>Writes it, with names and catalog.</summary>
    /// <param name="source">A dataset with held-out users.</param>
    /// <param name="folder">The new folder, which must not exist yet.</param>
    /// <returns>The dataset as written.</returns>
    /// <exception cref="UserMistakeException">There are no held-out users, they are trained on already, the folder is there, or it cannot be written.</exception>
    public static Dataset Write(string source, string folder)
    {
        var dataset = DatasetFolder.Open(source);
        var held = HeldOutUsers.Open(source, dataset);
        ImportedFolder.RequireEmpty(folder);
        if (held.FirstIn(dataset.Train) is not null)
            throw new UserMistakeException(source, null, "has its held-out users among the training users already", "name the dataset that held them out");
        var names = EntityNames.Open(source, dataset);
        var inner = Path.Combine(source, ImportedFolder.NewUserFolder);
        var joined = new Dataset(DatasetFolder.NameOf(folder), Append(dataset.Train, held.History), dataset.Test, "");
        using var staged = new StagedFolder(folder);
        DatasetFolder.Write(staged.Root, joined);
        foreach (var file in OfItems)
            Copy(source, staged.Root, file);
        DatasetFolder.Make(Path.Combine(staged.Root, ImportedFolder.NewUserFolder));
        foreach (var file in new[] { ImportedFolder.HistoryFile, DatasetFolder.TestFile, EntityNames.UserFile })
            Copy(inner, Path.Combine(staged.Root, ImportedFolder.NewUserFolder), file);
        if (names.HasUsers)
        {
            var added = File.Exists(Path.Combine(inner, EntityNames.UserFile)) ? File.ReadAllLines(Path.Combine(inner, EntityNames.UserFile)) : [];
            var known = Enumerable.Range(0, dataset.UserCount).Select(names.OfUser);
            EntityNames.Write(Path.Combine(staged.Root, EntityNames.UserFile), [.. known, .. Enumerable.Range(0, held.History.UserCount).Select(user => added.ElementAtOrDefault(user) ?? "")]);
        }

        staged.Publish();
        return joined;
    }

    private static Interactions Append(Interactions first, Interactions second) => new(
        first.ItemCount,
        [.. first.RowStart, .. second.RowStart[1..].ToArray().Select(start => first.Count + start)],
        [.. first.Items, .. second.Items]);

    private static void Copy(string from, string to, string file)
    {
        if (File.Exists(Path.Combine(from, file)))
            AtomicFile.Write(Path.Combine(to, file), stream =>
            {
                using var source = File.OpenRead(Path.Combine(from, file));
                source.CopyTo(stream);
            });
    }
}
