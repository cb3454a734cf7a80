using System.IO.Compression;
using System.Text;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Readers;

namespace MetaEmbed.Import.Tests;

/// <summary>What cannot be imported at all: one line with the file, what was found and how to mend it, and nothing left behind.</summary>
public sealed class MalformedTests
{
    private const string Good = "user,item,time,rating\nann,apple,1,5\nbob,apple,2,4\nann,pear,3,3\n";

    private static readonly Dictionary<string, (string Expected, Func<Workplace, string[]> Files, Func<ImportRequest, ImportRequest>? Change)> Cases = new()
    {
        ["missing file"] = ("there is no such file", place => [place["none.csv"]], null),
        ["missing folder"] = ("there is no such file", place => [place["none/none.csv"]], null),
        ["folder"] = ("is a folder", place => [place.Root], null),
        ["empty name"] = ("a file name is empty", _ => [""], null),
        ["pattern without match"] = ("matches no file", place => [place["*.csv"]], null),
        ["pattern in a folder's name"] = ("in a folder's name", place => [place["*/a.csv"]], null),
        ["named twice"] = ("is named twice", place => [place.Write("a.csv", Good), place["a.csv"]], null),
        ["named twice by two names"] = ("is named twice", place => [place.Write("a.csv", Good), Path.Combine(place.Root, ".", "a.csv")], null),
        ["named twice by a pattern"] = ("is named twice", place => [place.Write("a.csv", Good), place["*.csv"]], null),
        ["named twice by a link"] = ("is named twice", place => [place.Write("a.csv", Good), File.CreateSymbolicLink(place["b.csv"], place["a.csv"]).FullName], null),
        ["empty"] = ("is empty", File_(""), null),
        ["blank lines"] = ("is empty", File_("\n\n \r\n\n"), null),
        ["mark only"] = ("is empty", File_("\uFEFF"), null),
        ["empty standard input"] = ("standard input: is empty", _ => ["-"], null),
        ["header only"] = ("hold no event", File_("user,item\n"), null),
        ["no separator"] = ("no separator is found", File_("ann\nbob\n"), null),
        ["prose"] = ("there is no column 'user'", File_("To be, or not to be, that is the question\nWhether 'tis nobler in the mind, to suffer, or\nnot, to be, slings\n"), request => request.Columns("user", "item")),
        ["UTF-16 without mark"] = ("UTF-16", Bytes(Encoding.Unicode.GetBytes(Good)), null),
        ["UTF-16 the other way without mark"] = ("UTF-16", Bytes(Encoding.BigEndianUnicode.GetBytes(Good)), null),
        ["NULs"] = ("is empty", Bytes(new byte[5000]), null),
        ["picture"] = ("", Bytes([0x89, .. "PNG\r\n\u001a\n"u8, .. new byte[5000]]), null),
        ["gzip of two bytes"] = ("damaged or cut off", Bytes([0x1F, 0x8B]), null),
        ["gzip header"] = ("damaged or cut off", Bytes(Gzip(Good)[..10]), null),
        ["gzip cut early"] = ("damaged or cut off", Bytes(Gzip(Long())[..500]), null),
        ["gzip cut in the middle"] = ("damaged or cut off", Bytes(Gzip(Long())[..20_000]), null),
        ["gzip cut before its checksum"] = ("damaged or cut off", Bytes(Gzip(Long())[..^8]), null),
        ["gzip cut in its checksum"] = ("damaged or cut off", Bytes(Gzip(Long())[..^3]), null),
        ["gzip with a flipped bit"] = ("damaged or cut off", Bytes(Flip(Gzip(Long()))), null),
        ["zstd header"] = ("damaged or cut off", Bytes(Zstd(Good)[..5]), null),
        ["zstd cut early"] = ("damaged or cut off", Bytes(Zstd(Long())[..500]), null),
        ["zstd cut at its end"] = ("damaged or cut off", Bytes(Zstd(Long())[..^2]), null),
        ["zstd with a flipped bit"] = ("damaged or cut off", Bytes(Flip(Zstd(Long()))), null),
        ["row that never ends"] = ("16,777,216", File_("user,item\nann,apple\n\"" + new string('a', 17_000_000)), null),
        ["header of another width"] = ("the header has 3 fields, most rows have 2", File_("user,item,time\nann,apple\nbob,pear\nann,fig\n"), request => request with { Style = new TableStyle(HasHeader: true) }),
        ["separator of two letters"] = ("--separator is 'ab'", File_(Good), request => request with { Style = new TableStyle("ab") }),
        ["separator a quote"] = ("--separator", File_(Good), request => request with { Style = new TableStyle("\"") }),
        ["separator that is not there"] = ("no separator is found", File_(Good), request => request with { Style = new TableStyle("|") }),
        ["no row to use"] = ("none of 3 rows can be used", File_("user,item\n,a\n,b\n,c\n"), null),
        ["unknown column"] = ("there is no column 'zebra'; the columns are user, item", File_(Good), request => request.Columns(user: "zebra")),
        ["mistyped column"] = ("did you mean 'rating'?", File_(Good), request => request.Columns(rating: "ratng")),
        ["column beyond the last"] = ("there is no column '9'", File_(Good), request => request.Columns(item: "9")),
        ["column 0"] = ("there is no column '0'", File_("1,2\n3,4\n"), request => request.Columns(item: "0")),
        ["name without header"] = ("no names for them", File_("1,2\n3,4\n"), request => request.Columns(item: "sku")),
        ["column twice"] = ("is asked for twice", File_(Good), request => request.Columns("item", "item")),
        ["two columns of one name"] = ("2 columns are called 'item'", File_("user,item,item\na,b,c\n"), request => request.Columns(item: "item")),
        ["no users"] = ("no column is known to hold the users", File_("item,price,colour\na,1,red\n"), null),
        ["no items"] = ("no column is known to hold the items", File_("user,price,colour\na,1,red\n"), null),
        ["no times for a split"] = ("no column is known to hold times", File_("user,item\na,b\n"), request => request.Split(new SplitOptions { Split = SplitKind.Time })),
        ["no times for each user's split"] = ("no column is known to hold times", File_("user,item\na,b\n"), request => request.Split(new SplitOptions { Split = SplitKind.UserTime })),
        ["no times for a range"] = ("--since and --until", File_("user,item\na,b\n"), request => request with { Filter = new EventFilter(Since: 0) }),
        ["no ratings"] = ("no column is known to hold ratings", File_("user,item\na,b\n"), request => request with { Filter = new EventFilter(MinRating: 1) }),
        ["no weights"] = ("no column is known to hold weights", File_("user,item\na,b\n"), request => request with { Filter = new EventFilter(MinWeight: 1) }),
        ["one file without times"] = ("b.csv", place => [place.Write("a.csv", Good), place.Write("b.csv", "user,item\na,b\n")], request => request.Split(new SplitOptions { Split = SplitKind.Time })),
        ["one moment"] = ("all events have one time", File_("user,item,time\na,b,1\na,c,1\nb,b,1\n"), request => request.Split(new SplitOptions { Split = SplitKind.Time })),
        ["all in the test"] = ("all of them are test events", File_(Good), request => request.Split(new SplitOptions { Split = SplitKind.Time, TestSince = 0 })),
        ["all rated too low"] = ("3 are rated too low", File_(Good), request => request with { Filter = new EventFilter(MinRating: 6) }),
        ["all outside of the time range"] = ("3 are outside of the time range", File_(Good), request => request with { Filter = new EventFilter(Since: 1_000_000_000_000) }),
        ["too high a core"] = ("lower --core", File_(Good), request => request.Split(new SplitOptions { UserCore = 9, ItemCore = 9 })),
        ["no user to hold out"] = ("no user can be held out", File_(Good), request => request.Split(new SplitOptions { Split = SplitKind.Users })),
        ["given without names"] = ("named train or test", File_(Good), request => request.Split(new SplitOptions { Split = SplitKind.Given })),
        ["given with one name missing"] = ("named train or test", place => [place.Write("train.csv", Good), place.Write("more.csv", Good)], request => request.Split(new SplitOptions { Split = SplitKind.Given })),
        ["out is a file"] = ("is a file", File_(Good), request => request with { Out = request.Files[0] }),
        ["out below a file"] = ("the folder cannot be made", File_(Good), request => request with { Out = Path.Combine(request.Files[0], "out") }),
        ["out is not empty"] = ("is not empty", File_(Good), request => request with { Out = Path.GetDirectoryName(request.Files[0])! }),
        ["missing catalog"] = ("there is no such file", File_(Good), request => request with { Catalog = "none.csv" }),
        ["catalog without items"] = ("name it with --catalog-item", WithCatalog("colour,price\nred,1\n"), Catalogued),
        ["catalog without that column"] = ("there is no column 'sku'", WithCatalog("item,title\napple,Apple\n"), request => Catalogued(request) with { CatalogItem = "sku" }),
        ["catalog without that title"] = ("there is no column 'label'", WithCatalog("item,title\napple,Apple\n"), request => Catalogued(request) with { CatalogTitle = "label" }),
        ["empty catalog"] = ("is empty", WithCatalog(""), Catalogued),
        ["strict catalog"] = ("1 field", WithCatalog("item,title\napple,Apple\npear\n"), request => Catalogued(request) with { Strict = true }),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_one_line_and_nothing_is_left_behind(string name)
    {
        var (expected, files, change) = Cases[name];
        using var place = new Workplace();
        var mistake = place.Mistake(files(place), change);
        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
        Assert.True(mistake.Message.Length < 600, mistake.Message);
        Assert.NotEqual("", mistake.Mend);
    }

    [Fact]
    public void A_file_that_must_not_be_read_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "everything may be read here");
        using var place = new Workplace();
        var file = place.Write("a.csv", Good);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.None);
        Assert.Contains("must not be read", place.Mistake([file]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_imported_dataset_is_replaced_only_when_asked()
    {
        using var place = new Workplace();
        place.Import("a.csv", Good);
        Assert.Contains("--replace", place.Mistake([place["a.csv"]]).Message, StringComparison.Ordinal);
        place.Write("a.csv", Good.Replace("ann", "eve", StringComparison.Ordinal));
        place.Import([place["a.csv"]], request => request with { Replace = true });
        Assert.Equal(["bob apple", "eve apple", "eve pear"], place.AllPairs());
        Assert.Equal(["a.csv", "out"], Directory.GetFileSystemEntries(place.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_replacement_that_fails_leaves_the_old_dataset()
    {
        using var place = new Workplace();
        place.Import("a.csv", Good);
        var before = place.AllPairs();
        place.Mistake([place.Write("b.csv", Long()[..1000] + "\n,x\n")], request => request with { Replace = true, Strict = true });
        Assert.Equal(before, place.AllPairs());
    }

    internal static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] Zstd(string text)
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed, leaveOpen: true))
        {
            zstd.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            zstd.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    private static string Long()
    {
        var random = new Random(1);
        return "user,item\n" + string.Concat(Enumerable.Range(0, 10_000).Select(_ => $"u{random.Next(1_000_000)},i{random.Next(1000)}\n"));
    }

    private static byte[] Flip(byte[] bytes)
    {
        bytes[bytes.Length / 2] ^= 0x10;
        return bytes;
    }

    private static Func<Workplace, string[]> File_(string text) => place => [place.Write("events.csv", text)];

    private static Func<Workplace, string[]> Bytes(byte[] bytes) => place => [place.Write("events.csv", bytes)];

    private static Func<Workplace, string[]> WithCatalog(string text) => place =>
    {
        place.Write("catalog.csv", text);
        return [place.Write("events.csv", Good)];
    };

    private static ImportRequest Catalogued(ImportRequest request) => request with { Catalog = Path.Combine(Path.GetDirectoryName(request.Files[0])!, "catalog.csv") };
}
