using System.Globalization;
using System.Text;

namespace MetaEmbed.Cli.Tests;

/// <summary>A dataset imported from a table with a catalog, and a run on it: what somebody with a shop has.</summary>
public sealed class ShopRun : IDisposable
{
    public const int Customers = 240;
    private static readonly string[] Kinds = ["tools", "books", "music", "garden", "games", "kitchen"];

    public ShopRun()
    {
        var events = new StringBuilder("customer,sku\n");
        var catalog = new StringBuilder("sku,title,kind,price\n");
        for (var item = 0; item < 60; item++)
            catalog.AppendLine(CultureInfo.InvariantCulture, $"sku-{item},\"{Kinds[item / 10]}, number {item % 10}\",{Kinds[item / 10]},{item}");
        for (var user = 0; user < Customers; user++)
        {
            // Six kinds of ten items; each customer bought eight of a kind and one of the next.
            for (var j = 0; j < 8; j++)
                events.AppendLine(CultureInfo.InvariantCulture, $"ann-{user},sku-{user % 6 * 10 + (user / 6 + j) % 10}");
            events.AppendLine(CultureInfo.InvariantCulture, $"ann-{user},sku-{(user + 1) % 6 * 10 + user % 10}");
        }

        Folder.Write("orders.csv", events.ToString());
        Folder.Write("products.csv", catalog.ToString());
        var imported = Metaembed.Run("import", Folder["orders.csv"], "--user", "customer", "--item", "sku", "--catalog", Folder["products.csv"], "--out", Data);
        Assert.True(imported.Code == 0, imported.Error);
        var trained = Metaembed.Run(
            "train", "--data", Data, "--run", Run, "--preset", "published", "--dimension", "16", "--coarse-count", "12", "--fine-count", "6", "--fine-components", "8",
            "--batch-size", "512", "--learning-rate", "0.05", "--evaluate-every", "2", "--max-epochs", "4", "--cutoffs", "5,20", "--threads", "1", "--json");
        Assert.True(trained.Code == 0, trained.Error);
    }

    internal TemporaryFolder Folder { get; } = new();

    internal string Data => Folder["data"];

    internal string Run => Folder["run"];

    public void Dispose() => Folder.Dispose();
}
