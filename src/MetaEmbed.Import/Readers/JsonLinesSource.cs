using System.Buffers;
using System.Text;
using System.Text.Json;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Import.Readers;

/// <summary>Events from JSON lines: an object a line, whose members are the columns; members of members are not looked at.</summary>
internal sealed class JsonLinesSource(SourceFile file, ChosenColumns columns) : Source(file, SourceFormat.JsonLines, columns)
{
    private const int SampledLines = 100;
    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, MaxDepth = 64 };

    /// <summary>Finds the columns among the members of the first lines.</summary>
    public static JsonLinesSource Open(SourceFile file, byte[] head, ColumnRequest request)
    {
        var text = head.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? head.AsSpan(Encoding.UTF8.Preamble.Length) : head;
        var first = text.TrimStart(" \r\n\t"u8);
        if (first.StartsWith("["u8))
            throw new UserMistakeException(file.Name, null, "is one JSON array, not an object a line", "write each element on a line of its own, say with jq -c '.[]'");
        if (!first.StartsWith("{"u8))
            throw new UserMistakeException(file.Name, null, "does not begin with a JSON object", "give a file with a JSON object on each line, in UTF-8, or another --format");
        var names = new List<string>();
        var lines = new ByteLines(file.Name, new MemoryStream(text.ToArray()));
        var parsed = 0;
        while (parsed < SampledLines && lines.MoveNext())
        {
            try
            {
                using var document = JsonDocument.Parse(lines.Line, new JsonDocumentOptions { AllowTrailingCommas = true });
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    continue;
                names.AddRange(document.RootElement.EnumerateObject().Select(member => member.Name).Where(name => !names.Contains(name)));
                parsed++;
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException)
            {
                // told when the lines are read; the last line of the sample may be cut
            }
        }

        if (names.Count == 0)
            throw new UserMistakeException(file.Name, 1, "none of the first lines is a JSON object", "give a file with a JSON object on each line");
        return new JsonLinesSource(file, ColumnFinder.Find(file.Name, names, true, [], request, new ColumnNeeds(false, false, false)));
    }

    protected override void Read(RowIntake intake)
    {
        using var stream = Compression.Unpack(File.Read(), out _);
        var lines = new ByteLines(File.Name, stream);
        var cells = Roles().Select(role => new Cell(Columns.Names[role])).ToArray();
        var (user, item) = (cells[0], cells[1]);
        var next = 2;
        var time = Needs.Times ? cells[next++] : null;
        var rating = Needs.Ratings ? cells[next++] : null;
        var weight = Needs.Weights ? cells[next] : null;
        while (lines.MoveNext())
        {
            var line = lines.Line.Span;
            if (lines.Number == 1 && line.StartsWith(Encoding.UTF8.Preamble))
                line = line[Encoding.UTF8.Preamble.Length..];
            if (line.Trim(" \t"u8).IsEmpty)
                continue;
            if (CheckedLine.HasChecksum(line) && !CheckedLine.IsIntact(line))
                intake.Reject(lines.Number, "the line does not have the checksum that it carries");
            else if (Parse(line, cells) is { } reason)
                intake.Reject(lines.Number, reason);
            else
                intake.Take(lines.Number, user.Text, item.Text, time is null ? default : time.Text, rating is null ? default : rating.Text, weight is null ? default : weight.Text);
        }
    }

    private IEnumerable<int> Roles()
    {
        yield return Columns.User;
        yield return Columns.Item;
        if (Needs.Times)
            yield return Columns.Time;
        if (Needs.Ratings)
            yield return Columns.Rating;
        if (Needs.Weights)
            yield return Columns.Weight;
    }

    // Fills the cells; a reason where the line is no object with plain values.
    private static string? Parse(ReadOnlySpan<byte> line, Cell[] cells)
    {
        foreach (var cell in cells)
            cell.Length = 0;
        try
        {
            var reader = new Utf8JsonReader(line, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return "is no JSON object";
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var cell = Named(ref reader, cells);
                reader.Read();
                if (cell is null)
                    reader.Skip();
                else if (!cell.Fill(ref reader))
                    return $"{cell.Name} is {(reader.TokenType == JsonTokenType.StartObject ? "an object" : "a list")}, not a plain value";
            }

            return reader.Read() ? "something follows the JSON object" : null;
        }
        catch (JsonException failure)
        {
            return $"is no JSON ({failure.Message.Split(". LineNumber")[0].TrimEnd('.')})";
        }
        catch (InvalidOperationException)
        {
            return "holds text that is not UTF-8";
        }
    }

    private static Cell? Named(ref Utf8JsonReader reader, Cell[] cells)
    {
        foreach (var cell in cells)
        {
            if (reader.ValueTextEquals(cell.Utf8Name))
                return cell;
        }

        return null;
    }

    /// <summary>A value of a line as text.</summary>
    private sealed class Cell(string name)
    {
        private char[] _text = new char[64];

        public string Name { get; } = name;

        public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(name);

        public int Length { get; set; }

        public ReadOnlySpan<char> Text => _text.AsSpan(0, Length);

        public bool Fill(ref Utf8JsonReader reader)
        {
            if (reader.ValueSpan.Length > _text.Length)
                _text = new char[reader.ValueSpan.Length * 2];
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    Length = reader.CopyString(_text);
                    return true;
                case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                    return Ascii.ToUtf16(reader.ValueSpan, _text, out var written) == OperationStatus.Done && (Length = written) >= 0;
                case JsonTokenType.Null:
                    Length = 0;
                    return true;
                default:
                    return false;
            }
        }
    }
}
