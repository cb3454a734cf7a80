using MetaEmbed.Export;

namespace MetaEmbed.Cli.Views;

/// <summary>The outcome of an export: size, metrics by way of ranking, what was written.</summary>
internal static class CardView
{
    public static void Show(Screen screen, ModelCard card, string path)
    {
        var (markdown, json) = CardText.PathsOf(path);
        if (screen.Json)
        {
            JsonLine.Write(writer =>
            {
                writer.WriteString("file", path);
                writer.WriteString("card", json);
                writer.WriteNumber("bytes", card.Bytes);
                writer.WriteString("kind", card.Kind);
                writer.WriteString("item_code", card.ItemCode);
                writer.WriteStartArray("metrics");
                foreach (var row in card.Metrics)
                {
                    writer.WriteStartObject();
                    writer.WriteString("ranking", row.Ranking);
                    JsonLine.ByCutoff(writer, "ndcg", row.Ndcg);
                    JsonLine.ByCutoff(writer, "recall", row.Recall);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteNumber("open_ms", card.OpenMilliseconds);
                writer.WriteNumber("list_ms", card.ListMilliseconds);
            });
            return;
        }

        var cutoffs = card.Metrics[0].Ndcg.Keys.Order().ToArray();
        TextTable.Write(screen.Text,
        [
            ["test set", .. cutoffs.Select(k => $"NDCG@{k}"), .. cutoffs.Select(k => $"Recall@{k}")],
            .. card.Metrics.Select(row => (string[])[row.Ranking, .. cutoffs.Select(k => $"{row.Ndcg[k]:F5}"), .. cutoffs.Select(k => $"{row.Recall[k]:F5}")]),
        ]);
        screen.Text.WriteLine($"{card.Bytes:N0} bytes; opens in {card.OpenMilliseconds:F2} ms, a list takes {card.ListMilliseconds:F3} ms");
        WrittenView.Show(screen, path, markdown, json);
    }
}
