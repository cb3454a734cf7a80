using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using nietras.SeparatedValues;

namespace MetaEmbed.Import.Readers;

/// <summary>Events from a table of separated fields.</summary>
internal sealed class TableSource(SourceFile file, SourceFormat format, TableLayout layout, ChosenColumns columns)
    : Source(file, format, columns)
{
    protected override void Read(RowIntake intake)
    {
        using var text = TextSample.Reader(Compression.Unpack(File.Read(), out _));
        using var reader = Open(text);
        var before = 0L; // the last line of the row before
        try
        {
            Rows(reader, intake, ref before);
        }
        catch (NotSupportedException failure)
        {
            throw new UserMistakeException(
                File.Name, before + 1, "the row is longer than 16,777,216 characters", "check that quotes are closed, or give --no-quotes", failure);
        }
    }

    private SepReader Open(TextReader text) => TableLayout.Parser(layout.Separator, layout.Quotes).From(text);

    private void Rows(SepReader reader, RowIntake intake, ref long before)
    {
        var stride = layout.Stride;
        var (user, item) = (Columns.User * stride, Columns.Item * stride);
        var time = Needs.Times ? Columns.Time * stride : -1;
        var rating = Needs.Ratings ? Columns.Rating * stride : -1;
        var weight = Needs.Weights ? Columns.Weight * stride : -1;
        var (fields, quotes, header) = (layout.FieldCount, layout.Quotes, layout.HasHeader);
        foreach (var row in reader)
        {
            var line = before + 1;
            before = row.LineNumberToExcl - 1;
            var whole = row.Span;
            if (quotes && whole.Contains('"') && int.IsOddInteger(whole.Count('"')))
            {
                intake.Reject(line, $"a quote is not closed until line {before}; --no-quotes reads quotes as plain characters");
                continue;
            }

            if (row.ColCount != fields)
            {
                if (!whole.IsWhiteSpace())
                    intake.Reject(line, Miscounted(row.ColCount, before - line + 1));
                continue;
            }

            if (header)
            {
                header = false;
                continue;
            }

            intake.Take(
                line,
                row[user].Span,
                row[item].Span,
                time < 0 ? default : row[time].Span,
                rating < 0 ? default : row[rating].Span,
                weight < 0 ? default : row[weight].Span);
        }
    }

    private string Miscounted(int found, long lines)
    {
        var shown = (found + layout.Stride - 1) / layout.Stride;
        var expected = (layout.FieldCount + layout.Stride - 1) / layout.Stride;
        return $"{shown} {(shown == 1 ? "field" : "fields")} where {expected} are expected{(lines > 1 ? $" (a quoted field goes over {lines} lines)" : "")}";
    }
}
