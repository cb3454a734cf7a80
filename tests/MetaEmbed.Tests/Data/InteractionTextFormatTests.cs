using System.Text;
using CsCheck;
using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Tests.Data;

public sealed class InteractionTextFormatTests : IDisposable
{
    private static readonly DatasetOptions Small = new() { BlockSize = 3 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0 1 2\n1 0\n", "0:1,2 1:0")]
    [InlineData("0 1 2\r\n1 0\r\n", "0:1,2 1:0")]
    [InlineData("0 1 2\r1 0\r", "0:1,2 1:0")]
    [InlineData("\uFEFF0 1 2\n1 0\n", "0:1,2 1:0")]
    [InlineData("0 1 2\n1 0", "0:1,2 1:0")]
    [InlineData("0 1 2\n1 0\r", "0:1,2 1:0")]
    [InlineData("0 1 2  \t\n1 0 \n", "0:1,2 1:0")]
    [InlineData("0\t1\t\t2\n  1 0\n", "0:1,2 1:0")]
    [InlineData("\n\n0 1 2\n \n\r\n1 0\n\n", "0:1,2 1:0")]
    [InlineData("0 2 1\n1 0\n", "0:1,2 1:0")]
    [InlineData("1 0\n0 2 1\n", "0:1,2 1:0")]
    [InlineData("0 2\n1 0\n0 1\n", "0:1,2 1:0")]
    [InlineData("00 000000000000000000002 1\n1 0\n", "0:1,2 1:0")]
    [InlineData("0 1\n2\n", "0:1 1: 2:")]
    [InlineData("2 0\n", "0: 1: 2:0")]
    [InlineData("0", "0:")]
    public void Oddities_are_accepted(string text, string expected)
    {
        var file = _folder.Write("x.txt", text);
        Assert.Equal(expected, Show(InteractionTextFormat.Read(file)));
        Assert.Equal(expected, Show(InteractionTextFormat.Read(file, options: Small)));
    }

    [Theory]
    [InlineData("0 1\n1 12x\n", 2, "item id '12x' is not a whole number")]
    [InlineData("0 1\nx 1\n", 2, "user id 'x' is not a whole number")]
    [InlineData("0 1\r\n1 +5\r\n", 2, "item id '+5' is not a whole number")]
    [InlineData("0 1\r1 2\r\r\n3 1e5", 4, "item id '1e5' is not a whole number")]
    [InlineData("0 1.0\n", 1, "without a decimal point")]
    [InlineData("0,1,2\n", 1, "separate ids by spaces")]
    [InlineData("0 1:0.5\n", 1, "without weights")]
    [InlineData("# users\n", 1, "take comments out")]
    [InlineData("0 é\n", 1, "item id 'é' is not a whole number")]
    [InlineData("\n\n0 -1\n", 3, "item id '-1' is negative")]
    [InlineData("-7 1\n", 1, "user id '-7' is negative")]
    [InlineData("0 -\n", 1, "item id '-' is not a whole number")]
    [InlineData("0 100000000\n", 1, "item id '100000000' is larger than 99999999")]
    [InlineData("0 2147483648\n", 1, "item id '2147483648' is larger than")]
    [InlineData("0 4294967297\n", 1, "item id '4294967297' is larger than")]
    [InlineData("18446744073709551617 1\n", 1, "user id '18446744073709551617' is larger than")]
    [InlineData("0 1\0 2\n", 1, @"item id '1\x00' holds a control character")]
    [InlineData("0 1\f2\n", 1, @"item id '1\x0c2' holds a control character")]
    [InlineData("0 1\n\u001b[0m\n", 2, "holds a control character")]
    [InlineData("0 1\n1 5 7 5\n", 2, "item 5 stands twice for user 1")]
    [InlineData("0 1\n1 5\n\n2 3\n1 5", 5, "item 5 stands twice for user 1")]
    public void Mistakes_name_line_and_mend(string text, int line, string expected)
    {
        var file = _folder.Write("train.txt", text);
        var mistake = Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(file));
        Assert.Equal(line, mistake.Line);
        Assert.Equal(file, mistake.File);
        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{file}:{line}: ", mistake.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", mistake.Message, StringComparison.Ordinal);
        Assert.NotEmpty(mistake.Mend);
        var seamed = Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(file, options: Small));
        Assert.Equal(mistake.Message, seamed.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n\t\n")]
    [InlineData("\uFEFF")]
    public void Empty_files_are_refused(string text)
    {
        var file = _folder.Write("train.txt", text);
        Assert.Equal("is empty", Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(file)).Found);
    }

    [Theory]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0 }, "gzip")]
    [InlineData(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 1 }, "zstd")]
    [InlineData(new byte[] { 0xFD, 0x37, 0x7A, 0x58, 0x5A }, "xz")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 0 }, "zip")]
    [InlineData(new byte[] { 0x50, 0x41, 0x52, 0x31 }, "Parquet")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x30, 0 }, "UTF-16")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 0x30 }, "UTF-16")]
    [InlineData(new byte[] { 0x7F, 0x45, 0x4C, 0x46 }, "not a whole number")]
    [InlineData(new byte[] { 0, 0, 0, 0 }, "control character")]
    public void Binary_files_are_refused(byte[] bytes, string expected)
    {
        var file = _folder.Write("train.txt", bytes);
        Assert.Contains(expected, Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "is not a whole number")]
    [InlineData(65, "is a word of more than 64 bytes")]
    [InlineData(5000, "is a word of more than 64 bytes")]
    public void Words_without_end_are_refused(int length, string expected)
    {
        var file = _folder.Write("train.txt", "0 1\n1 2 " + new string('y', length));
        foreach (var block in new[] { 3, 64, 1 << 18 })
        {
            var mistake = Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(file, options: new DatasetOptions { BlockSize = block }));
            Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
            Assert.Equal(2, mistake.Line);
            Assert.InRange(mistake.Message.Length, 1, file.Length + 200);
        }
    }

    [Fact]
    public void Missing_files_and_folders_are_refused()
    {
        Assert.Contains("no such file", Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(_folder.File("none.txt"))).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(_folder.File("none/none.txt"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<UserMistakeException>(() => InteractionTextFormat.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeats_count_once_where_they_are_accepted()
    {
        var file = _folder.Write("test.txt", "0 3 3 1\n1 2 2\n2 1 2\n0 1 0\n");
        Assert.Equal("0:0,1,3 1:2 2:1,2", Show(InteractionTextFormat.Read(file, refuseRepeats: false)));
    }

    [Fact]
    public void Written_rows_read_back()
    {
        var rows = Gen.Int[0, 3_000_000].HashSet[0, 40].Select(items => items.Order().ToArray()).Array[1, 30];
        rows.Sample(
            items =>
            {
                var start = new int[items.Length + 1];
                for (var user = 0; user < items.Length; user++)
                    start[user + 1] = start[user] + items[user].Length;
                var all = items.SelectMany(row => row).ToArray();
                var file = _folder.File($"w{Environment.CurrentManagedThreadId}.txt");
                InteractionTextFormat.Write(file, new Interactions(3_000_001, start, all));
                var read = InteractionTextFormat.Read(file);
                Assert.Equal(start, read.RowStart.ToArray());
                Assert.Equal(all, read.Items.ToArray());
            },
            iter: 20);
    }

    [Fact]
    public void Ids_of_every_length_are_read()
    {
        // Around the eight bytes that are looked at together, with and without leading zeros.
        var ids = Enumerable.Range(0, 9).SelectMany(p => new[] { (int)Math.Pow(10, p) - 1, (int)Math.Pow(10, p) }).Where(i => i < 1_073_741_822).Append(123_456_789).Distinct().Order().ToArray();
        var options = new DatasetOptions { MaxId = 999_999_999 };
        var text = InteractionTextReader.Read(_folder.Write("i.txt", "0 " + string.Join(' ', ids)), options);
        Assert.Equal(ids, text.Items.ToArray());
        text = InteractionTextReader.Read(_folder.Write("i.txt", "00 000" + string.Join(" 000", ids)), options);
        Assert.Equal(ids, text.Items.ToArray());
    }

    [Fact]
    public void Fast_parser_agrees_with_a_naive_one_at_any_seam()
    {
        // Random words, separators and line ends, most of them valid; the naive parser splits strings.
        var number = Gen.Int[0, 120].Select(n => n.ToString());
        var word = Gen.Frequency((40, number), (1, Gen.OneOfConst("007", "-3", "x", "4.5", "999", "99999999999999999999")));
        var space = Gen.Frequency((8, Gen.Const(" ")), (1, Gen.OneOfConst("  ", "\t", " \t ")));
        var end = Gen.Frequency((6, Gen.Const("\n")), (2, Gen.Const("\r\n")), (1, Gen.OneOfConst("\r", "\n\n", " \n", "\r\r\n")));
        var line = Gen.Select(word, Gen.Select(space, word, (s, w) => s + w).Array[0, 12], end, (u, rest, e) => u + string.Concat(rest) + e);
        var text = Gen.Select(Gen.OneOfConst("", "\uFEFF"), line.Array[1, 12], Gen.Bool, (mark, lines, cut) => mark + string.Concat(lines) + (cut ? "5 6" : ""));
        Gen.Select(text, Gen.Int[1, 80]).Sample(
            (content, block) =>
            {
                var expected = Naive(content, 500);
                string actual;
                try
                {
                    using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                    var read = InteractionTextReader.Read("x", stream, 0, new DatasetOptions { BlockSize = block, MaxId = 500 });
                    actual = Show(InteractionsBuilder.Build(read, read.MaxUser + 1, read.MaxItem + 1, refuseRepeats: false));
                }
                catch (UserMistakeException mistake)
                {
                    actual = $"line {mistake.Line}";
                }

                Assert.Equal(expected, actual);
            },
            iter: 2000);
    }

    internal static string Show(Interactions interactions) =>
        string.Join(' ', Enumerable.Range(0, interactions.UserCount).Select(u => $"{u}:{string.Join(',', interactions.Of(u).ToArray())}"));

    private static string Naive(string content, int maxId)
    {
        var rows = new SortedDictionary<int, SortedSet<int>>();
        var number = 0;
        foreach (var line in content.TrimStart('\uFEFF').Replace("\r\n", "\n").Replace('\r', '\n').Split('\n'))
        {
            number++;
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Any(w => w.Any(c => !char.IsAsciiDigit(c)) || w.Length > 15 || long.Parse(w) > maxId))
                return $"line {number}";
            if (words.Length == 0)
                continue;
            var user = int.Parse(words[0]);
            if (!rows.TryGetValue(user, out var items))
                rows[user] = items = [];
            items.UnionWith(words.Skip(1).Select(int.Parse));
        }

        var text = Enumerable.Range(0, rows.Keys.Max() + 1).Select(u => $"{u}:{string.Join(',', rows.TryGetValue(u, out var items) ? items : [])}");
        return new StringBuilder().AppendJoin(' ', text).ToString();
    }
}
