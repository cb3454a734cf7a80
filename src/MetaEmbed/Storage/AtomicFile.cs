using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>The points of an atomic write at which it can be cut off; tests stop it at each.</summary>
internal enum AtomicStep
{
    /// <summary>The sibling exists and is empty.</summary>
    Opened,

    /// <summary>The content is with the system.</summary>
    Written,

    /// <summary>The content is on disk.</summary>
    Flushed,

    /// <summary>The old version was put aside, the new one has no name yet.</summary>
    PutAside,

    /// <summary>The new name is in place.</summary>
    Renamed,
}

/// <summary>
/// Writes a file so that its name means the old content or the new one, never a part: the bytes go to a temporary
/// sibling, are flushed to disk, the sibling is renamed over the old file, and the folder is flushed. When anything
/// fails before the rename, the sibling is removed and the old file stays as it was. A process killed on the way leaves
/// a sibling that ends in <c>.tmp</c>; <see cref="RemoveLeftovers"/> sweeps those.
/// </summary>
/// <remarks>
/// Safe for several writers of one name: each has a sibling of its own, the last rename wins. A name that is a
/// symbolic link is replaced by a file. The disk's own write cache is flushed as far as the system's fsync does it.
/// </remarks>
public static class AtomicFile
{
    private const string Suffix = ".tmp";
    private const string Unchanged = "the old file, if any, is as it was";
    private const int Buffer = 1 << 16;

    /// <summary>Writes bytes.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="UserMistakeException">It cannot be written: disk full (with needed and free bytes), no rights, no folder.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content)
    {
        Write(path, stream => stream.Write(content.Span), content.Length);
    }

    /// <summary>Writes a text as UTF-8 without a byte order mark.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="text">All of it.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public static void WriteText(string path, string text)
    {
        Write(path, System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes what a callback writes.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content; the stream can seek. What it throws passes on, the old file stays.</param>
    /// <param name="expectedLength">Bytes it will write, 0 if unknown; a disk with less room is refused at once.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write, long expectedLength = 0)
    {
        Write(path, write, expectedLength, null, null);
    }

    /// <summary>Removes the siblings that killed writers left in a folder; only for a folder nobody writes to.</summary>
    /// <param name="folder">The folder; its subfolders are left alone.</param>
    /// <returns>How many there were.</returns>
    public static int RemoveLeftovers(string folder)
    {
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(folder, ".*" + Suffix))
        {
            if (!IsLeftover(file))
                continue;
            File.Delete(file);
            count++;
        }

        return count;
    }

    /// <summary>Whether a name is that of a temporary sibling: <c>.NAME.32 hexadecimal digits.tmp</c>.</summary>
    internal static bool IsLeftover(string path)
    {
        var name = Path.GetFileName(path);
        return name.Length > 38 && name[0] == '.' && name.EndsWith(Suffix, StringComparison.Ordinal) && name[^37] == '.'
            && Guid.TryParseExact(name.AsSpan(name.Length - 36, 32), "n", out _);
    }

    /// <summary>As above, with a name for the old version and a hook that tests use to cut the write off.</summary>
    internal static void Write(string path, Action<Stream> write, long expectedLength, string? keepOldAs, Action<AtomicStep>? at)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var sibling = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}{Suffix}");
        var putAside = false;
        try
        {
            if (StorageFailure.FreeBytes(path) is >= 0 and var free && free < expectedLength)
                throw StorageFailure.DiskFull(path, expectedLength, free, Unchanged, null);
            using (var stream = Open(sibling))
            {
                at?.Invoke(AtomicStep.Opened);
                write(stream);
                stream.Flush();
                at?.Invoke(AtomicStep.Written);
                stream.Flush(flushToDisk: true);
            }

            at?.Invoke(AtomicStep.Flushed);
            if (keepOldAs is not null && File.Exists(path))
            {
                File.Move(path, keepOldAs, overwrite: true);
                putAside = true;
                at?.Invoke(AtomicStep.PutAside);
            }

            File.Move(sibling, path, overwrite: true);
            at?.Invoke(AtomicStep.Renamed);
            FolderSync.Flush(folder);
        }
        catch (Exception error)
        {
            if (putAside && !File.Exists(path))
                TryMove(keepOldAs!, path);
            TryDelete(sibling);
            if (!StorageFailure.IsStorage(error))
                throw;
            throw StorageFailure.Describe(path, error, expectedLength, Unchanged);
        }
    }

    private static FileStream Open(string sibling)
    {
        return new FileStream(sibling, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, Buffer);
    }

    private static void TryDelete(string sibling) => Try(() => File.Delete(sibling));

    private static void TryMove(string from, string to) => Try(() => File.Move(from, to));

    private static void Try(Action repair)
    {
        try
        {
            repair();
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            // The failure under way says more than this one would.
        }
    }
}
