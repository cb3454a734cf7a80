using MetaEmbed.Evaluation;

namespace MetaEmbed.Cli.Views;

/// <summary>An evaluation: a table of all metrics by cut-off, or the object of <c>evaluate --json</c>.</summary>
internal static class EvaluationView
{
    public static void Show(Screen screen, string split, EvaluationResult result)
    {
        (string Name, string Key, IReadOnlyDictionary<int, double> Values)[] metrics =
        [
            ("NDCG", "ndcg", result.Ndcg), ("Recall", "recall", result.Recall), ("Precision", "precision", result.Precision),
            ("HitRate", "hit_rate", result.HitRate), ("MRR", "mrr", result.Mrr), ("MAP", "map", result.Map),
        ];
        if (screen.Json)
        {
            JsonLine.Write(json =>
            {
                json.WriteString("split", split);
                json.WriteNumber("users", result.Users);
                foreach (var (_, key, values) in metrics)
                    JsonLine.ByCutoff(json, key, values);
            });
            return;
        }

        TextTable.Write(screen.Text,
        [
            [$"{split}, {result.Users:N0} users", .. result.Cutoffs.Select(k => $"@{k}")],
            .. metrics.Select(metric => (string[])[metric.Name, .. result.Cutoffs.Select(k => $"{metric.Values[k]:F5}")]),
        ]);
    }
}
