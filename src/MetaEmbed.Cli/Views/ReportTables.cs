using System.Net;
using System.Text;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>The tables of metrics in a report.</summary>
internal static class ReportTables
{
    /// <summary>Metrics of the kept checkpoints.</summary>
    public static void Metrics(StringBuilder html, string stage, IReadOnlyList<(string Checkpoint, int Epoch, MetricSummary Metrics)> rows)
    {
        if (rows.Count == 0)
            return;
        html.Append($"<h3>Metrics, {Text(stage)}</h3>\n");
        Table(html, ["checkpoint", "split"], rows.Select(row => ((string[])[row.Checkpoint, row.Metrics.Split], row.Epoch, row.Metrics)));
    }

    /// <summary>Metrics of head and tail, and of samples of users.</summary>
    public static void Parts(StringBuilder html, string stage, IReadOnlyList<EvaluationRow> rows)
    {
        if (rows.Count == 0)
            return;
        html.Append($"<h3>Popular and other items, {Text(stage)}</h3>\n");
        html.Append("<p>The same lists, with the held-out items of one part as the only relevant ones. Head: the items with the most training users; tail: all others.</p>\n");
        Table(html, ["checkpoint", "split", "part", "of"], rows.Select(row => ((string[])
        [
            row.Checkpoint,
            row.Metrics.Split,
            row.Part == "all" ? "all items" : row.Part == "head" ? $"head, {row.HeadShare:P0} of the items" : $"tail, {1 - row.HeadShare:P0}",
            row.SampleUsers == 0 ? "all users" : $"a sample of {row.SampleUsers:N0} users",
        ], row.Epoch, row.Metrics)));
    }

    private static void Table(StringBuilder html, string[] words, IEnumerable<(string[] Words, int Epoch, MetricSummary Metrics)> rows)
    {
        var all = rows.ToList();
        var cutoffs = all[0].Metrics.Ndcg.Keys.Order().ToArray();
        html.Append("<div class=\"wide\"><table class=\"lines\">\n<tr>");
        html.Append(string.Concat(words.Select(word => $"<th>{word}</th>")));
        html.Append("<th class=\"n\">epoch</th><th class=\"n\">users</th>");
        foreach (var name in new[] { "NDCG", "Recall" })
            html.Append(string.Concat(cutoffs.Select(k => $"<th class=\"n\">{name}@{k}</th>")));
        html.Append("</tr>\n");
        foreach (var (cells, epoch, metrics) in all)
        {
            html.Append($"<tr>{string.Concat(cells.Select(cell => $"<td>{Text(cell)}</td>"))}<td class=\"n\">{epoch}</td><td class=\"n\">{metrics.Users:N0}</td>");
            foreach (var values in new[] { metrics.Ndcg, metrics.Recall })
                html.Append(string.Concat(cutoffs.Select(k => $"<td class=\"n\">{values[k]:F4}</td>")));
            html.Append("</tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
