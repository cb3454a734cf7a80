using System.IO.Compression;
using System.Text;
using MetaEmbed.Data;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Readers;

namespace MetaEmbed.Import.Tests;

/// <summary>Tables of separated fields: separators, headers, columns, quotes, encodings, packing.</summary>
public sealed class TableTests
{
    private static readonly string[] Expected = ["ann apple", "ann pear", "bob apple"];

    [Theory]
    [InlineData("user_id,item_id\nann,apple\nbob,apple\nann,pear\n")]
    [InlineData("user_id;item_id\r\nann;apple\r\nbob;apple\r\nann;pear")]
    [InlineData("user_id\titem_id\nann\tapple\nbob\tapple\nann\tpear\n")]
    [InlineData("user_id|item_id\nann|apple\nbob|apple\nann|pear\n")]
    [InlineData("user_id item_id\nann apple\nbob apple\nann pear\n")]
    [InlineData("ann::apple::5::978300760\nbob::apple::4::978300761\nann::pear::4::978300762\n")]
    [InlineData("ann,apple\nbob,apple\nann,pear\n")]
    [InlineData("Item ID,Price,User ID\napple,3,ann\napple,4,bob\npear,1,ann\n")]
    [InlineData("user_id:token,item_id:token,timestamp:float\nann,apple,1\nbob,apple,2\nann,pear,3\n")]
    [InlineData("\"user_id\",\"item_id\"\n\"ann\",\"apple\"\n\"bob\",\"apple\"\n\"ann\",\"pear\"\n")]
    [InlineData("\uFEFFuser_id,item_id\n ann , apple \nbob,apple\nann,pear\n\n\n")]
    [InlineData("user_id,item_id\rann,apple\rbob,apple\rann,pear\r")]
    public void Separators_headers_and_columns_are_found(string text)
    {
        using var place = new Workplace();
        var report = place.Import("events.csv", text);
        Assert.Equal(Expected, place.AllPairs());
        Assert.Equal(3, report.Manifest.Counts.Rows);
        Assert.Equal(0, report.Manifest.Counts.Rejected);
    }

    [Theory]
    [InlineData(1200)]
    [InlineData(12000)]
    [InlineData(65001)]
    public void Encodings_with_a_mark_are_read(int codePage)
    {
        using var place = new Workplace();
        var encoding = Encoding.GetEncoding(codePage);
        place.Import([place.Write("events.csv", [.. encoding.Preamble, .. encoding.GetBytes("user,item\nZoë,Äpfel\nZoë,梨\n")])]);
        Assert.Equal(["Zoë Äpfel", "Zoë 梨"], place.AllPairs());
    }

    [Fact]
    public void Quoted_fields_hold_separators_quotes_and_line_breaks()
    {
        using var place = new Workplace();
        place.Import("events.csv", "user,comment,item\n\"Smith, Ann\",\"fine\n\"\"really\"\"\",\"6\"\" nail\"\nbob,,hammer\n");
        Assert.Equal(["Smith, Ann 6\" nail", "bob hammer"], place.AllPairs());
    }

    [Fact]
    public void Quotes_can_be_plain_characters()
    {
        using var place = new Workplace();
        place.Import("events.csv", "user,item\nann,6\" nail\nbob,\"hammer\n", request => request with { Style = new TableStyle(Quotes: false) });
        Assert.Equal(["ann 6\" nail", "bob \"hammer"], place.AllPairs());
    }

    [Fact]
    public void Columns_are_chosen_by_name_and_by_number()
    {
        using var place = new Workplace();
        place.Import("events.csv", "a,b,c\nann,x,apple\nbob,y,apple\n", request => request.Columns("a", "3"));
        Assert.Equal(["ann apple", "bob apple"], place.AllPairs());
    }

