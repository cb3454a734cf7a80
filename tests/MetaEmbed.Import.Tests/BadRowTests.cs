using System.Text;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;

namespace MetaEmbed.Import.Tests;

/// <summary>
/// One bad row among good ones, in every format: it is counted with line and reason, everything else is imported; when
/// strict it is the user's mistake and nothing is left behind.
/// </summary>
public sealed class BadRowTests
{
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["user empty"] = Csv(",apple", "the user is empty"),
        ["user of spaces"] = Csv("   ,apple", "the user is empty"),
        ["user of empty quotes"] = Csv("\"\",apple", "the user is empty"),
        ["item empty"] = Csv("ann,", "the item is empty"),
        ["item of no-break spaces"] = Csv("ann,\u00A0\u2003", "the item is empty"),
        ["one field"] = Csv("ann", "1 field where 2 are expected"),
        ["three fields"] = Csv("ann,apple,3", "3 fields where 2 are expected"),
        ["separators only"] = Csv(",,,,", "5 fields where 2 are expected"),
        ["another separator"] = Csv("ann;apple", "1 field where 2 are expected"),
        ["NUL in an id"] = Csv("an\0n,apple", "the user 'an?n' holds a control character"),
        ["escape in an id"] = Csv("ann,\u001B[31mapple", "holds a control character"),
        ["line break in an id"] = Csv("ann,\"ap\nple\"", "holds a control character or a line break"),
        ["line separator in an id"] = Csv("ann,ap\u2028ple", "holds a control character or a line break"),
        ["tab in an id"] = Csv("a\tnn,apple", "holds a control character"),
        ["not UTF-8"] = Bytes("user,item\nbob,pear\n", [.. "ann,Fl"u8, 0xFC, .. "gel"u8], "the item 'Fl\uFFFDgel' is not UTF-8"),
        ["cut UTF-8"] = Bytes("user,item\nbob,pear\n", [0xE2, 0x82, .. ",apple"u8], "is not UTF-8"),
        ["id of 2,000 bytes"] = Csv(new string('x', 2000) + ",apple", "has 2,000 bytes, more than 1,024"),
        ["id of 1,025 bytes in 342 letters"] = Csv(new string('梨', 341) + "xx,apple", "has 1,025 bytes, more than 1,024"),
        ["line of 10 MB"] = Csv("ann," + new string('y', 10_000_000), "has 10,000,000 bytes"),
        ["field of 10 MB in quotes"] = Csv("ann,\"" + new string('z', 10_000_000) + "\"", "has 10,000,000 bytes"),
        ["1,000 fields"] = Csv(string.Join(',', Enumerable.Repeat("a", 1000)), "1000 fields where 2 are expected"),
        ["quote over two rows"] = Csv("\"ann,apple\nbob\",pear,x", "3 fields"),
        ["time of letters"] = Timed("yesterday", "the time 'yesterday' is neither a number nor an ISO date"),
        ["time empty"] = Timed("", "the time ''"),
        ["time the American way"] = Timed("01/31/2024", "the time '01/31/2024'"),
        ["time with a thirteenth month"] = Timed("2024-13-01", "the time '2024-13-01'"),
        ["time not a number"] = Timed("NaN", "the time 'NaN'"),
        ["time out of range"] = Timed("1e300", "the time '1e300'"),
        ["rating of letters"] = Rated("good", "the rating 'good' is no number"),
        ["rating empty"] = Rated("", "the rating '' is no number"),
        ["rating infinite"] = Rated("Infinity", "the rating 'Infinity' is no number"),
        ["rating with a comma"] = Rated("\"4,5\"", "the rating '4,5' is no number"),
        ["weight of letters"] = new("events.csv", "user,item,plays\nann,pear,1\n", "bob,apple,many", "the weight 'many' is no number", request => request with { Columns = new ColumnRequest(Weight: "plays") }),
        ["JSON cut"] = Json("{\"user\":\"ann\",\"item\":\"app", "is no JSON"),
        ["JSON list"] = Json("[1,2]", "is no JSON object"),
        ["JSON number"] = Json("17", "is no JSON object"),
        ["no JSON"] = Json("ann,apple", "is no JSON"),
        ["JSON with more behind it"] = Json("{\"user\":\"ann\",\"item\":\"apple\"} x", "is no JSON"),
        ["two JSON objects"] = Json("{\"user\":\"ann\",\"item\":\"apple\"}{\"user\":\"ann\",\"item\":\"pear\"}", "is no JSON"),
        ["user an object"] = Json("{\"user\":{\"id\":7},\"item\":\"apple\"}", "user is an object, not a plain value"),
        ["item a list"] = Json("{\"user\":\"ann\",\"item\":[\"apple\"]}", "item is a list, not a plain value"),
        ["user missing"] = Json("{\"item\":\"apple\"}", "the user is empty"),
        ["user null"] = Json("{\"user\":null,\"item\":\"apple\"}", "the user is empty"),
        ["half a surrogate pair"] = Json("{\"user\":\"\\ud800\",\"item\":\"apple\"}", "not UTF-8"),
        ["JSON too deep"] = Json("{\"user\":\"ann\",\"item\":\"apple\",\"x\":" + new string('[', 100) + new string(']', 100) + "}", "is no JSON"),
        ["JSON not UTF-8"] = Bytes("{\"user\":\"bob\",\"item\":\"pear\"}\n{\"user\":\"bob\",\"item\":\"pear\"}\n", [.. "{\"user\":\"Fl"u8, 0xFC, .. "gel\",\"item\":\"apple\"}"u8], "UTF-8", "events.jsonl"),
        ["text with letters"] = Text("7 1 x 2", "'x' is no whole number"),
        ["text with a negative number"] = Text("7 -1 2", "'-1' is no whole number"),
        ["text with a decimal number"] = Text("7 1.5", "'1.5' is no whole number"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bad_row_is_counted_and_when_strict_refused(string name)
    {
        var bad = Cases[name];
        using var place = new Workplace();
        var file = place.Write(bad.File, [.. Encoding.UTF8.GetBytes(bad.Before), .. bad.Row, (byte)'\n', .. Encoding.UTF8.GetBytes(bad.After)]);
        var line = bad.Before.Count(letter => letter == '\n') + 1;
        ImportRequest Change(ImportRequest request) => (bad.Change ?? (same => same))(request) with { Split = request.Split with { TestShare = 0 } };
        var mistake = place.Mistake([file], request => Change(request) with { Strict = true });
        Assert.Equal((file, line), (mistake.File, mistake.Line));
        Assert.Contains(bad.Reason, mistake.Found, StringComparison.Ordinal);
        Assert.True(mistake.Message.Length < 400, mistake.Message);

        var report = place.Import([file], Change);
        Assert.Equal(1, report.Manifest.Counts.Rejected);
        var row = Assert.Single(report.Rejected);
        Assert.Equal((file, line), (row.File, row.Line));
        Assert.Contains(bad.Reason, row.Reason, StringComparison.Ordinal);
        Assert.Equal(2, report.Manifest.Counts.Rows - report.Manifest.Counts.Rejected);
    }

    private static Case Csv(string row, string reason) => new("events.csv", "user,item\nann,pear\n", row, reason) { After = "bob,pear\n" };

    private static Case Timed(string time, string reason) =>
        new("events.csv", "user,item,time\nann,pear,2024-01-01\n", "bob,apple," + time, reason, request => request with { Filter = new EventFilter(Since: 0) }) { After = "bob,pear,2024-01-02\n" };

    private static Case Rated(string rating, string reason) =>
        new("events.csv", "user,item,rating\nann,pear,5\n", "bob,apple," + rating, reason, request => request with { Filter = new EventFilter(MinRating: 1) }) { After = "bob,pear,4\n" };

    private static Case Json(string row, string reason) =>
        new("events.jsonl", "{\"user\":\"ann\",\"item\":\"pear\"}\n", row, reason) { After = "{\"item\":\"pear\",\"more\":{\"user\":1},\"user\":\"bob\"}\n" };

    private static Case Text(string row, string reason) => new("events.txt", "1 5\n", row, reason, request => request with { Format = Sources.SourceFormat.Text }) { After = "2 5\n" };

    private static Case Bytes(string before, byte[] row, string reason, string file = "events.csv") => new(file, before, "", reason) { Row = row, After = file == "events.csv" ? "bob,apple\n" : "" };

    private sealed record Case(string File, string Before, string Text, string Reason, Func<ImportRequest, ImportRequest>? Change = null)
    {
        public byte[] Row { get; init; } = Encoding.UTF8.GetBytes(Text);

        public string After { get; init; } = File == "events.csv" ? "ann,fig,2\n" : "";
    }
}
