using System.Diagnostics;
using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>Answers out of a run: one user, a history, many users, filters, what is unknown.</summary>
public sealed class RecommendTests(ShopRun shop) : IClassFixture<ShopRun>
{
    [Fact]
    public void A_user_gets_items_by_name_and_title_from_the_fields_asked_for()
    {
        using var json = Json("recommend", "--run", shop.Run, "--user", "ann-7", "-k", "3", "--filter", "kind=garden|books", "price>=15");
        Assert.Equal("ann-7", json.RootElement.GetProperty("user_name").GetString());
        var items = json.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(3, items.Count);
        Assert.All(items, item => Assert.Matches("^(garden|books), number", item.GetProperty("title").GetString()!));
        Assert.All(items, item => Assert.True(int.Parse(item.GetProperty("name").GetString()![4..]) >= 15));
    }

    [Fact]
    public void A_history_is_given_by_titles_or_names_and_left_out_of_the_list()
    {
        using var titles = Json("recommend", "--run", shop.Run, "--history", "tools, number 1; TOOLS, number 2", "--history", "sku-3", "-k", "5");
        using var names = Json("recommend", "--run", shop.Run, "--history", "sku-1,sku-2,sku-3", "-k", "5");
        Assert.Equal(names.RootElement.GetProperty("items").GetRawText(), titles.RootElement.GetProperty("items").GetRawText());
        var list = Names(names.RootElement);
        Assert.Empty(list.Intersect(["sku-1", "sku-2", "sku-3"]));
        Assert.Equal("sku-1", Names(Json("recommend", "--run", shop.Run, "--history", "sku-1", "--include-train", "--filter", "title=tools, number 1").RootElement).Single());
    }

    [Fact]
    public void Similar_items_come_from_a_run_by_title_and_by_field()
    {
        using var json = Json("similar", "--run", shop.Run, "--item", "music, number 4", "--filter", "price<30", "-k", "4");
        Assert.Equal("sku-24", json.RootElement.GetProperty("item_name").GetString());
        var items = Names(json.RootElement);
        Assert.Equal(4, items.Count);
        Assert.DoesNotContain("sku-24", items);
        Assert.All(items, name => Assert.True(int.Parse(name[4..]) < 30));
    }

    [Theory]
    [InlineData("there is no user 'anm-7'; did you mean 'ann-7'?", "--user", "anm-7")]
    [InlineData("there is no item 'tools, numbr 1'; did you mean 'tools, number 1'?", "--history", "tools, numbr 1;sku-2")]
    [InlineData("the catalog has no field 'knd'; did you mean 'kind'?", "--user", "ann-7", "--filter", "knd=tools")]
    [InlineData("--fallback is 'random'; give popular.", "--user", "ann-7", "--fallback", "random")]
    [InlineData("--all-users needs a place for the lists; give --out a folder, or a file that ends in .parquet, .csv or .jsonl.", "--all-users")]
    [InlineData("no user is given; give --user, --history, --users or --all-users.")]
    [InlineData("there is no format 'parqet'; did you mean 'parquet'?", "--all-users", "--out", "x", "--format", "parqet")]
    [InlineData("--resume goes with a folder of parts; a single file is written as a whole or not at all; give --out a folder, or leave --resume out.", "--all-users", "--out", "x.csv", "--resume")]
    public void A_mistake_is_one_line_with_the_way_out(string expected, params string[] args) =>
        Assert.Equal(expected, Metaembed.Mistake(["recommend", "--run", shop.Run, .. args]));

    [Fact]
    public void Popular_items_stand_in_where_asked_for()
    {
        using var one = Json("recommend", "--run", shop.Run, "--user", "nobody", "--fallback", "popular", "-k", "2");
        Assert.Equal("popular", one.RootElement.GetProperty("source").GetString());
        var file = shop.Folder.Write("some.txt", "ann-3\nnobody\nann-4\n");
        var table = shop.Folder["some.csv"];
        Assert.Equal(0, Metaembed.Run("recommend", "--run", shop.Run, "--users", file, "--fallback", "popular", "-k", "2", "--out", table).Code);
        var lines = File.ReadAllLines(table);
        Assert.Equal("user,rank,item,title,score,source", lines[0]);
        Assert.Equal(7, lines.Length);
        Assert.StartsWith("ann-3,1,sku-", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",popular", lines[3], StringComparison.Ordinal);
        Assert.Equal($"{file}:2: there is no user 'nobody'", Metaembed.Mistake("recommend", "--run", shop.Run, "--users", file).Split(';')[0]);
    }

