using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Import.Writers;

/// <summary>Writes pairs as a table with the columns user, item, and where there are such title and set.</summary>
internal static class TableWriter
{
    private const int RowGroup = 1 << 20;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a table.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="format">csv, tsv, jsonl or parquet.</param>
    /// <param name="rows">The pairs.</param>
    /// <param name="hasTitles">Whether there is a column of titles.</param>
    /// <param name="hasSets">Whether there is a column of sets.</param>
    public static void Write(Stream stream, TableFormat format, IEnumerable<PairRow> rows, bool hasTitles, bool hasSets)
    {
        string[] columns = ["user", "item", .. hasTitles ? ["title"] : Array.Empty<string>(), .. hasSets ? ["set"] : Array.Empty<string>()];
        var cells = rows.Select(row => (string[])[row.User, row.Item, .. hasTitles ? [row.Title ?? ""] : Array.Empty<string>(), .. hasSets ? [row.Set!] : Array.Empty<string>()]);
        switch (format)
        {
            case TableFormat.Csv or TableFormat.Tsv:
                Separated(stream, format == TableFormat.Csv ? ',' : '\t', cells.Prepend(columns));
                break;
            case TableFormat.Jsonl:
                JsonLines(stream, columns, cells);
                break;
            case TableFormat.Parquet:
                Task.Run(() => ParquetAsync(stream, columns, cells)).GetAwaiter().GetResult();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format));
        }
    }

    // RFC 4180; names hold no line breaks.
    private static void Separated(Stream stream, char separator, IEnumerable<string[]> rows)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        foreach (var row in rows)
            text.WriteLine(string.Join(separator, row.Select(cell => cell.Contains(separator) || cell.Contains('"') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell)));
    }

    private static void JsonLines(Stream stream, string[] columns, IEnumerable<string[]> rows)
    {
        using var json = new Utf8JsonWriter(stream, Plain);
        foreach (var row in rows)
        {
            json.WriteStartObject();
            for (var column = 0; column < columns.Length; column++)
                json.WriteString(columns[column], row[column]);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    }

    private static async Task ParquetAsync(Stream stream, string[] columns, IEnumerable<string[]> rows)
    {
        var fields = columns.Select(column => new DataField<string>(column)).ToArray();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), stream);
        foreach (var part in rows.Chunk(RowGroup))
        {
            using var group = writer.CreateRowGroup();
            for (var column = 0; column < fields.Length; column++)
                await group.WriteAsync(fields[column], part.Select(row => row[column]).ToArray());
            group.CompleteValidate();
        }
    }
}
