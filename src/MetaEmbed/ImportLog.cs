using MetaEmbed.Data.Events;
using Microsoft.Extensions.Logging;

namespace MetaEmbed;

/// <summary>What an import writes to an <see cref="ILogger"/>; docs/library.md lists the events.</summary>
internal static partial class ImportLog
{
    /// <summary>Writes the counts, and the first rows that could not be used.</summary>
    /// <param name="log">Where to.</param>
    /// <param name="folder">The dataset.</param>
    /// <param name="counts">Where rows and pairs went.</param>
    /// <param name="rejected">Rows that could not be used, the first ones.</param>
    public static void Write(ILogger log, string folder, ImportCounts counts, IReadOnlyList<RejectedRow> rejected)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(rejected);
        Imported(log, folder, counts.Rows, counts.Users, counts.Items, counts.Train, counts.Test);
        if (counts.Rejected > 0)
            Rejected(log, counts.Rejected, counts.Rows);
        foreach (var row in rejected)
            RejectedRow(log, row.File, row.Line, row.Reason);
    }

    [LoggerMessage(20, LogLevel.Information, "imported into {Folder}: {Rows} rows, {Users} users, {Items} items, {Train} training pairs, {Test} test pairs")]
    private static partial void Imported(ILogger log, string folder, long rows, int users, int items, long train, long test);

    [LoggerMessage(21, LogLevel.Warning, "{Rejected} of {Rows} rows cannot be used")]
    private static partial void Rejected(ILogger log, long rejected, long rows);

    [LoggerMessage(22, LogLevel.Warning, "{File}:{Line}: {Reason}")]
    private static partial void RejectedRow(ILogger log, string file, long line, string reason);
}
