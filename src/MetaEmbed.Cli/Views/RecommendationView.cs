namespace MetaEmbed.Cli.Views;

/// <summary>Recommendations of one user, best first.</summary>
internal static class RecommendationView
{
    /// <param name="screen">Where to.</param>
    /// <param name="user">The user.</param>
    /// <param name="items">Items and scores, best first.</param>
    /// <param name="nameOf">A readable name of an item, or null.</param>
    public static void Show(Screen screen, int user, IReadOnlyList<(int Item, float Score)> items, Func<int, string?> nameOf)
    {
        if (screen.Json)
        {
            Write(user, items, nameOf);
            return;
        }

        TextTable.Write(
            screen.Text,
            [["rank", "item", "score", "name"], .. items.Select((item, rank) => new[]
            {
                $"{rank + 1}", $"{item.Item}", $"{item.Score:F4}", nameOf(item.Item) ?? "",
            })],
            3);
    }

    private static void Write(int user, IReadOnlyList<(int Item, float Score)> items, Func<int, string?> nameOf) => JsonLine.Write(json =>
    {
        json.WriteNumber("user", user);
        json.WriteStartArray("items");
        foreach (var (item, score) in items)
        {
            json.WriteStartObject();
            json.WriteNumber("item", item);
            json.WriteNumber("score", score);
            if (nameOf(item) is { } name)
                json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
