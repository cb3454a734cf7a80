using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Answers;

/// <summary>Lists for many users, and where they go.</summary>
/// <param name="Users">Whose.</param>
/// <param name="Options">What the lists may hold.</param>
/// <param name="Format">Format of the files.</param>
/// <param name="Output">A folder for parts, or a file where <paramref name="SingleFile"/>.</param>
/// <param name="SingleFile">Whether all lists go to one file.</param>
public sealed record BatchRequest(AskedUsers Users, AnswerOptions Options, AnswerFormat Format, string Output, bool SingleFile)
{
    /// <summary>Users of a part.</summary>
    public int UsersPerPart { get; init; } = 100_000;

    /// <summary>Whether a batch that was cut off goes on: parts that are there and whole are kept.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether popular items stand in for users unknown; adds a column that says so.</summary>
    public bool PopularFallback { get; init; }

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; init; }
}

/// <summary>How far a batch is.</summary>
/// <param name="Done">Users done, those of kept parts included.</param>
/// <param name="Users">Users in all.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Kept">Users of parts that were kept from before.</param>
public sealed record BatchProgress(int Done, int Users, TimeSpan Elapsed, int Kept);

/// <summary>What a batch wrote.</summary>
/// <param name="Files">The files, in order.</param>
/// <param name="Users">Users answered.</param>
/// <param name="Kept">Users of parts that were kept from before.</param>
/// <param name="Popular">Users unknown, who got popular items.</param>
/// <param name="Bytes">Bytes of all files.</param>
public sealed record BatchResult(IReadOnlyList<string> Files, int Users, int Kept, int Popular, long Bytes);

/// <summary>
/// Answers for many users, to files. Memory does not grow with the number of users: lists are made some thousands at a time and
/// written. A folder of parts can be gone on with after a kill: each part appears as a whole, and the manifest beside them says
/// which are there. The bytes do not depend on the number of threads or on interruptions.
/// </summary>
public static class BatchAnswers
{
    /// <summary>Answers.</summary>
    /// <param name="source">Who answers.</param>
    /// <param name="request">Whose lists, and where to.</param>
    /// <param name="progress">Is told after each piece; null for nobody.</param>
    /// <param name="cancellation">Stops it; whole parts stay.</param>
    /// <exception cref="UserMistakeException">The output is in use for something else, or cannot be written.</exception>
    public static BatchResult Execute(AnswerSource source, BatchRequest request, IProgress<BatchProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        var watch = Stopwatch.StartNew();
        var table = new AnswerTable(source.Items, source.Items.HasTitles, request.PopularFallback);
        if (request.SingleFile)
        {
            WritePart(request.Output, 0, request.Users.Count, 0);
            return new BatchResult([request.Output], request.Users.Count, 0, request.Users.UnknownCount, new FileInfo(request.Output).Length);
        }

        var manifest = Open(source, request);
        var path = Path.Combine(request.Output, BatchManifest.FileName);
        var kept = manifest.Parts.Sum(part => part.Users);
        var count = (request.Users.Count + request.UsersPerPart - 1) / request.UsersPerPart;
        for (var number = manifest.Parts.Count; number < count; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"part-{number:D5}.{request.Format.Name}");
            var first = number * request.UsersPerPart;
            var users = Math.Min(request.UsersPerPart, request.Users.Count - first);
            var file = Path.Combine(request.Output, name);
            WritePart(file, first, users, kept);
            var part = new BatchPart(name, users, new FileInfo(file).Length, Checksum.OfFile(file));
            manifest = manifest with { Parts = [.. manifest.Parts, part] };
            manifest.Save(path);
        }

        manifest = manifest with { Finished = true };
        manifest.Save(path);
        return new BatchResult(
            [.. manifest.Parts.Select(part => Path.Combine(request.Output, part.Name))], request.Users.Count, kept, request.Users.UnknownCount, manifest.Parts.Sum(part => part.Bytes));

        void WritePart(string file, int first, int users, int keptBefore) => AtomicFile.Write(file, stream =>
        {
            using var writer = request.Format.Open(stream, table);
            var written = Task.CompletedTask;
            try
            {
                var done = first;
                foreach (var piece in AnswerStream.Of(source, request.Users, request.Options, first, users, request.Threads, cancellation))
                {
                    // The next lists are made while these are written.
                    written.GetAwaiter().GetResult();
                    written = Task.Run(() => writer.Write(piece), CancellationToken.None);
                    progress?.Report(new BatchProgress(done += piece.Length, request.Users.Count, watch.Elapsed, keptBefore));
                }

                written.GetAwaiter().GetResult();
            }
            finally
            {
                // Waits without throwing: the writer must not be closed under it.
                Task.WaitAny([written], CancellationToken.None);
            }
        });
    }

    /// <summary>The manifest to go on from: a fresh one, or that of a batch that was cut off, with the parts that are whole.</summary>
    private static BatchManifest Open(AnswerSource source, BatchRequest request)
    {
        var allowed = request.Options.Allow is { } allow ? Checksum.Of(MemoryMarshal.AsBytes(allow.AsSpan())) : "";
        var manifest = new BatchManifest
        {
            Model = source.Fingerprint,
            Users = request.Users.Identity,
            UserCount = request.Users.Count,
            Table = request.Format.Name,
            Length = request.Options.Length,
            IncludeMet = request.Options.IncludeMet,
            Allowed = allowed,
            PopularFallback = request.PopularFallback,
            UsersPerPart = request.UsersPerPart,
        };
        var path = Path.Combine(request.Output, BatchManifest.FileName);
        if (File.Exists(request.Output))
            throw new UserMistakeException(request.Output, null, "is a file", $"give --out a folder, or a name that ends in .{request.Format.Name}");
        if (!Directory.Exists(request.Output) || !Directory.EnumerateFileSystemEntries(request.Output).Any())
        {
            StorageFailure.CreateFolder(request.Output);
            manifest.Save(path);
            return manifest;
        }

        if (!File.Exists(path))
            throw new UserMistakeException(request.Output, null, "is not empty and holds no answers", "give --out a folder that does not exist yet");
        var before = BatchManifest.Read(path);
        if (!request.Resume)
            throw new UserMistakeException(request.Output, null, $"holds answers for {before.Parts.Sum(part => part.Users):N0} of {before.UserCount:N0} users", "give --resume to go on with them, or another --out");
        if (!before.Asks(manifest))
            throw new UserMistakeException(request.Output, null, "holds answers to another question: the model, the users or an option differs", "repeat the options of the first call, or give another --out");
        AtomicFile.RemoveLeftovers(request.Output);
        return manifest with { Parts = [.. before.Parts.TakeWhile(part => IsWhole(Path.Combine(request.Output, part.Name), part))] };
    }

    private static bool IsWhole(string file, BatchPart part) =>
        File.Exists(file) && new FileInfo(file).Length == part.Bytes && Checksum.OfFile(file) == part.Checksum;
}
