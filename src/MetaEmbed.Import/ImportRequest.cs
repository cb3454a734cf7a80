using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Readers;
using MetaEmbed.Import.Sources;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Import;

/// <summary>What is to be imported, and how.</summary>
/// <param name="Files">Names, patterns, or - for standard input.</param>
/// <param name="Out">Folder of the dataset that is made.</param>
public sealed record ImportRequest(IReadOnlyList<string> Files, string Out)
{
    /// <summary>Core and split.</summary>
    public SplitOptions Split { get; init; } = new();

    /// <summary>Whether <see cref="Split"/> was asked for: if not, files named train and test are taken as they are.</summary>
    public bool SplitIsChosen { get; init; }

    /// <summary>Which events count.</summary>
    public EventFilter Filter { get; init; } = new();

    /// <summary>Columns that were asked for.</summary>
    public ColumnRequest Columns { get; init; } = new();

    /// <summary>Format of all files.</summary>
    public SourceFormat Format { get; init; }

    /// <summary>How tables of separated fields are written.</summary>
    public TableStyle Style { get; init; } = new();

    /// <summary>Table of an SQLite database; null for the only one.</summary>
    public string? Table { get; init; }

    /// <summary>A table with a row for each item; null for none.</summary>
    public string? Catalog { get; init; }

    /// <summary>Column of the catalog that names the item; null to find it.</summary>
    public string? CatalogItem { get; init; }

    /// <summary>Column of the catalog that is shown to people; null to find it.</summary>
    public string? CatalogTitle { get; init; }

    /// <summary>Whether the first row that cannot be used ends the import.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether an imported dataset in the folder may be replaced.</summary>
    public bool Replace { get; init; }

    /// <summary>Gets the counts, and the first rows that could not be used; null for nobody.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Opens standard input.</summary>
    public Func<Stream> StandardInput { get; init; } = () => Stream.Null;
}

/// <summary>A source as it was understood.</summary>
/// <param name="Name">The file.</param>
/// <param name="Format">Its format.</param>
/// <param name="Columns">Column by what it was taken for, used or not.</param>
/// <param name="ByPlace">Whether users and items were taken by their place.</param>
/// <param name="IsTest">Whether its events are test events.</param>
public sealed record SourceReport(string Name, SourceFormat Format, IReadOnlyDictionary<string, string> Columns, bool ByPlace, bool IsTest);

/// <summary>What an import did.</summary>
/// <param name="Out">The folder.</param>
/// <param name="Manifest">What it was made from, with all counts.</param>
/// <param name="Sources">The sources.</param>
/// <param name="Rejected">The first rows that could not be used.</param>
/// <param name="ReadSeconds">Seconds of reading.</param>
/// <param name="Seconds">Seconds in all.</param>
public sealed record ImportReport(
    string Out, ImportManifest Manifest, IReadOnlyList<SourceReport> Sources, IReadOnlyList<RejectedRow> Rejected, double ReadSeconds, double Seconds);
