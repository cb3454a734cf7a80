using System.Text;

namespace MetaEmbed.Cli.Tests.Malformed;

/// <summary>An input that <c>import</c> must refuse.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Arguments">Makes it in a folder; gives what stands behind <c>import</c>, the output folder apart.</param>
internal sealed record MalformedInput(string Name, Func<TemporaryFolder, string[]> Arguments);

/// <summary>
/// Malformed inputs, generated from a fixed seed. What is wrong with single rows only is imported with <c>--strict</c>,
/// since such rows are otherwise counted and left out.
/// </summary>
internal static class MalformedInputs
{
    private const int Seed = 20240229;

    public static IReadOnlyList<MalformedInput> All { get; } =
        [.. Cut(), .. Flipped(), .. Noise(), .. Text(), .. RowsOfCsv(), .. RowsOfJson(), .. Tables(), .. Places(), .. Long()];

    /// <summary>Files whose end is missing.</summary>
    private static IEnumerable<MalformedInput> Cut()
    {
        var random = new Random(Seed);
        (string Extension, byte[] Good, int Times)[] files =
        [
            ("csv.gz", GoodEvents.Gzip, 8), ("csv.zst", GoodEvents.Zstd, 8), ("parquet", GoodEvents.Parquet, 10), ("db", GoodEvents.Sqlite, 8), ("npz", GoodEvents.Npz, 8),
        ];
        foreach (var (extension, good, times) in files)
        {
            for (var i = 0; i < times; i++)
            {
                // From a few bytes to all but a few.
                var length = i == 0 ? 6 : i == 1 ? good.Length - 1 : random.Next(7, good.Length - 1);
                yield return Bytes($"{extension} cut to {length} of {good.Length} bytes", extension, good[..length]);
            }
        }
    }

    /// <summary>Packed files with a bit that is wrong; their checksums tell.</summary>
    private static IEnumerable<MalformedInput> Flipped()
    {
        var random = new Random(Seed + 1);
        foreach (var (extension, good) in new[] { ("csv.gz", GoodEvents.Gzip), ("csv.zst", GoodEvents.Zstd) })
        {
            for (var i = 0; i < 4; i++)
            {
                var bad = good.ToArray();
                var at = random.Next(12, bad.Length);
                bad[at] ^= (byte)(1 << random.Next(8));
                yield return Bytes($"{extension} with a wrong bit in byte {at}", extension, bad);
            }
        }
    }

    /// <summary>Bytes at random behind the first bytes of a format, or behind none.</summary>
    private static IEnumerable<MalformedInput> Noise()
    {
        var random = new Random(Seed + 2);
        (string Extension, byte[] Start)[] files =
        [
            ("csv.gz", [0x1F, 0x8B, 8, 0]), ("csv.zst", [0x28, 0xB5, 0x2F, 0xFD]), ("parquet", [.. "PAR1"u8]), ("db", [.. "SQLite format 3\0"u8]), ("npz", [.. "PK\u0003\u0004"u8]),
            ("jsonl", []), ("inter", []), ("csv", []),
        ];
        foreach (var (extension, start) in files)
        {
            var noise = new byte[20_000];
            random.NextBytes(noise);
            yield return Strict(Bytes($"noise as {extension}", extension, [.. start, .. noise]));
        }
    }

    /// <summary>Encodings and marks.</summary>
    private static IEnumerable<MalformedInput> Text()
    {
        var good = GoodEvents.Csv;
        yield return Bytes("UTF-16 without a mark", "csv", Encoding.Unicode.GetBytes(good));
        yield return Bytes("UTF-16 of the other order without a mark", "csv", Encoding.BigEndianUnicode.GetBytes(good));
        yield return Bytes("UTF-32 without a mark", "csv", Encoding.UTF32.GetBytes(good));
        yield return Strict(Bytes("Latin-1", "csv", Encoding.Latin1.GetBytes(good.Replace("\n1", "\né1", StringComparison.Ordinal))));
        yield return Strict(Bytes("an overlong slash", "csv", [.. "user,item\na"u8, 0xC0, 0xAF, .. ",b\n"u8]));
        yield return Strict(Bytes("half a surrogate", "csv", [.. "user,item\na"u8, 0xED, 0xA0, 0x80, .. ",b\n"u8]));
        yield return Bytes("a mark and nothing else", "csv", [0xEF, 0xBB, 0xBF]);
        yield return Bytes("a mark of UTF-16 and nothing else", "csv", [0xFF, 0xFE]);
        yield return Bytes("a mark of UTF-16 and half a letter", "csv", [0xFF, 0xFE, 0x61]);
        yield return Bytes("zeros", "csv", new byte[10_000]);
        yield return Strict(Of("a zero in an id", "csv", "user,item\nann,ap\0ple\n"));
        yield return Strict(Bytes("zeros at the end", "csv", [.. Encoding.UTF8.GetBytes(good), .. new byte[4096]]));
        yield return Of("empty", "csv", "");
        yield return Of("blank lines", "csv", "\n\r\n \n\t\n");
    }

