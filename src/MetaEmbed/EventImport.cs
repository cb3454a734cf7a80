using System.IO.Hashing;
using System.Runtime.InteropServices;
using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed;

/// <summary>Datasets of events that are in no file: a list, a query, a stream of another library.</summary>
public static class EventImport
{
    extension(Dataset)
    {
        /// <summary>Makes a dataset folder of events and opens it. They are read once; 8 bytes an event are kept.</summary>
        /// <param name="events">The events, in any order.</param>
        /// <param name="folder">Folder of the dataset, which must not exist yet.</param>
        /// <param name="cancellation">Stops it; nothing is left behind then.</param>
        /// <exception cref="UserMistakeException">No event can be used, or the folder is in use; nothing is left behind.</exception>
        public static Dataset FromEvents(IEnumerable<ItemEvent> events, string folder, CancellationToken cancellation = default) =>
            FromEvents(events, new EventImportRequest(folder), cancellation);

        /// <summary>The same with a split, a filter and more of the caller's choice.</summary>
        /// <param name="events">The events, in any order.</param>
        /// <param name="request">How. That events have times is seen by the first of them.</param>
        /// <param name="cancellation">Stops it; nothing is left behind then.</param>
        /// <exception cref="UserMistakeException">No event can be used, or the folder is in use; nothing is left behind.</exception>
        public static Dataset FromEvents(IEnumerable<ItemEvent> events, EventImportRequest request, CancellationToken cancellation = default)
        {
            ArgumentNullException.ThrowIfNull(events);
            ArgumentNullException.ThrowIfNull(request);
            using var source = new EventsInMemory(events, request.Name, request.Filter);
            Write(source, request with { HasTimes = source.HasTimes }, cancellation);
            return Dataset.Open(request.Folder);
        }
    }

    /// <summary>Writes a dataset folder, all of it or nothing.</summary>
    /// <param name="source">Gives the events.</param>
    /// <param name="request">How.</param>
    /// <param name="cancellation">Stops it; nothing is left behind then.</param>
    /// <returns>What was made of what, with all counts.</returns>
    /// <exception cref="UserMistakeException">No event can be used, or the folder is in use; nothing is left behind.</exception>
    public static ImportManifest Write(IEventSource source, EventImportRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        ImportedFolder.RequireFree(request.Folder, request.Replace);
        if (!request.HasTimes && (request.Split.NeedsTimes || request.Filter.NeedsTimes))
            throw new UserMistakeException(request.Name, null, "events have no time, which the split or the time range needs", "give a time with every event");
        var import = new DatasetImport(request.Split, request.Filter, request.HasTimes, request.UseWeights || request.Filter.MinWeight > 0);
        var rejected = new RejectedRows(request.Strict);
        var hash = new XxHash128();
        var bytes = 0L;
        source.Read(
            batch =>
            {
                cancellation.ThrowIfCancellationRequested();
                bytes += Append(hash, batch);
                import.Take(batch, source.IsTest);
            },
            rejected);
        import.Finish(rejected, cancellation);
        var manifest = ImportedFolder.Write(request.Folder, import, null, new ImportManifest
        {
            Sources = [new ImportSource(request.Name, request.Format, bytes, Convert.ToHexStringLower(hash.GetCurrentHash()), request.Columns)],
            Settings = ImportSettings.Of(request.Split, request.Filter),
            Counts = import.Counts,
        });
        if (request.Logger is { } logger)
            ImportLog.Write(logger, request.Folder, manifest.Counts, rejected.First);
        return manifest;
    }

    /// <summary>Hashes everything that an event says; the number of bytes of its names.</summary>
    private static long Append(XxHash128 hash, EventBatch batch)
    {
        var bytes = 0L;
        for (var i = 0; i < batch.Count; i++)
        {
            hash.Append(batch.UserOf(i));
            hash.Append("\n"u8);
            hash.Append(batch.ItemOf(i));
            hash.Append("\n"u8);
            bytes += batch.UserOf(i).Length + batch.ItemOf(i).Length;
        }

        hash.Append(MemoryMarshal.AsBytes(batch.Times));
        hash.Append(MemoryMarshal.AsBytes(batch.Ratings));
        hash.Append(MemoryMarshal.AsBytes(batch.Weights));
        return bytes;
    }
}
