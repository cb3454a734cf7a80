using System.Text.Json;
using MetaEmbed.Data;

namespace MetaEmbed.Cli.Views;

/// <summary>What a dataset looks like.</summary>
internal static class StatisticsView
{
    public static void Show(Screen screen, DatasetStatistics statistics)
    {
        if (screen.Json)
        {
            JsonLine.Write(json => Members(json, statistics));
            return;
        }

        TextTable.Write(screen.Text,
        [
            ["dataset", statistics.Name],
            ["content hash", statistics.ContentHash],
            ["users", $"{statistics.Users:N0}"],
            ["items", $"{statistics.Items:N0}"],
            ["training interactions", $"{statistics.TrainInteractions:N0}"],
            ["test interactions", $"{statistics.TestInteractions:N0}"],
            ["density of training", $"{statistics.TrainDensity:P4}"],
            ["users without training items", $"{statistics.UsersWithoutTrain:N0}"],
            ["users without test items", $"{statistics.UsersWithoutTest:N0}"],
            ["items without training users", $"{statistics.ItemsWithoutTrain:N0}"],
            ["items that nobody met", $"{statistics.ItemsNeverMet:N0}"],
        ], 1);
        screen.Text.WriteLine();
        TextTable.Write(screen.Text,
        [
            ["degrees", "least", "25 %", "median", "75 %", "90 %", "99 %", "most", "mean"],
            Row("training items of a user", statistics.UserDegrees),
            Row("training users of an item", statistics.ItemDegrees),
            Row("test items of a user", statistics.TestDegrees),
        ]);
    }

    private static string[] Row(string name, CountQuantiles of) =>
    [
        name, $"{of.Minimum}", $"{of.Quarter}", $"{of.Median}", $"{of.ThreeQuarters}", $"{of.NineTenths}", $"{of.NinetyNine}", $"{of.Maximum}", $"{of.Mean:F2}",
    ];

    private static void Members(Utf8JsonWriter json, DatasetStatistics statistics)
    {
        json.WriteString("dataset", statistics.Name);
        json.WriteString("hash", statistics.ContentHash);
        json.WriteNumber("users", statistics.Users);
        json.WriteNumber("items", statistics.Items);
        json.WriteNumber("train", statistics.TrainInteractions);
        json.WriteNumber("test", statistics.TestInteractions);
        json.WriteNumber("density", statistics.TrainDensity);
        json.WriteNumber("users_without_train", statistics.UsersWithoutTrain);
        json.WriteNumber("users_without_test", statistics.UsersWithoutTest);
        json.WriteNumber("items_without_train", statistics.ItemsWithoutTrain);
        json.WriteNumber("items_never_met", statistics.ItemsNeverMet);
        Quantiles(json, "user_degrees", statistics.UserDegrees);
        Quantiles(json, "item_degrees", statistics.ItemDegrees);
        Quantiles(json, "test_degrees", statistics.TestDegrees);
    }

    private static void Quantiles(Utf8JsonWriter json, string name, CountQuantiles of)
    {
        json.WriteStartObject(name);
        json.WriteNumber("min", of.Minimum);
        json.WriteNumber("p25", of.Quarter);
        json.WriteNumber("p50", of.Median);
        json.WriteNumber("p75", of.ThreeQuarters);
        json.WriteNumber("p90", of.NineTenths);
        json.WriteNumber("p99", of.NinetyNine);
        json.WriteNumber("max", of.Maximum);
        json.WriteNumber("mean", of.Mean);
        json.WriteEndObject();
    }
}
