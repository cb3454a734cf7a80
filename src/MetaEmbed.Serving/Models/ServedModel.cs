using MetaEmbed.Inference;
using MetaEmbed.Serving.Items;

namespace MetaEmbed.Serving.Models;

/// <summary>
/// A model that is ready to answer, with the public ids of its items. It stays open until the last request that took it is done,
/// then its memory goes.
/// </summary>
internal sealed class ServedModel(string name, ModelFileState file, Recommender recommender)
{
    // The owner's share, and one for each request under way.
    private int _shares = 1;

    /// <summary>The name that requests give it.</summary>
    public string Name { get; } = name;

    /// <summary>The file as it was when it was read.</summary>
    public ModelFileState File { get; } = file;

    public Recommender Recommender { get; } = recommender;

    /// <summary>The checksum of the file: tells versions of one model apart.</summary>
    public required string Version { get; init; }

    public required NameTable Items { get; init; }

    public required NameTable Users { get; init; }

    /// <summary>Titles by item, in UTF-8; null where there are none.</summary>
    public required NameTable? Titles { get; init; }

    public required ItemSearch Search { get; init; }

    public required ItemCatalog? Catalog { get; init; }

    /// <summary>The card that was written with the file, as JSON; null where none lies beside it or it is of another file.</summary>
    public required byte[]? Card { get; init; }

    public DateTimeOffset LoadedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>Seconds that reading, checking and warming took.</summary>
    public required double LoadSeconds { get; init; }

    /// <summary>Whether the model was released by all; for tests.</summary>
    public bool IsClosed => Volatile.Read(ref _shares) == 0;

    /// <summary>Takes a share; false where the model is gone.</summary>
    public bool TryEnter()
    {
        for (var shares = Volatile.Read(ref _shares); shares > 0;)
        {
            var found = Interlocked.CompareExchange(ref _shares, shares + 1, shares);
            if (found == shares)
                return true;
            shares = found;
        }

        return false;
    }

    /// <summary>Gives a share back; the last one closes the file.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _shares) == 0)
            Recommender.Dispose();
    }
}

/// <summary>A file as a look at the folder finds it.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">Bytes; -1 where there is no such file.</param>
/// <param name="Written">When it was last written, in UTC.</param>
internal sealed record ModelFileState(string Path, long Length, DateTime Written)
{
    /// <summary>Looks at a file, or at the newest <c>*.metaembed</c> of a folder.</summary>
    public static ModelFileState Of(string source)
    {
        try
        {
            var path = Directory.Exists(source)
                ? new DirectoryInfo(source).EnumerateFiles("*.metaembed").Where(file => file.Name[0] != '.')
                    .OrderByDescending(file => file.LastWriteTimeUtc).ThenByDescending(file => file.Name, StringComparer.Ordinal).FirstOrDefault()?.FullName
                : System.IO.Path.GetFullPath(source);
            // A link is followed: the folder of a mounted volume is changed by moving one.
            var file = path is null ? null : File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path);
            return file is { Exists: true } ? new ModelFileState(path!, file.Length, file.LastWriteTimeUtc) : new ModelFileState(path ?? source, -1, default);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new ModelFileState(source, -1, default);
        }
    }
}
