using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using nietras.SeparatedValues;

namespace MetaEmbed.Import.Readers;

/// <summary>A catalog with the columns that its item and its title were found in.</summary>
internal sealed record ReadCatalog(Catalog Catalog, IReadOnlyDictionary<string, string> Described);

/// <summary>Reads a catalog: a table of separated fields with a header and a row for each item.</summary>
internal static class CatalogReader
{
    /// <summary>Reads it as a whole.</summary>
    /// <param name="file">The file.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="rejected">Is told of rows that cannot be used.</param>
    /// <exception cref="UserMistakeException">It cannot be read, or has no column for items.</exception>
    public static ReadCatalog Read(SourceFile file, ImportRequest request, RejectedRows rejected)
    {
        var head = TextSample.Head(file, out _);
        var format = SourceFormats.Recognise(file, head);
        if (format is not (SourceFormat.Csv or SourceFormat.Tsv or SourceFormat.Inter))
            throw new UserMistakeException(file.Name, null, $"a catalog of the format {format} cannot be read", "give a CSV or TSV file with a header");
        var layout = TableLayout.Of(file, TextSample.Of(file, head), format, new TableStyle(Quotes: request.Style.Quotes), new ColumnRequest(Item: request.CatalogItem, User: request.CatalogTitle));
        var item = Place(file, layout, "--catalog-item", request.CatalogItem, ColumnNames.Item, layout.HasHeader ? -1 : 0);
        if (item < 0)
            throw new UserMistakeException(file.Name, null, $"no column is known to hold the items; the columns are {string.Join(", ", layout.Names)}", "name it with --catalog-item");
        var title = Place(file, layout, "--catalog-title", request.CatalogTitle, ColumnNames.Title, layout.HasHeader ? -1 : 1);
        title = title == item && request.CatalogTitle is null ? -1 : title;
        var catalog = new Catalog(layout.Names, item, title);
        Compression.Guard(file.Name, () => Rows(file, layout, catalog, item, rejected));
        var described = new Dictionary<string, string> { ["item"] = layout.Names[item] };
        if (title >= 0)
            described["title"] = layout.Names[title];
        return new ReadCatalog(catalog, described);
    }

    private static int Place(SourceFile file, TableLayout layout, string option, string? asked, string[] usual, int otherwise)
    {
        if (asked is not null)
            return ColumnFinder.Place(file.Name, layout.Names, layout.HasHeader, option, asked);
        return layout.HasHeader
            ? usual.Select(name => Array.FindIndex(layout.Names, column => ColumnNames.Plain(column) == name)).FirstOrDefault(place => place >= 0, otherwise)
            : otherwise;
    }

    private static void Rows(SourceFile file, TableLayout layout, Catalog catalog, int item, RejectedRows rejected)
    {
        using var text = TextSample.Reader(Compression.Unpack(file.Read(), out _));
        using var reader = TableLayout.Parser(layout.Separator, layout.Quotes).From(text);
        var header = layout.HasHeader;
        var before = 0L;
        try
        {
            foreach (var row in reader)
            {
                var line = before + 1;
                before = row.LineNumberToExcl - 1;
                if (row.ColCount == 1 && row.Span.IsWhiteSpace())
                    continue;
                if (row.ColCount != layout.FieldCount)
                {
                    rejected.Add(file.Name, line, $"{row.ColCount} fields where {layout.FieldCount} are expected");
                    continue;
                }

                if (header)
                {
                    header = false;
                    continue;
                }

                var cells = new string[layout.Names.Length];
                for (var place = 0; place < cells.Length; place++)
                    cells[place] = row[place * layout.Stride].ToString();
                if (EventName.Flaw(cells[item].AsSpan().Trim()) is { } flaw)
                    rejected.Add(file.Name, line, $"the item {flaw}");
                else if (!catalog.Add(cells))
                    rejected.Add(file.Name, line, $"item '{EventName.Shown(cells[item])}' has a row already; the first one counts");
            }
        }
        catch (NotSupportedException failure)
        {
            throw new UserMistakeException(file.Name, before + 1, "the row is longer than 16,777,216 characters", "check that quotes are closed, or give --no-quotes", failure);
        }
    }
}
