using MetaEmbed.Data;

namespace MetaEmbed.Cli.Views;

/// <summary>Recommendations of one user, best first.</summary>
internal static class RecommendationView
{
    /// <param name="screen">Where to.</param>
    /// <param name="user">The user.</param>
    /// <param name="names">Names and titles.</param>
    /// <param name="items">Items and scores, best first.</param>
    public static void Show(Screen screen, int user, EntityNames names, IReadOnlyList<(int Item, float Score)> items)
    {
        if (screen.Json)
        {
            Write(user, names, items);
            return;
        }

        string[] more = [.. names.HasItems ? ["name"] : Array.Empty<string>(), .. names.HasTitles ? ["title"] : Array.Empty<string>()];
        TextTable.Write(
            screen.Text,
            [["rank", "item", "score", .. more], .. items.Select((item, rank) => new[]
            {
                $"{rank + 1}", $"{item.Item}", $"{item.Score:F4}", names.HasItems ? names.OfItem(item.Item) : "", names.TitleOf(item.Item) ?? "",
            })],
            3,
            4);
    }

    private static void Write(int user, EntityNames names, IReadOnlyList<(int Item, float Score)> items) => JsonLine.Write(json =>
    {
        json.WriteNumber("user", user);
        if (names.HasUsers)
            json.WriteString("user_name", names.OfUser(user));
        json.WriteStartArray("items");
        foreach (var (item, score) in items)
        {
            json.WriteStartObject();
            json.WriteNumber("item", item);
            json.WriteNumber("score", score);
            if (names.HasItems)
                json.WriteString("name", names.OfItem(item));
            if (names.TitleOf(item) is { } title)
                json.WriteString("title", title);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
