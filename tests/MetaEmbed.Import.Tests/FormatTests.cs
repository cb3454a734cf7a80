using System.IO.Compression;
using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Sources;
using MetaEmbed.Import.Writers;

namespace MetaEmbed.Import.Tests;

/// <summary>Every format gives the same events; what is wrong with a file of it is said in one line.</summary>
public sealed class FormatTests
{
    private static readonly string[] Expected = ["1 10", "1 30", "2 10", "2 20"];

    public static TheoryData<string> Formats => ["csv", "tsv", "inter", "jsonl", "text", "parquet", "parquet-strings", "sqlite", "csr", "csc", "coo"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_gives_the_same_pairs(string format)
    {
        using var place = new Workplace();
        var report = place.Import([Write(place, format)], request => request.Split(new SplitOptions { TestShare = 0 }));
        Assert.Equal(Expected, place.AllPairs());
        Assert.Equal((5, 0, 1), (report.Manifest.Counts.Rows, report.Manifest.Counts.Rejected, report.Manifest.Counts.Repeats));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Ratings_and_times_mean_the_same_in_every_format(string format)
    {
        var hasTimes = format is not ("text" or "csr" or "csc" or "coo");
        var hasRatings = format != "text";
        using var place = new Workplace();
        var counts = place.Import([Write(place, format)], request => request.Split(new SplitOptions { TestShare = 0 }) with
        {
            Filter = new EventFilter(hasRatings ? 3 : null, hasTimes ? 1_600_000_000_000_000 : null, hasTimes ? 1_600_000_004_000_000 : null),
        }).Manifest.Counts;
        Assert.Equal((hasRatings ? 1 : 0, hasTimes ? 1 : 0), (counts.LowRating, counts.OutsideTime));
    }

    [Fact]
    public void Values_of_a_matrix_are_weights()
    {
        using var place = new Workplace();
        place.Import([Write(place, "coo")], request => request.Split(new SplitOptions { TestShare = 0 }) with { Filter = new EventFilter(MinWeight: 5) });
        Assert.Equal(["1 10", "2 10"], place.AllPairs()); // (1, 10) twice, with 5 and 4
    }

    [Theory]
    [InlineData(TableFormat.Csv)]
    [InlineData(TableFormat.Tsv)]
    [InlineData(TableFormat.Jsonl)]
    [InlineData(TableFormat.Parquet)]
    [InlineData(TableFormat.Text)]
    public void A_converted_dataset_comes_back_as_it_was(TableFormat format)
    {
        using var place = new Workplace();
        var random = new Random(3);
        place.Import("events.csv", "user,item\n" + string.Concat(Enumerable.Range(0, 400).Select(_ => $"\"u, {random.Next(40)}\",\"i\"\"{random.Next(30)}\"\n")), request => request.Split(new SplitOptions { KeepCold = true }));
        var dataset = DatasetFolder.Open(place.Out);
        var files = DatasetConversion.Convert(dataset, EntityNames.Open(place.Out, dataset), format, place["converted"]);
        Importer.Run(new ImportRequest(files, place["back"]));
        var back = DatasetFolder.Open(place["back"]);
        Assert.Equal((dataset.Train.Count, dataset.Test.Count), (back.Train.Count, back.Test.Count));
        if (format != TableFormat.Text)
        {
            foreach (var file in new[] { "train.txt", "test.txt" })
                Assert.Equal(place.Pairs(file), place.Pairs(file, "../back", ownItems: true));
        }
    }

    [Theory]
    [InlineData("table.csv")]
    [InlineData("table.tsv")]
    [InlineData("table.jsonl")]
    [InlineData("table.parquet")]
    public void An_exported_table_has_all_pairs(string name)
    {
        using var place = new Workplace();
        place.Import([Write(place, "csv")]);
        var pairs = place.AllPairs();
        var dataset = DatasetFolder.Open(place.Out);
        DatasetConversion.Export(dataset, EntityNames.Open(place.Out, dataset), place[name]);
        place.Import([place[name]], request => request.Split(new SplitOptions { TestShare = 0 }) with { Replace = true });
        Assert.Equal(pairs, place.AllPairs());
    }

    [Theory]
    [InlineData("parquet", 4, "no whole Parquet file")]
    [InlineData("parquet", 60, "no whole Parquet file")]
    [InlineData("parquet", -1, "no whole Parquet file")]
    [InlineData("sqlite", 50, "no whole SQLite database")]
    [InlineData("sqlite", 5000, "is cut off")]
    [InlineData("csr", 40, "damaged or cut off")]
    [InlineData("csr", -1, "damaged or cut off")]
    [InlineData("coo", 300, "damaged or cut off")]
    public void A_file_that_is_cut_is_refused(string format, int length, string expected)
    {
        using var place = new Workplace();
        var bytes = File.ReadAllBytes(Write(place, format));
        var file = place.Write("cut", bytes[..(length < 0 ? bytes.Length + length : length)]);
        Assert.Contains(expected, place.Mistake([file]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_anywhere_in_a_Parquet_file_is_a_mistake_or_harmless()
    {
        using var place = new Workplace();
        var bytes = File.ReadAllBytes(Write(place, "parquet-strings"));
        for (var at = 4; at < bytes.Length; at += Math.Max(bytes.Length / 40, 1))
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0xFF;
            try
            {
                Importer.Run(new ImportRequest([place.Write("damaged.parquet", damaged)], place.Out) { Replace = true });
            }
            catch (Inference.UserMistakeException mistake)
            {
                Assert.Contains("damaged.parquet", mistake.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Formats_that_need_a_file_say_so()
    {
        using var place = new Workplace();
        var parquet = File.ReadAllBytes(Write(place, "parquet"));
        Assert.Contains("give the name of a file", place.Mistake(["-"], request => request with { StandardInput = () => new MemoryStream(parquet) }).Message, StringComparison.Ordinal);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(parquet);
        Assert.Contains("unpack it", place.Mistake([place.Write("a.parquet.gz", packed.ToArray())]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_a_database_are_found_or_asked_for()
    {
        using var place = new Workplace();
        var two = SqliteFile.Of(place["two.db"], "CREATE TABLE people(id, name); INSERT INTO people VALUES (1, 'ann')", "CREATE TABLE events(user, item); INSERT INTO events VALUES ('ann', 'apple'), (NULL, 'pear')");
        var report = place.Import([two]);
        Assert.Equal((2, 1), (report.Manifest.Counts.Rows, report.Manifest.Counts.Rejected));
        var three = SqliteFile.Of(place["three.db"], "CREATE TABLE a(user, item)", "CREATE TABLE b(user, item)");
        Assert.Contains("name one with --table", place.Mistake([three], Elsewhere).Message, StringComparison.Ordinal);
        Assert.Contains("there is no table 'c'; the tables are a, b", place.Mistake([three], request => Elsewhere(request) with { Table = "c" }).Message, StringComparison.Ordinal);
        Assert.Contains("holds no table", place.Mistake([SqliteFile.Of(place["none.db"], "CREATE TABLE a(b); DROP TABLE a")], Elsewhere).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":1}\n", "jsonl", "no column is known to hold the users")]
    [InlineData("[{\"user\":1,\"item\":2}]", "jsonl", "is one JSON array")]
    [InlineData("user,item\n1,2\n", "jsonl", "does not begin with a JSON object")]
    [InlineData("{nonsense\n{more\n", "jsonl", "none of the first lines is a JSON object")]
    [InlineData("user,item\n1,2\n", "parquet", "no whole Parquet file")]
    [InlineData("user,item\n1,2\n", "npz", "damaged or cut off")]
    [InlineData("user,item\n1,2\n", "sqlite", "no whole SQLite database")]
    [InlineData("a b\nc d\n", "text", "none of 2 rows can be used")]
    public void Another_format_than_named_is_refused(string content, string format, string expected)
    {
        using var place = new Workplace();
        var named = Enum.GetValues<SourceFormat>().Single(known => SourceFormats.NameOf(known) == format);
        Assert.Contains(expected, place.Mistake([place.Write("file", content)], request => request with { Format = named }).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no format", "it has no format.npy")]
    [InlineData("bsr", "of the format 'bsr'")]
    [InlineData("unequal", "its arrays have 5, 4 and 5 elements")]
    [InlineData("objects", "are no plain numbers")]
    [InlineData("falling", "row starts go from")]
    [InlineData("beyond", "row starts go from")]
    [InlineData("short", "damaged or cut off")]
    [InlineData("no array", "is no NumPy array")]
    public void Matrices_that_cannot_be_right_are_refused(string flaw, string expected)
    {
        using var place = new Workplace();
        Assert.Contains(expected, place.Mistake([Samples.FlawedMatrix(place["m.npz"], flaw)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_of_Parquet_are_counted()
    {
        using var place = new Workplace();
        var report = place.Import([Samples.ParquetOfNumbers(place["a.parquet"], [(1, 10, 5, 1_600_000_000), (null, 10, 5, 1_600_000_001), (2, null, 4, 1_600_000_002), (2, 10, 3, 1_600_000_003)])]);
        Assert.Equal(["2: the user is empty", "3: the item is empty"], report.Rejected.Select(row => $"{row.Line}: {row.Reason}"));
    }

    private static ImportRequest Elsewhere(ImportRequest request) => request with { Out = request.Out + "-2" };

    private static string Write(Workplace place, string format) => Samples.Write(place, format);
}
