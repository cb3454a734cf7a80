using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Data;

/// <summary>
/// Keeps parsed datasets as plain arrays, one file for each content: <c>HASH.dataset</c>. The hash is that of the text
/// files' bytes, so a changed text never meets an old cache, and a copy of a folder shares its cache. A file that is
/// cut, altered or of another format version is not used, and the reason is told; it is then written anew.
/// </summary>
/// <remarks>
/// Layout, little-endian: 16 bytes of magic, int32 format version, int32 users, int32 items, int32 zero, int64 train and
/// int64 test interactions, 16 bytes of content hash; then as int32 train row starts, train items, test row starts,
/// test items; then XxHash128 of everything before it.
/// </remarks>
internal sealed class DatasetCache
{
    /// <summary>Environment variable that names the cache's folder, or says <c>off</c>.</summary>
    public const string Variable = "METAEMBED_CACHE";

    /// <summary>The word that turns the cache off.</summary>
    public const string Off = "off";

    private const int FormatVersion = 1;
    private const int HeaderLength = 64;
    private const int HashLength = 16;
    private const string Extension = ".dataset";
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(90);

    /// <summary>Names a cache; nothing is made before the first write.</summary>
    /// <param name="folder">Its folder, which should hold nothing else.</param>
    public DatasetCache(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    private static ReadOnlySpan<byte> Magic => "MetaEmbedDataset"u8;

    /// <summary>
    /// Finds the folder: the option, else the environment variable, else the system's place for caches (on Linux
    /// <c>$XDG_CACHE_HOME/metaembed</c> or <c>~/.cache/metaembed</c>).
    /// </summary>
    /// <param name="option">A folder, <c>off</c>, or null to look further.</param>
    /// <returns>The cache; null where it is off, where the system has no place for it and on big-endian machines.</returns>
    public static DatasetCache? Find(string? option) => Find(option, Environment.GetEnvironmentVariable);

    /// <summary>As above, with the environment as a function, for tests.</summary>
    internal static DatasetCache? Find(string? option, Func<string, string?> variable)
    {
        var chosen = option ?? variable(Variable);
        if (string.IsNullOrEmpty(chosen))
            chosen = SystemFolder(variable);
        return chosen is null || !BitConverter.IsLittleEndian || chosen.Equals(Off, StringComparison.OrdinalIgnoreCase) ? null : new DatasetCache(chosen);
    }

    /// <summary>The file of a content.</summary>
    /// <param name="contentHash">The dataset's content hash.</param>
    public string FileOf(string contentHash) => Path.Combine(Folder, contentHash + Extension);

    /// <summary>Reads a dataset.</summary>
    /// <param name="name">Name to give it.</param>
    /// <param name="contentHash">Hash of the text files as they are now.</param>
    /// <param name="reason">Why a file that is there cannot be used; null where there is none.</param>
    /// <returns>The dataset, or null.</returns>
    public Dataset? TryRead(string name, string contentHash, out string? reason)
    {
        var file = FileOf(contentHash);
        reason = null;
        try
        {
            if (!File.Exists(file))
                return null;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            return Read(name, contentHash, stream, out reason);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reason = $"cannot be read ({failure.Message.TrimEnd('.')})";
        }
        catch (ArgumentException failure)
        {
            // The checksum holds, but the rows are none: written by a faulty version.
            reason = $"holds no rows of interactions ({failure.Message})";
        }

        return null;
    }

    /// <summary>Writes a dataset under its content hash and removes entries of this cache that are 90 days old.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <exception cref="UserMistakeException">It cannot be written.</exception>
    public void Write(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        DatasetFolder.Make(Folder);
        ReadOnlyMemory<byte> header = Header(dataset);
        AtomicFile.Write(
            FileOf(dataset.ContentHash),
            stream =>
            {
                var hash = new XxHash128();
                void Put(scoped ReadOnlySpan<byte> bytes)
                {
                    stream.Write(bytes);
                    hash.Append(bytes);
                }

                Put(header.Span);
                foreach (var rows in new[] { dataset.Train, dataset.Test })
                {
                    Put(MemoryMarshal.AsBytes(rows.RowStart));
                    Put(MemoryMarshal.AsBytes(rows.Items));
                }

                stream.Write(hash.GetCurrentHash());
            },
            LengthFor(dataset.UserCount, dataset.Train.Count, dataset.Test.Count));
        RemoveForgotten();
    }

    private static byte[] Header(Dataset dataset)
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), dataset.UserCount);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), dataset.ItemCount);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), dataset.Train.Count);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), dataset.Test.Count);
        Convert.FromHexString(dataset.ContentHash).CopyTo(header, 48);
        return header;
    }

    private static Dataset? Read(string name, string contentHash, FileStream stream, out string? reason)
    {
        // Everything is checked before anything is asked of memory.
        Span<byte> header = stackalloc byte[HeaderLength];
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith(Magic))
            return No("is no dataset cache, or is cut", out reason);
        var version = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        if (version != FormatVersion)
            return No($"has format version {version}, not {FormatVersion}", out reason);
        if (!header[48..].SequenceEqual(Convert.FromHexString(contentHash)))
            return No("belongs to other data", out reason);
        var users = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        var items = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        var train = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        var test = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
        if (users < 0 || items < 0 || train < 0 || test < 0 || train > Array.MaxLength || test > Array.MaxLength || stream.Length != LengthFor(users, train, test))
            return No($"is {stream.Length} bytes long, which its header denies", out reason);

        var hash = new XxHash128();
        hash.Append(header);
        int[] Take(long count)
        {
            var numbers = GC.AllocateUninitializedArray<int>((int)count);
            var bytes = MemoryMarshal.AsBytes(numbers.AsSpan());
            stream.ReadExactly(bytes);
            hash.Append(bytes);
            return numbers;
        }

        var trainStart = Take(users + 1L);
        var trainItems = Take(train);
        var testStart = Take(users + 1L);
        var testItems = Take(test);
        Span<byte> checksum = stackalloc byte[HashLength];
        stream.ReadExactly(checksum);
        if (!checksum.SequenceEqual(hash.GetCurrentHash()))
            return No("is damaged: its checksum differs", out reason);
        reason = null;
        return new Dataset(name, new Interactions(items, trainStart, trainItems), new Interactions(items, testStart, testItems), contentHash);
    }

    private static Dataset? No(string why, out string? reason)
    {
        reason = why;
        return null;
    }

    private static long LengthFor(int users, long train, long test) => HeaderLength + 4 * (2 * (users + 1L) + train + test) + HashLength;

    private static string? SystemFolder(Func<string, string?> variable)
    {
        if (OperatingSystem.IsWindows())
            return Below(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "MetaEmbed", "cache");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return Below(home, "Library", "Caches", "metaembed");
        var caches = variable("XDG_CACHE_HOME");
        return Path.IsPathFullyQualified(caches ?? "") ? Path.Combine(caches!, "metaembed") : Below(home, ".cache", "metaembed");
    }

    private static string? Below(string root, params ReadOnlySpan<string> parts) =>
        root.Length == 0 ? null : Path.Combine([root, .. parts]);

    private void RemoveForgotten()
    {
        try
        {
            foreach (var file in new DirectoryInfo(Folder).EnumerateFiles("*" + Extension))
            {
                if (DateTime.UtcNow - file.LastWriteTimeUtc > Forgotten)
                    file.Delete();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Somebody else tidies up at the same moment, or may not be: the next write tries again.
        }
    }
}
