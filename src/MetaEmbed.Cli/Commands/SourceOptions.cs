using System.CommandLine;
using System.Globalization;
using MetaEmbed.Data.Events;
using MetaEmbed.Experiments;
using MetaEmbed.Import;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Readers;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Commands;

/// <summary>Options that say how sources of an import are read and which of their events count.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> _user = Word("--user", "COLUMN", "Column that names the user, by name or by number from 1; found by its name if not given.");
    private readonly Option<string?> _item = Word("--item", "COLUMN", "Column that names the item.");
    private readonly Option<string?> _time = Word("--time", "COLUMN", "Column with the time: seconds, milliseconds, microseconds or nanoseconds since 1970, or ISO dates.");
    private readonly Option<string?> _rating = Word("--rating", "COLUMN", "Column with the rating; it counts only with --min-rating.");
    private readonly Option<string?> _weight = Word("--weight", "COLUMN", "Column with a weight, which is added up for a user and an item; pairs with a sum of 0 or less do not count.");
    private readonly Option<string?> _minRating = Word("--min-rating", "N", "Smallest rating of an event that counts.");
    private readonly Option<string?> _minWeight = Word("--min-weight", "N", "Smallest sum of weights of a pair that counts.");
    private readonly Option<string?> _since = Word("--since", "DATE", "First moment of events that count, as 2024-01-31 or 2024-01-31T12:00Z.");
    private readonly Option<string?> _until = Word("--until", "DATE", "First moment that is too late.");
    private readonly Option<string?> _testSince = Word("--test-since", "DATE", "With --split time: first moment of test events; if not given, found from --test-share.");
    private readonly Option<string?> _format = Word("--format", "FORMAT", "csv, tsv, inter, jsonl, parquet, npz, sqlite or text; recognised if not given.");
    private readonly Option<string?> _separator = Word("--separator", "C", "Separator of fields: one character, or tab, space or ::; found if not given.");
    private readonly Option<string?> _table = Word("--table", "NAME", "Table or view of an SQLite database; found if only one looks like events.");
    private readonly Option<bool> _header = new("--header") { Description = "The first line names the columns; found out if not given." };
    private readonly Option<bool> _noHeader = new("--no-header") { Description = "The first line is an event." };
    private readonly Option<bool> _noQuotes = new("--no-quotes") { Description = "Quotes are plain characters and do not enclose fields." };
    private readonly Option<string?> _catalog = Word("--catalog", "FILE", "CSV or TSV with a row for each item: titles, categories, anything.");
    private readonly Option<string?> _catalogItem = Word("--catalog-item", "COLUMN", "Column of the catalog that names the item.");
    private readonly Option<string?> _catalogTitle = Word("--catalog-title", "COLUMN", "Column of the catalog that is shown to people.");
    private readonly Option<bool> _strict = new("--strict") { Description = "The first row that cannot be used ends the import; without, such rows are counted and left out." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _user, _item, _time, _rating, _weight, _minRating, _minWeight, _since, _until, _testSince,
            _format, _separator, _table, _header, _noHeader, _noQuotes, _catalog, _catalogItem, _catalogTitle, _strict,
        })
        {
            command.Add(option);
        }
    }

    public ImportRequest Read(ParseResult parsed, ImportRequest request)
    {
        if (parsed.GetValue(_header) && parsed.GetValue(_noHeader))
            throw new UserMistakeException("--header and --no-header exclude each other", "give one of them");
        var testSince = Date(parsed, _testSince);
        if (testSince is not null && request.Split.Split != SplitKind.Time)
            throw new UserMistakeException("--test-since goes with --split time", "give both, or leave it out");
        return request with
        {
            Split = request.Split with { TestSince = testSince },
            Columns = new ColumnRequest(
                parsed.GetValue(_user), parsed.GetValue(_item), parsed.GetValue(_time), parsed.GetValue(_rating), parsed.GetValue(_weight)),
            Filter = new EventFilter(Number(parsed, _minRating), Date(parsed, _since), Date(parsed, _until), Number(parsed, _minWeight) ?? 0),
            Format = Format(parsed),
            Style = new TableStyle(
                parsed.GetValue(_separator), parsed.GetValue(_header) ? true : parsed.GetValue(_noHeader) ? false : null, !parsed.GetValue(_noQuotes)),
            Table = parsed.GetValue(_table),
            Catalog = parsed.GetValue(_catalog),
            CatalogItem = parsed.GetValue(_catalogItem),
            CatalogTitle = parsed.GetValue(_catalogTitle),
            Strict = parsed.GetValue(_strict),
        };
    }

    private static Option<string?> Word(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private SourceFormat Format(ParseResult parsed)
    {
        if (parsed.GetValue(_format) is not { } name)
            return SourceFormat.Auto;
        var known = Enum.GetValues<SourceFormat>().Where(format => format != SourceFormat.Auto).ToDictionary(SourceFormats.NameOf);
        return known.TryGetValue(name, out var found)
            ? found
            : throw new UserMistakeException($"there is no format '{name}'", Spelling.Advice(name, known.Keys));
    }

    private static double? Number(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new UserMistakeException($"{option.Name} is '{text}'", "give a number");
    }

    private static long? Date(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        return EventTime.TryReadDate(text, out var time)
            ? time
            : throw new UserMistakeException($"{option.Name} is '{text}'", "give a date as 2024-01-31 or 2024-01-31T12:00Z");
    }
}
