namespace MetaEmbed.Import;

/// <summary>
/// Names under which imports can be watched: an <see cref="System.Diagnostics.ActivitySource"/> and a
/// <see cref="System.Diagnostics.Metrics.Meter"/>, both called <see cref="Name"/>. See docs/library.md.
/// </summary>
public static class ImportTelemetry
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "MetaEmbed.Import";

    /// <summary>Activity of an import.</summary>
    public const string ImportActivity = "metaembed.import";

    /// <summary>Counter of rows read by imports that were done.</summary>
    public const string Rows = "metaembed.import.rows";

    /// <summary>Counter of rows among them that could not be used.</summary>
    public const string RejectedRows = "metaembed.import.rejected_rows";
}
