using System.IO.Compression;
using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>A dataset with names for its ids.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="UserNames">Names of users by id.</param>
/// <param name="ItemNames">Names of items by id.</param>
public sealed record NamedDataset(Dataset Dataset, string[] UserNames, string[] ItemNames);

/// <summary>
/// The real data that ship with the library: packages of Debian 12 as users, what they depend on or recommend as
/// items; 16,600 users, 5,219 items, 160,185 pairs. Source and licence: <c>Data/Demo/README.md</c>.
/// </summary>
public static class DemoDataset
{
    /// <summary>Its name.</summary>
    public const string Name = "debian-packages";

    private static readonly string[] Files = [DatasetFolder.TrainFile, DatasetFolder.TestFile, EntityNames.UserFile, EntityNames.ItemFile];

    /// <summary>Reads it from the library.</summary>
    public static NamedDataset Load()
    {
        var dataset = DatasetFolder.Assemble(Name, ReadText(DatasetFolder.TrainFile), ReadText(DatasetFolder.TestFile));
        return new NamedDataset(dataset, EntityNames.Split(EntityNames.UserFile, Unpack(EntityNames.UserFile)), EntityNames.Split(EntityNames.ItemFile, Unpack(EntityNames.ItemFile)));
    }

    /// <summary>Writes train.txt, test.txt, users.txt and items.txt into a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="Inference.UserMistakeException">A file cannot be written.</exception>
    public static void WriteTo(string folder)
    {
        DatasetFolder.Make(folder);
        foreach (var file in Files)
            AtomicFile.Write(Path.Combine(folder, file), Unpack(file));
    }

    private static InteractionText ReadText(string file)
    {
        var bytes = Unpack(file);
        using var stream = new MemoryStream(bytes);
        return InteractionTextReader.Read(file, stream, bytes.Length, DatasetOptions.Default);
    }

    private static byte[] Unpack(string file)
    {
        using var packed = typeof(DemoDataset).Assembly.GetManifestResourceStream($"Demo/{file}.gz")
            ?? throw new InvalidOperationException($"the library was built without Demo/{file}.gz");
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
