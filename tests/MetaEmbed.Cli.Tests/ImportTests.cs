using System.Globalization;
using System.Text.Json;

namespace MetaEmbed.Cli.Tests;

/// <summary>From a CSV to recommendations with names, and what else is done with an imported dataset.</summary>
public sealed class ImportTests : IClassFixture<ImportedShop>
{
    private readonly ImportedShop _shop;

    public ImportTests(ImportedShop shop) => _shop = shop;

    [Fact]
    public void Import_says_which_columns_it_took_and_where_rows_went()
    {
        Assert.Equal((0, ""), (_shop.Outcome.Code, _shop.Outcome.Error));
        var output = _shop.Outcome.Output;
        Assert.Contains("columns user = 'customer', item = 'sku', time = 'date' (not used), weight = 'quantity' (not used; --weight)", output, StringComparison.Ordinal);
        Assert.Contains("products.csv: catalog, item = 'sku', title = 'title'; it knows 12 of 12 items", output, StringComparison.Ordinal);
        Assert.Contains("orders.csv:242: the user is empty", output, StringComparison.Ordinal);
        Assert.Contains(_shop.Outcome.OutputLines, line => line.StartsWith("- cannot be used", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal));
        Assert.Contains($"next: metaembed train --data {_shop.Data} --run RUN", _shop.Outcome.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Three_commands_lead_to_recommendations_with_names_and_titles()
    {
        var run = _shop.Folder["run"];
        var trained = Metaembed.Run(
            "train", "--data", _shop.Data, "--run", run, "--stage", "coarse", "--max-epochs", "2", "--dimension", "8", "--coarse-count", "8", "--batch-size", "64", "--threads", "1");
        Assert.Equal(0, trained.Code);
        var outcome = Metaembed.Run("recommend", "--run", run, "--user", "1003", "-k", "4", "--include-train", "--json");
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal("1003", json.RootElement.GetProperty("user_name").GetString());
        foreach (var item in json.RootElement.GetProperty("items").EnumerateArray())
        {
            var name = item.GetProperty("name").GetString()!;
            Assert.Equal($"Thing, number {name[4..]}", item.GetProperty("title").GetString());
        }

        // Users' names are numbers: 3 is nobody's, and must not answer for the user with id 3.
        Assert.Contains("there is no user '3'", Metaembed.Mistake("recommend", "--run", run, "--user", "3"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_is_shown_by_name()
    {
        using var json = JsonDocument.Parse(Metaembed.Run("data", "show", _shop.Data, "--user", "1003", "--json").OutputLines[^1]);
        var met = new[] { "train", "test" }.SelectMany(set => json.RootElement.GetProperty(set).EnumerateArray()).Select(item => item.GetProperty("name").GetString()).Order();
        Assert.Equal(_shop.ItemsOf(1003), met);
        Assert.Contains("Thing, number", Metaembed.Run("data", "show", _shop.Data, "-n", "2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_converted_and_piped_in_again_is_the_same()
    {
        var converted = Metaembed.Run("data", "export", _shop.Data, "--out", _shop.Folder["all.jsonl"]);
        Assert.Equal((0, ""), (converted.Code, converted.Error));
        var process = Metaembed.Start("import", "-", "--out", _shop.Folder["piped"], "--json", "--strict");
        process.StandardInput.Write(File.ReadAllText(_shop.Folder["all.jsonl"]));
        process.StandardInput.Close();
        var outcome = Metaembed.Finish(process);
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal(20, json.RootElement.GetProperty("users").GetInt32());
        Assert.Equal(12, json.RootElement.GetProperty("items").GetInt32());
        Assert.Equal(File.ReadLines(_shop.Folder["all.jsonl"]).Count(), json.RootElement.GetProperty("train").GetInt32() + json.RootElement.GetProperty("test").GetInt32());
    }

    [Fact]
    public void A_sample_has_the_share_of_users()
    {
        var outcome = Metaembed.Run("data", "sample", _shop.Data, "--users", "0.25", "--out", _shop.Folder["sample"], "--json");
        Assert.Equal(0, outcome.Code);
        using var json = JsonDocument.Parse(outcome.OutputLines[^1]);
        Assert.Equal(5, json.RootElement.GetProperty("users").GetInt32());
        Assert.Equal(5, File.ReadLines(_shop.Folder["sample/users.txt"]).Count());
    }

    [Theory]
    [InlineData("there is no format 'csw'; did you mean 'csv'?", "--format", "csw")]
    [InlineData("--since is '31.01.2024'; give a date as 2024-01-31", "--since", "31.01.2024")]
    [InlineData("--min-rating is 'four'; give a number", "--min-rating", "four")]
    [InlineData("--test-since goes with --split time", "--test-since", "2024-01-01")]
    [InlineData("--split is 'randm'; give random or leave-one-out", "--split", "randm")]
    [InlineData("orders.csv:242: the user is empty; mend the row", "--strict")]
    public void A_mistake_is_one_line_and_leaves_nothing(string expected, params string[] more)
    {
        var into = _shop.Folder["mistake"];
        Assert.Contains(expected, Metaembed.Mistake(["import", _shop.Folder["orders.csv"], "--out", into, .. more]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(into));
        Assert.Empty(Directory.GetFileSystemEntries(_shop.Folder.Root, ".mistake*"));
    }
}

/// <summary>A shop with twenty customers, called 1000 to 1019, and twelve things; one row has no customer.</summary>
public sealed class ImportedShop : IDisposable
{
    private readonly List<(int User, int Item)> _orders = [.. Enumerable.Range(0, 240).Select(i => (1000 + (i % 20), ((i * 7) + (i / 20)) % 12))];

    public ImportedShop()
    {
        var rows = _orders.Select((order, i) => string.Create(CultureInfo.InvariantCulture, $"{order.User},SKU-{order.Item},2024-01-{(i % 28) + 1:00},{1 + (i % 3)}\n"));
        Folder.Write("orders.csv", "customer,sku,date,quantity\n" + string.Concat(rows) + ",SKU-1,2024-01-01,1\n");
        Folder.Write("products.csv", "sku,title\n" + string.Concat(Enumerable.Range(0, 12).Select(item => $"SKU-{item},\"Thing, number {item}\"\n")));
        Outcome = Metaembed.Run("import", Folder["orders.csv"], "--catalog", Folder["products.csv"], "--out", Data);
    }

    internal TemporaryFolder Folder { get; } = new();

    internal string Data => Folder["shop"];

    internal Outcome Outcome { get; }

    public void Dispose() => Folder.Dispose();

    internal string[] ItemsOf(int user) => [.. _orders.Where(order => order.User == user).Select(order => $"SKU-{order.Item}").Distinct().Order()];
}
