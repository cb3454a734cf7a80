using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>Metrics of a split as a table by cut-off.</summary>
internal static class MetricsView
{
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
