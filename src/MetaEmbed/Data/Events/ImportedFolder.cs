using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Data.Events;

/// <summary>Writes a finished import as a dataset folder, which appears as a whole or not at all.</summary>
public static class ImportedFolder
{
    /// <summary>Folder of held-out users inside a dataset.</summary>
    public const string NewUserFolder = "new-users";

    /// <summary>What is known of held-out users.</summary>
    public const string HistoryFile = "history.txt";

    /// <summary>Refuses a folder that must not be overwritten; called before the long work.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="replace">Whether an imported dataset may be replaced.</param>
    /// <exception cref="UserMistakeException">Something is there.</exception>
    public static void RequireFree(string folder, bool replace)
    {
        if (!File.Exists(Path.Combine(folder, ImportManifest.FileName)))
            RequireEmpty(folder);
        else if (!replace)
            throw new UserMistakeException(folder, null, "holds an imported dataset", "give --replace to replace it, or another --out");
    }

    /// <summary>Refuses a folder that has something in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="UserMistakeException">Something is there.</exception>
    public static void RequireEmpty(string folder)
    {
        const string Mend = "give --out a folder that does not exist yet";
        if (File.Exists(folder))
            throw new UserMistakeException(folder, null, "is a file", Mend);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UserMistakeException(folder, null, "is not empty", Mend);
    }

    /// <summary>Writes the dataset.</summary>
    /// <param name="folder">The folder; an empty one and an imported dataset are replaced.</param>
    /// <param name="import">The finished import.</param>
    /// <param name="catalog">Rows about items, or null.</param>
    /// <param name="manifest">What to say about the sources; counts and files are filled in.</param>
    /// <returns>The manifest as written.</returns>
    /// <exception cref="UserMistakeException">It cannot be written; the folder is as it was.</exception>
    public static ImportManifest Write(string folder, DatasetImport import, Catalog? catalog, ImportManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(import);
        ArgumentNullException.ThrowIfNull(manifest);
        var data = import.Data;
        using var staged = new StagedFolder(folder);
        InteractionTextFormat.Write(Path.Combine(staged.Root, DatasetFolder.TrainFile), data.Train);
        InteractionTextFormat.Write(Path.Combine(staged.Root, DatasetFolder.TestFile), data.Test);
        WriteNames(Path.Combine(staged.Root, EntityNames.UserFile), import.Users, data.UserNames);
        WriteNames(Path.Combine(staged.Root, EntityNames.ItemFile), import.Items, data.ItemNames);
        if (data.NewUsers is { } held)
        {
            var inner = Path.Combine(staged.Root, NewUserFolder);
            DatasetFolder.Make(inner);
            InteractionTextFormat.Write(Path.Combine(inner, HistoryFile), held.History);
            InteractionTextFormat.Write(Path.Combine(inner, DatasetFolder.TestFile), held.Test);
            WriteNames(Path.Combine(inner, EntityNames.UserFile), import.Users, held.Names);
        }

        manifest = manifest with { Counts = import.Counts };
        if (catalog is not null)
            manifest = manifest with { ItemsInCatalog = catalog.Write(staged.Root, import.Items, data.ItemNames) };
        manifest.Seal(staged.Root);
        staged.Publish();
        return manifest;
    }

    private static void WriteNames(string file, IdMap names, int[] order) => AtomicFile.Write(file, stream =>
    {
        foreach (var id in order)
        {
            stream.Write(names.NameOf(id));
            stream.WriteByte((byte)'\n');
        }
    });
}
