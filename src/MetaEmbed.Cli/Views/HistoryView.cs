using System.Text.Json;
using MetaEmbed.Data;

namespace MetaEmbed.Cli.Views;

/// <summary>What users met, by name.</summary>
internal static class HistoryView
{
    private const int ItemsShown = 6;

    /// <summary>One user with everything they met.</summary>
    public static void Show(Screen screen, Dataset dataset, EntityNames names, int user)
    {
        if (screen.Json)
        {
            JsonLine.Write(json => User(json, dataset, names, user));
            return;
        }

        screen.Text.WriteLine($"user {user}{(names.HasUsers ? $", {names.OfUser(user)}" : "")}: {dataset.Train.Of(user).Length:N0} training and {dataset.Test.Of(user).Length:N0} test items");
        var rows = new List<string[]> { new[] { "set", "item", "name", "title" } };
        foreach (var (set, items) in new[] { ("train", dataset.Train), ("test", dataset.Test) })
        {
            foreach (var item in items.Of(user).ToArray())
                rows.Add([set, $"{item}", names.HasItems ? names.OfItem(item) : "", names.TitleOf(item) ?? ""]);
        }

        TextTable.Write(screen.Text, rows, 2, 3);
    }

    /// <summary>The first users with some of what they met.</summary>
    public static void ShowFirst(Screen screen, Dataset dataset, EntityNames names, int count)
    {
        var users = Enumerable.Range(0, Math.Min(count, dataset.UserCount));
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteStartArray("users");
                foreach (var user in users)
                {
                    json.WriteStartObject();
                    User(json, dataset, names, user);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        TextTable.Write(
            screen.Text,
            [["user", "training", "test", "items"], .. users.Select(user => new[]
            {
                names.OfUser(user), $"{dataset.Train.Of(user).Length}", $"{dataset.Test.Of(user).Length}", Some(dataset.Train.Of(user), names),
            })],
            3);
        if (dataset.UserCount > count)
            screen.Text.WriteLine($"and {dataset.UserCount - count:N0} users more");
    }

    /// <summary>What became of a dataset that was sampled, or joined with its held-out users.</summary>
    public static void Sampled(Screen screen, Dataset dataset, Dataset sample, string folder, string name = "sample")
    {
        TextTable.Write(screen.Text,
        [
            ["", "dataset", name],
            ["users", $"{dataset.UserCount:N0}", $"{sample.UserCount:N0}"],
            ["items", $"{dataset.ItemCount:N0}", $"{sample.ItemCount:N0}"],
            ["training interactions", $"{dataset.Train.Count:N0}", $"{sample.Train.Count:N0}"],
            ["test interactions", $"{dataset.Test.Count:N0}", $"{sample.Test.Count:N0}"],
        ]);
        if (!screen.Json)
            return;
        JsonLine.Write(json =>
        {
            json.WriteString("data", folder);
            json.WriteNumber("users", sample.UserCount);
            json.WriteNumber("items", sample.ItemCount);
            json.WriteNumber("train", sample.Train.Count);
            json.WriteNumber("test", sample.Test.Count);
        });
    }

    private static string Some(ReadOnlySpan<int> items, EntityNames names)
    {
        var shown = new List<string>();
        foreach (var item in items[..Math.Min(ItemsShown, items.Length)])
            shown.Add(names.TitleOf(item) ?? names.OfItem(item));
        return string.Join(", ", shown) + (items.Length > ItemsShown ? ", ..." : "");
    }

    private static void User(Utf8JsonWriter json, Dataset dataset, EntityNames names, int user)
    {
        json.WriteNumber("user", user);
        if (names.HasUsers)
            json.WriteString("user_name", names.OfUser(user));
        foreach (var (set, items) in new[] { ("train", dataset.Train), ("test", dataset.Test) })
        {
            json.WriteStartArray(set);
            foreach (var item in items.Of(user))
            {
                json.WriteStartObject();
                json.WriteNumber("item", item);
                if (names.HasItems)
                    json.WriteString("name", names.OfItem(item));
                if (names.TitleOf(item) is { } title)
                    json.WriteString("title", title);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }
}