    /// <summary>Rows of separated fields.</summary>
    private static IEnumerable<MalformedInput> RowsOfCsv()
    {
        var random = new Random(Seed + 3);
        var lines = GoodEvents.Csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var bad in new[] { "yesterday", "2024-13-45", "1e400", "NaN", "", "99999999999999999999999", "true" })
            yield return Strict(Of($"time '{bad}'", "csv", Spoilt(3, bad)), "--split", "time");
        foreach (var bad in new[] { "good", "NaN", "-Infinity", "5 stars", "4,5" })
            yield return Strict(Of($"rating '{bad}'", "csv", Spoilt(2, $"\"{bad}\"")), "--min-rating", "3");
        foreach (var bad in new[] { "many", "1e999" })
            yield return Strict(Of($"weight '{bad}'", "csv", Spoilt(2, bad)), "--weight", "rating");
        yield return Strict(Of("empty user", "csv", Spoilt(0, "")));
        yield return Strict(Of("user of spaces", "csv", Spoilt(0, "   ")));
        yield return Strict(Of("empty item", "csv", Spoilt(1, "\"\"")));
        yield return Strict(Of("a field too many", "csv", Spoilt(1, "a,b")));
        yield return Strict(Of("a quote that never ends", "csv", Spoilt(1, "\"open")));
        yield return Strict(Of("a line break in an id", "csv", Spoilt(1, "\"a\nb\"")));
        yield return Strict(Of("an id of 5,000 digits", "csv", Spoilt(0, new string('9', 5000))));
        yield return Of("no user at all", "csv", "user,item\n" + string.Concat(Enumerable.Repeat(",x\n", 50)));
        yield return Of("nothing but commas", "csv", string.Concat(Enumerable.Repeat(",,,\n", 50)));
        yield return Of("a header and no row", "csv", lines[0] + "\n");
        yield return Of("a header twice as wide as the rows", "csv", "user,item,rating,time,a,b,c,d\n" + string.Join('\n', lines.Skip(1)));
        yield return Of("no users among the columns", "csv", GoodEvents.Csv.Replace("user,item", "colour,item", StringComparison.Ordinal));
        yield return Of("no items among the columns", "csv", GoodEvents.Csv.Replace("user,item", "user,colour", StringComparison.Ordinal));
        yield return Strict(Of("a number with a sign in the text format", "txt", "0 1 2\n1 -3\n"));
        yield return Strict(Of("a huge number in the text format", "txt", "0 1 2\n1 " + new string('7', 4000) + "\n"));

