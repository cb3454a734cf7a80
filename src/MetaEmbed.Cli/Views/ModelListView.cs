using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Views;

/// <summary>A list that a model file gives for a user, an item or a history, best first.</summary>
internal static class ModelListView
{
    /// <param name="screen">Where to.</param>
    /// <param name="of">What the list is for: user, item or history.</param>
    /// <param name="id">The user or item; -1 for a history.</param>
    /// <param name="best">The list.</param>
    /// <param name="recommender">The file, for names and titles.</param>
    public static void Show(Screen screen, string of, int id, ReadOnlySpan<Recommendation> best, Recommender recommender)
    {
        var items = best.ToArray();
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                if (id >= 0)
                    json.WriteNumber(of, id);
                json.WriteStartArray("items");
                foreach (var (item, score) in items)
                {
                    json.WriteStartObject();
                    json.WriteNumber("item", item);
                    json.WriteNumber("score", score);
                    if (recommender.HasItemNames)
                        json.WriteString("name", recommender.ItemName(item));
                    if (recommender.ItemTitle(item) is { } title)
                        json.WriteString("title", title);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        string[] more = [.. recommender.HasItemNames ? ["name"] : Array.Empty<string>(), .. recommender.HasItemTitles ? ["title"] : Array.Empty<string>()];
        TextTable.Write(
            screen.Text,
            [["rank", "item", "score", .. more], .. items.Select((entry, rank) => new[]
            {
                $"{rank + 1}", $"{entry.Item}", $"{entry.Score:F4}", recommender.HasItemNames ? recommender.ItemName(entry.Item) : "", recommender.ItemTitle(entry.Item) ?? "",
            })],
            3,
            4);
    }
}
