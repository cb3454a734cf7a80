using System.Buffers.Binary;
using System.IO.Hashing;
using MetaEmbed.Inference;

namespace MetaEmbed.Data;

/// <summary>A folder with <c>train.txt</c> and <c>test.txt</c> in the format of <see cref="InteractionTextFormat"/>.</summary>
public static class DatasetFolder
{
    /// <summary>Name of the file with training interactions.</summary>
    public const string TrainFile = "train.txt";

    /// <summary>Name of the file with test interactions.</summary>
    public const string TestFile = "test.txt";

    /// <summary>
    /// Reads a dataset. The number of users and of items is 1 + the largest id in either file. Train items must be
    /// distinct for each user and not among the user's test items; test items are deduplicated.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="UserMistakeException">A file is missing or malformed; the message names the line and how to mend it.</exception>
    public static Dataset Open(string folder, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Read(folder, options) with { Folder = folder };
    }

    private static Dataset Read(string folder, DatasetOptions? options)
    {
        options ??= DatasetOptions.Default;
        RefuseIncomplete(folder);
        var trainFile = Path.Combine(folder, TrainFile);
        var testFile = Path.Combine(folder, TestFile);
        var name = NameOf(folder);
        var cache = DatasetCache.Find(options.Cache);
        if (cache is null || !IsWorthCaching(trainFile, testFile, options))
            return Assemble(name, InteractionTextReader.Read(trainFile, options), InteractionTextReader.Read(testFile, options));

        var hash = Combine(InteractionTextReader.Hash(trainFile), InteractionTextReader.Hash(testFile));
        var kept = cache.TryRead(name, hash, out var reason);
        if (kept is not null && Math.Max(kept.UserCount, kept.ItemCount) - 1 <= options.MaxId)
            return kept;
        if (reason is not null)
            options.Notice?.Invoke($"{cache.FileOf(hash)}: {reason}; the text is read again.");
        var dataset = Assemble(name, InteractionTextReader.Read(trainFile, options), InteractionTextReader.Read(testFile, options));
        try
        {
            cache.Write(dataset);
        }
        catch (UserMistakeException failure)
        {
            // The dataset is there; only the next start is slower.
            options.Notice?.Invoke($"the dataset is not kept in the cache: {failure.Message} {DatasetCache.Variable}={DatasetCache.Off} turns the cache off.");
        }

        return dataset;
    }

    /// <summary>Makes a dataset of its two texts.</summary>
    internal static Dataset Assemble(string name, InteractionText train, InteractionText test)
    {
        if (train.Count == 0)
            throw new UserMistakeException(train.File, null, "no user has an item", "write the items of a user behind it on its line");
        RefuseGaps(train, test);
        var userCount = Math.Max(train.MaxUser, test.MaxUser) + 1;
        var itemCount = Math.Max(train.MaxItem, test.MaxItem) + 1;
        var trainRows = InteractionsBuilder.Build(train, userCount, itemCount, refuseRepeats: true);
        var testRows = InteractionsBuilder.Build(test, userCount, itemCount, refuseRepeats: false);
        InteractionsBuilder.RefuseShared(trainRows, train, testRows, test);
        return new Dataset(name, trainRows, testRows, Combine(train.Hash, test.Hash));
    }

    /// <summary>Writes a dataset's two files into a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dataset">The dataset.</param>
    /// <exception cref="UserMistakeException">A file cannot be written.</exception>
    public static void Write(string folder, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        Make(folder);
        InteractionTextFormat.Write(Path.Combine(folder, TrainFile), dataset.Train);
        InteractionTextFormat.Write(Path.Combine(folder, TestFile), dataset.Test);
    }

    /// <summary>A short name for a dataset: the last part of its folder's path.</summary>
    /// <param name="folder">The folder.</param>
    public static string NameOf(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return name.Length == 0 ? "data" : name;
    }

    /// <summary>XxHash128 of the two files' hashes, train first, each of 16 bytes big-endian; 32 hexadecimal digits.</summary>
    internal static string Combine(UInt128 train, UInt128 test)
    {
        Span<byte> both = stackalloc byte[32];
        BinaryPrimitives.WriteUInt128BigEndian(both, train);
        BinaryPrimitives.WriteUInt128BigEndian(both[16..], test);
        return XxHash128.HashToUInt128(both).ToString("x32");
    }

    /// <summary>Makes a folder where it is missing.</summary>
    internal static void Make(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new UserMistakeException(folder, null, $"cannot be made ({failure.Message.TrimEnd('.')})", "give a folder that you may write to", failure);
        }
    }

    // An id gets a row whether it is met or not. Beyond a million, more than 99 ids in a hundred that cannot have been
    // met are a mistake: an id of another system, or a digit too many.
    private static void RefuseGaps(InteractionText train, InteractionText test)
    {
        const int Free = 1_000_000;
        const int IdsPerMention = 100;
        var users = train.MaxUser >= test.MaxUser ? train : test;
        var items = train.MaxItem >= test.MaxItem ? train : test;
        if (users.MaxUser >= Math.Max(Free, IdsPerMention * ((long)train.LineCount + test.LineCount)))
            throw Gap(users.File, users.LineNumberOf(users.MaxUser), "user", users.MaxUser);
        if (items.MaxItem >= Math.Max(Free, IdsPerMention * ((long)train.Count + test.Count)))
            throw Gap(items.File, items.LineNumberOfItem(items.MaxItem), "item", items.MaxItem);
    }

    private static UserMistakeException Gap(string file, long line, string kind, int id) => new(
        file,
        line,
        $"{kind} id {id} would make {id + 1L} {kind}s, most of which are never met",
        $"number the {kind}s from 0 without gaps, since every id up to the largest gets a row");

    private static bool IsWorthCaching(string trainFile, string testFile, DatasetOptions options) =>
        new FileInfo(trainFile).Length + new FileInfo(testFile).Length >= options.CacheFrom;

    private static void RefuseIncomplete(string folder)
    {
        const string Format = "a line is 'user item item ...', ids are whole numbers from 0";
        if (File.Exists(folder))
            throw new UserMistakeException(folder, null, "is a file, not a folder", $"give the folder that holds {TrainFile} and {TestFile}");
        if (!Directory.Exists(folder))
            throw new UserMistakeException(folder, null, "there is no such folder", $"give the folder that holds {TrainFile} and {TestFile}");
        var hasTrain = File.Exists(Path.Combine(folder, TrainFile));
        var hasTest = File.Exists(Path.Combine(folder, TestFile));
        if (!hasTrain && !hasTest)
            throw new UserMistakeException(folder, null, $"holds neither {TrainFile} nor {TestFile}", $"put both there; {Format}");
        if (!hasTest)
            throw new UserMistakeException(folder, null, $"holds {TrainFile} but no {TestFile}", $"move a part of each user's items, say a fifth, from {TrainFile} to {TestFile}; {Format}");
        if (!hasTrain)
            throw new UserMistakeException(folder, null, $"holds {TestFile} but no {TrainFile}", $"put the items to learn from into {TrainFile}; {Format}");
    }
}
