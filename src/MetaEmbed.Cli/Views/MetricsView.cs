using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>Metrics of a split: a table by cut-off, or the object of <c>evaluate --json</c>.</summary>
internal static class MetricsView
{
    public static void Show(Screen screen, MetricSummary metrics)
    {
        Table(screen.Text, metrics);
        if (screen.Json)
            JsonLine.Write(json => JsonLine.Members(json, metrics));
    }

    public static void Table(TextWriter text, MetricSummary metrics)
    {
        var cutoffs = metrics.Ndcg.Keys.Order().ToArray();
        TextTable.Write(text,
        [
            [$"{metrics.Split}, {metrics.Users:N0} users", .. cutoffs.Select(k => $"@{k}")],
            ["NDCG", .. cutoffs.Select(k => $"{metrics.Ndcg[k]:F5}")],
            ["Recall", .. cutoffs.Select(k => $"{metrics.Recall[k]:F5}")],
        ]);
    }
}