        string Spoilt(int column, string cell)
        {
            var rows = lines.ToArray();
            var at = random.Next(1, rows.Length);
            var cells = rows[at].Split(',');
            cells[column] = cell;
            rows[at] = string.Join(',', cells);
            return string.Join('\n', rows) + "\n";
        }
    }

    /// <summary>Objects that are none, or not what is asked for.</summary>
    private static IEnumerable<MalformedInput> RowsOfJson()
    {
        var random = new Random(Seed + 4);
        var lines = GoodEvents.JsonLines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] rows =
        [
            "{\"user\":{\"id\":1},\"item\":2}", "{\"user\":[1],\"item\":2}", "{\"user\":null,\"item\":2}", "{\"item\":2}", "{\"user\":1,\"item\":2", "{\"user\":1 \"item\":2}", "[1,2]",
            "{\"user\":\"\\ud800\",\"item\":2}", "{\"user\":\"a\\u0000b\",\"item\":2}", "not json", "{user:1,item:2}", "{\"user\":1,\"item\":2}{\"user\":3,\"item\":4}",
        ];
        foreach (var row in rows)
        {
            var copy = lines.ToArray();
            copy[random.Next(1, copy.Length)] = row;
            yield return Strict(Of($"JSON row {row}", "jsonl", string.Join('\n', copy) + "\n"));
        }

        yield return Of("one JSON array", "json", "[" + string.Join(',', lines) + "]");
        yield return Of("one JSON object over many lines", "json", "{\n\"users\": [1, 2],\n\"items\": [3, 4]\n}\n");
        yield return Of("JSON without users", "jsonl", GoodEvents.JsonLines.Replace("user", "colour", StringComparison.Ordinal));
        yield return Of("JSON a hundred thousand levels deep", "jsonl", string.Concat(Enumerable.Repeat("{\"user\":", 100_000)));
    }

    /// <summary>Files that are whole and hold no events.</summary>
    private static IEnumerable<MalformedInput> Tables()
    {
        yield return new("a database without tables", folder => [SqliteFile.Of(folder["e.db"], "PRAGMA user_version = 1")]);
        yield return new("a database with an empty table", folder => [SqliteFile.Of(folder["e.db"], "CREATE TABLE events(user, item)")]);
        yield return new("a database without users", folder => [SqliteFile.Of(folder["e.db"], "CREATE TABLE events(colour, price, size)", "INSERT INTO events VALUES (1, 2, 3)")]);
        yield return new("a table that is not there", folder => [SqliteFile.Of(folder["e.db"], "CREATE TABLE events(user, item)"), "--table", "orders"]);
        yield return new("a database of blobs", folder => [SqliteFile.Of(folder["e.db"], "CREATE TABLE events(user, item)", "INSERT INTO events VALUES (x'00ff', x'ff00')"), "--strict"]);
        yield return Strict(Bytes("a matrix with a negative row", "npz", GoodEvents.Matrix(3, 3, [0, -1], [0, 1])));
        yield return Bytes("a matrix of unequal arrays", "npz", GoodEvents.Matrix(3, 3, [0, 1, 2], [0, 1]));
        yield return Bytes("an empty matrix", "npz", GoodEvents.Matrix(3, 3, [], []));
        yield return new("columns that are not there", folder => [folder.Write("e.csv", GoodEvents.Csv), "--user", "customer"]);
        yield return new("a number beyond the columns", folder => [folder.Write("e.csv", GoodEvents.Csv), "--item", "17"]);
        yield return new("a format that it is not", folder => [folder.Write("e.csv", GoodEvents.Csv), "--format", "parquet"]);
        yield return new("another format that it is not", folder => [folder.Write("e.csv", GoodEvents.Csv), "--format", "sqlite"]);
        yield return new("JSON that it is not", folder => [folder.Write("e.csv", GoodEvents.Csv), "--format", "jsonl", "--strict"]);
        yield return new("a catalog without items", folder => [folder.Write("e.csv", GoodEvents.Csv), "--catalog", folder.Write("c.csv", "colour,price\nred,1\n")]);
        yield return new("a catalog that is a database", folder => [folder.Write("e.csv", GoodEvents.Csv), "--catalog", SqliteFile.Of(folder["c.db"], "CREATE TABLE c(item, title)")]);
    }

    /// <summary>Names that lead nowhere.</summary>
    private static IEnumerable<MalformedInput> Places()
    {
        yield return new("a file that is not there", folder => [folder["none.csv"]]);
        yield return new("a folder", folder => [Directory.CreateDirectory(folder["events.csv"]).FullName]);
        yield return new("a folder among files", folder => [folder.Write("a.csv", GoodEvents.Csv), Directory.CreateDirectory(folder["b.csv"]).FullName]);
        yield return new("a pattern that matches nothing", folder => [folder["*.parquet"]]);
        yield return new("a catalog that is a folder", folder => [folder.Write("e.csv", GoodEvents.Csv), "--catalog", Directory.CreateDirectory(folder["c.csv"]).FullName]);
        yield return new("a link to nowhere", folder => [File.CreateSymbolicLink(folder["e.csv"], folder["none.csv"]).FullName]);
        yield return new("a name with a zero", _ => ["a\0b.csv"]);
        yield return new("a name that is too long", folder => [folder[new string('a', 5000)]]);
    }

    /// <summary>Lines of ten megabytes and more.</summary>
    private static IEnumerable<MalformedInput> Long()
    {
        yield return new("a line of ten megabytes and nothing else", folder => [folder.Write("e.csv", new string('a', 10_000_000))]);
        yield return new("an id of ten megabytes", folder => [folder.Write("e.csv", "user,item\nann," + new string('a', 10_000_000) + "\n"), "--strict"]);
        yield return new("a row of twenty megabytes", folder => [folder.Write("e.csv", "user,item\nann,\"" + new string('a', 20_000_000))]);
        yield return new("a JSON text of ten megabytes", folder => [folder.Write("e.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":\"" + new string('a', 10_000_000) + "\n"), "--strict"]);
        yield return new("a number of ten megabytes", folder => [folder.Write("e.txt", "0 1\n" + new string('1', 10_000_000) + " 2\n"), "--strict"]);
    }

    private static MalformedInput Of(string name, string extension, string text) => Bytes(name, extension, Encoding.UTF8.GetBytes(text));

    private static MalformedInput Bytes(string name, string extension, byte[] bytes) => new(name, folder =>
    {
        File.WriteAllBytes(folder["events." + extension], bytes);
        return [folder["events." + extension]];
    });

    private static MalformedInput Strict(MalformedInput input, params string[] more) =>
        input with { Arguments = folder => [.. input.Arguments(folder), "--strict", .. more] };
}