    [Fact]
    public void Every_format_holds_the_same_lists()
    {
        foreach (var format in new[] { "csv", "jsonl", "parquet" })
            Assert.Equal(0, Metaembed.Run("recommend", "--run", shop.Run, "--all-users", "-k", "4", "--out", shop.Folder["all." + format]).Code);
        var fromCsv = File.ReadLines(shop.Folder["all.csv"]).Skip(1).Select(line => line.Split(',')[0] + " " + line.Split(',')[2]).ToList();
        Assert.Equal(ShopRun.Customers * 4, fromCsv.Count);
        var fromJson = File.ReadLines(shop.Folder["all.jsonl"]).SelectMany(line =>
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("items").EnumerateArray().Select(item => $"{json.RootElement.GetProperty("user").GetString()} {item.GetProperty("item").GetString()}").ToList();
        });
        Assert.Equal(fromCsv, fromJson);

        // The import reads the Parquet file back; it leaves out test pairs of items that training lacks.
        using var imported = Json("import", shop.Folder["all.parquet"], "--out", shop.Folder["again"]);
        Assert.Equal(fromCsv.Count, imported.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(0, Metaembed.Run("data", "export", shop.Folder["again"], "--out", shop.Folder["again.csv"]).Code);
        var again = File.ReadLines(shop.Folder["again.csv"]).Skip(1).Select(line => string.Join(' ', line.Split(',')[..2])).ToList();
        Assert.InRange(again.Count, fromCsv.Count / 2, fromCsv.Count);
        Assert.Subset(fromCsv.ToHashSet(), again.ToHashSet());
    }

    [Fact]
    public void A_batch_that_was_killed_goes_on_to_the_same_bytes()
    {
        var (cut, whole) = (shop.Folder["cut"], shop.Folder["whole"]);
        string[] Arguments(string folder) => ["recommend", "--run", shop.Run, "--all-users", "--out", folder, "--format", "parquet", "--part-users", "2"];
        using (var process = Metaembed.Start(Arguments(cut)))
        {
            var watch = Stopwatch.StartNew();
            while (!File.Exists(Path.Combine(cut, "part-00009.parquet")) && watch.Elapsed < TimeSpan.FromMinutes(1))
                Thread.Sleep(1);
            process.Kill();
            process.WaitForExit();
        }

        var there = Directory.GetFiles(cut, "part-*").Length;
        Assert.InRange(there, 10, ShopRun.Customers / 2 - 1);
        using var resumed = Json([.. Arguments(cut), "--resume"]);
        Assert.InRange(resumed.RootElement.GetProperty("kept").GetInt32(), 18, 2 * there);
        Assert.Equal(0, Metaembed.Run(Arguments(whole)).Code);
        var names = Directory.GetFiles(whole).Select(Path.GetFileName).Order().ToList();
        Assert.Equal(ShopRun.Customers / 2 + 1, names.Count);
        Assert.Equal(names, Directory.GetFiles(cut).Select(Path.GetFileName).Order());
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(whole, name!)), File.ReadAllBytes(Path.Combine(cut, name!))));
    }

    [Fact]
    public void A_device_file_answers_all_users_of_a_dataset_from_their_histories()
    {
        var file = shop.Folder["shop.metaembed"];
        Assert.Equal(0, Metaembed.Run("export", "--run", shop.Run, "--kind", "device", "--out", file).Code);
        Assert.Equal("the model file knows no users; give --data, the folder of the dataset, to take their histories from it.",
            Metaembed.Mistake("recommend", "--model", file, "--all-users", "--out", shop.Folder["none"]));
        using var json = Json("recommend", "--model", file, "--data", shop.Data, "--all-users", "--out", shop.Folder["device.jsonl"], "--filter", "kind=tools");
        Assert.Equal(ShopRun.Customers, json.RootElement.GetProperty("users").GetInt32());
        Assert.Equal(ShopRun.Customers, File.ReadLines(shop.Folder["device.jsonl"]).Count());
    }

    private static List<string> Names(JsonElement root) => [.. root.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    private static JsonDocument Json(params string[] args)
    {
        var outcome = Metaembed.Run([.. args, "--json"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        return JsonDocument.Parse(outcome.OutputLines[^1]);
    }
}
