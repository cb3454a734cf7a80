using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using nietras.SeparatedValues;

namespace MetaEmbed.Import.Readers;

/// <summary>How a table of separated fields is to be read; each may be null to be found out.</summary>
/// <param name="Separator">Separator; <c>::</c> for two colons.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
/// <param name="Quotes">Whether quotes enclose fields; else they are plain characters.</param>
public sealed record TableStyle(string? Separator = null, bool? HasHeader = null, bool Quotes = true);

/// <summary>What the first lines of a table of separated fields say about it.</summary>
/// <param name="Separator">Between two fields.</param>
/// <param name="Stride">1, or 2 where two colons separate: then every other field is empty.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
/// <param name="Quotes">Whether quotes enclose fields.</param>
/// <param name="FieldCount">Fields of a line, as the reader counts them.</param>
/// <param name="Names">Names of the columns.</param>
/// <param name="Rows">Some rows behind the header.</param>
internal sealed record TableLayout(char Separator, int Stride, bool HasHeader, bool Quotes, int FieldCount, string[] Names, IReadOnlyList<string[]> Rows)
{
    private const int SampledRows = 100;
    private static readonly char[] Candidates = ['\t', ',', ';', '|', ' '];

    /// <summary>Finds it out.</summary>
    public static TableLayout Of(SourceFile file, TextSample sample, SourceFormat format, TableStyle style, ColumnRequest request)
    {
        var lines = sample.Lines(20).ToArray();
        var two = style.Separator == "::" || (style.Separator is null && lines[0].Contains("::", StringComparison.Ordinal) && format == SourceFormat.Csv && !lines[0].Contains(',', StringComparison.Ordinal));
        var separator = two ? ':' : style.Separator is { } given ? Single(given) : format is SourceFormat.Tsv or SourceFormat.Inter ? '\t' : Guess(lines);
        var stride = two ? 2 : 1;
        var rows = SampleRows(file, sample, separator, style.Quotes);
        var fields = rows.CountBy(row => row.Length).MaxBy(pair => pair.Value).Key;
        var cells = rows.Where(row => row.Length == fields).Select(row => row.Where((_, place) => place % stride == 0).Select(cell => cell.Trim()).ToArray()).ToList();
        if (cells[0].Length < 2)
        {
            throw new UserMistakeException(
                file.Name, 1, $"no separator is found in '{EventName.Shown(lines[0])}'", "name it with --separator, or the format with --format");
        }

        // A header with another number of fields than the rows cannot name them; to take the columns by place would be a guess.
        var header = style.HasHeader ?? (rows[0].Length == fields
            ? format == SourceFormat.Inter || ColumnFinder.IsHeader(cells[0], cells[1..], request)
            : NamesBoth(rows[0]));
        if (header && rows[0].Length != fields)
            throw new UserMistakeException(file.Name, 1, $"the header has {rows[0].Length} fields, most rows have {fields}", "mend the header, or name the separator with --separator");
        var names = header ? cells[0] : [.. Enumerable.Range(1, cells[0].Length).Select(number => $"{number}")];
        return new TableLayout(separator, stride, header, style.Quotes, fields, names, header ? cells[1..] : cells);
    }

    /// <summary>Options of the parser: the number of fields is ours to check, so that a row does not end the reading.</summary>
    public static SepReaderOptions Parser(char separator, bool quotes) => new(new Sep(separator))
    {
        HasHeader = false,
        DisableColCountCheck = true,
        DisableQuotesParsing = !quotes,
        Unescape = quotes,
    };

    private static bool NamesBoth(string[] cells)
    {
        var names = cells.Select(ColumnNames.Plain).ToList();
        return names.Any(ColumnNames.User.Contains) && names.Any(ColumnNames.Item.Contains);
    }

    private static char Single(string separator) => separator switch
    {
        "tab" or "\\t" => '\t',
        "space" => ' ',
        [var letter] when letter is not ('"' or '\r' or '\n') && letter < 128 => letter,
        _ => throw new UserMistakeException($"--separator is '{separator}'", "give one character, or tab, space or ::"),
    };

    // The separator that most lines have equally often; a comma inside of quotes does not count.
    private static char Guess(string[] lines)
    {
        var best = (Agreeing: 0, Separator: ',');
        foreach (var candidate in Candidates)
        {
            var counts = lines.Select(line => CountOutsideQuotes(line, candidate)).Where(count => count > 0).ToArray();
            var agreeing = counts.Length == 0 ? 0 : counts.CountBy(count => count).Max(pair => pair.Value);
            if (agreeing > best.Agreeing)
                best = (agreeing, candidate);
        }

        return best.Separator;
    }

    private static int CountOutsideQuotes(string line, char separator)
    {
        var (count, quoted) = (0, false);
        foreach (var letter in line)
        {
            quoted ^= letter == '"';
            count += !quoted && letter == separator ? 1 : 0;
        }

        return count;
    }

    private static List<string[]> SampleRows(SourceFile file, TextSample sample, char separator, bool quotes)
    {
        var rows = new List<string[]>();
        try
        {
            using var reader = Parser(separator, quotes).FromText(sample.Text);
            foreach (var row in reader)
            {
                if (row.ColCount == 1 && row[0].Span.IsWhiteSpace())
                    continue;
                var cells = new string[row.ColCount];
                for (var place = 0; place < cells.Length; place++)
                    cells[place] = row[place].ToString();
                rows.Add(cells);
                if (rows.Count == SampledRows)
                    break;
            }
        }
        catch (NotSupportedException failure)
        {
            throw new UserMistakeException(file.Name, rows.Count + 1, "the line is longer than 16,777,216 characters", "check that quotes are closed, or give --no-quotes", failure);
        }

        return rows;
    }
}