    [Fact]
    public void Times_and_ratings_without_a_header_are_found_by_their_cells()
    {
        using var place = new Workplace();
        var report = place.Import("u.data", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n");
        Assert.Equal(new Dictionary<string, string> { ["user"] = "1", ["item"] = "2", ["time"] = "4", ["rating"] = "3" }, report.Sources[0].Columns);
        Assert.True(report.Sources[0].ByPlace);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packed_files_are_unpacked_whatever_they_are_called(bool zstd)
    {
        using var place = new Workplace();
        var text = Encoding.UTF8.GetBytes("user,item\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"u{i % 500},i{i % 300}\n")));
        using var packed = new MemoryStream();
        using (Stream packing = zstd ? new ZstdSharp.CompressionStream(packed, leaveOpen: true) : new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(text);
        var counts = place.Import([place.Write("events", packed.ToArray())], request => request.Split(new SplitOptions { KeepCold = true })).Manifest.Counts;
        Assert.Equal((20_000, 0), (counts.Rows, counts.Rejected));
        Assert.Equal((500, 300), (counts.Users, counts.Items));
    }

    [Fact]
    public void Members_of_gzip_one_after_the_other_are_one_file()
    {
        using var place = new Workplace();
        byte[] Pack(string text)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(Encoding.UTF8.GetBytes(text));
            return packed.ToArray();
        }

        place.Import([place.Write("events.csv.gz", [.. Pack("user,item\nann,apple\n"), .. Pack("bob,pear\n")])], request => request.Split(new SplitOptions { KeepCold = true }));
        Assert.Equal(["ann apple", "bob pear"], place.AllPairs());
    }

    [Fact]
    public void Standard_input_is_read_once()
    {
        using var place = new Workplace();
        var text = "user,item\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"user{i % 700},item{i % 300}\n"));
        var report = place.Import(["-"], request => request with { StandardInput = () => new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        Assert.Equal(50_000, report.Manifest.Counts.Rows);
        Assert.Equal(text.Length, report.Manifest.Sources[0].Bytes);
        using var file = new Workplace();
        Assert.Equal(file.Import("a.csv", text).Manifest.Sources[0].Checksum, report.Manifest.Sources[0].Checksum);
    }

    [Fact]
    public void A_pattern_takes_several_files_together()
    {
        using var place = new Workplace();
        place.Write("log-1.csv", "user,item\nann,apple\n");
        place.Write("log-2.csv", "item,user\napple,bob\n");
        place.Import([place["log-*.csv"]]);
        Assert.Equal(["ann apple", "bob apple"], place.AllPairs());
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_counted_with_line_and_reason()
    {
        using var place = new Workplace();
        var report = place.Import("events.csv", "user,item\nann,apple\n,pear\nbob\nbob,pear,3\nann,\"pe\nar\"\nbob,apple\n");
        Assert.Equal(["3: the user is empty", "4: 1 field where 2 are expected", "5: 3 fields where 2 are expected", "6: the item 'pe?ar' holds a control character or a line break"],
            report.Rejected.Select(row => $"{row.Line}: {row.Reason}"));
        Assert.Equal((6, 4), (report.Manifest.Counts.Rows, report.Manifest.Counts.Rejected));
        Assert.Equal(["ann apple", "bob apple"], place.AllPairs());
    }

    [Fact]
    public void The_catalog_goes_along_in_the_order_of_items()
    {
        using var place = new Workplace();
        var catalog = place.Write("items.csv", "category,sku,title\nfruit,pear,\"A pear, ripe\"\ntool,saw,Saw\nfruit,apple,Apple\n");
        var report = place.Import(
            [place.Write("events.csv", "user,sku\nann,apple\nann,pear\nbob,pear\nbob,apple\nann,kiwi\nbob,kiwi\n")],
            request => request.Split(new SplitOptions { TestShare = 0 }) with { Catalog = catalog });
        Assert.Equal(2, report.Manifest.ItemsInCatalog);
        Assert.Equal(["category,sku,title", "fruit,apple,Apple", "fruit,pear,\"A pear, ripe\"", ",kiwi,"], File.ReadAllLines(Path.Combine(place.Out, Catalog.FileName)));
        var names = EntityNames.Open(place.Out, DatasetFolder.Open(place.Out));
        Assert.Equal(("apple", "Apple", "A pear, ripe", null), (names.OfItem(0), names.TitleOf(0), names.TitleOf(1), names.TitleOf(2)));
    }
}
