using System.Net;
using System.Text;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>What a report of a run shows.</summary>
/// <param name="Title">The run's name.</param>
/// <param name="Summary">One sentence under the title.</param>
/// <param name="Stages">The stages that have been evaluated.</param>
/// <param name="Samples">Recommendations for some users.</param>
/// <param name="Facts">Tables of names and values, by heading: settings, timing, data, machine.</param>
internal sealed record Report(
    string Title,
    string Summary,
    IReadOnlyList<ReportStage> Stages,
    IReadOnlyList<Sample> Samples,
    IReadOnlyList<(string Heading, IReadOnlyList<(string Name, string Value)> Rows)> Facts);

/// <summary>What a report shows of a stage.</summary>
/// <param name="Stage">What to call it: coarse stage, fine stage; a baseline's name.</param>
/// <param name="Metrics">Metrics of the kept checkpoints.</param>
/// <param name="Parts">Metrics of head and tail, and of samples of users.</param>
/// <param name="Curves">Validation by epoch; null where there is none.</param>
internal sealed record ReportStage(
    string Stage, IReadOnlyList<(string Checkpoint, int Epoch, MetricSummary Metrics)> Metrics, IReadOnlyList<EvaluationRow> Parts, StageCurves? Curves);

/// <summary>A run's report as one HTML file that needs no other: curves inline, colours for light and dark screens.</summary>
internal static class ReportPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ground: #ffffff; --ink: #1b1f24; --quiet: #5d6671; --rule: #e4e8ec; --hit: #0b6e99; }
        @media (prefers-color-scheme: dark) { :root { --ground: #15191e; --ink: #e6eaee; --quiet: #98a2ad; --rule: #2a3038; --hit: #5bb8e0; } }
        body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        h1 { margin: 0; font-size: 1.9rem; }
        h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; }
        p { margin: .25rem 0; color: var(--quiet); max-width: 44rem; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem 1.25rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
        th { font-weight: 600; color: var(--quiet); }
        td.n, th.n { text-align: right; }
        .wide { overflow-x: auto; }
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
        .curves svg { width: 100%; height: auto; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 3rem; align-items: start; }
        .facts section { min-width: 0; }
        .facts td { overflow-wrap: anywhere; }
        .facts td:first-child { overflow-wrap: normal; }
        .hit { color: var(--hit); font-weight: 600; }
        .night { display: none; }
        @media (prefers-color-scheme: dark) { .day { display: none; } .night { display: block; } }
        """;

    public static string Html(Report report)
    {
        var html = new StringBuilder();
        html.Append($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(report.Title)}</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{Text(report.Title)}</h1>
            <p>{Text(report.Summary)}</p>

            """);
        foreach (var stage in report.Stages)
        {
            ReportTables.Metrics(html, stage.Stage, stage.Metrics);
            ReportTables.Parts(html, stage.Stage, stage.Parts);
            if (stage.Curves is { } curves)
                Curves(html, curves);
        }

        Samples(html, report.Samples);
        html.Append("<div class=\"facts\">\n");
        foreach (var (heading, rows) in report.Facts)
            Facts(html, heading, rows);
        html.Append("</div>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Curves(StringBuilder html, StageCurves curves)
    {
        html.Append($"<h2>Curves, {curves.Stage} stage</h2>\n<p>Taken on the validation items. Dots mark the best point of each phase.</p>\n");
        foreach (var (name, ink) in new[] { ("day", Ink.Light), ("night", Ink.Dark) })
        {
            html.Append($"<div class=\"{name}\"><div class=\"curves\">\n");
            var panels = CurveFigure.Panels(curves.Curve, curves.Beside, ink);
            for (var i = 0; i < panels.Count; i++)
                html.Append(CurveFigure.Element(panels[i], $"{curves.Stage}-{name}{i}", "role=\"img\""));
            html.Append("</div></div>\n");
        }
    }

    private static void Samples(StringBuilder html, IReadOnlyList<Sample> samples)
    {
        if (samples.Count == 0)
            return;
        html.Append("<h2>Recommendations</h2>\n<p>Best first, without the training items. Highlighted: among the user's held-out items, which the model never saw.</p>\n");
        html.Append("<div class=\"wide\"><table>\n<tr><th>user</th><th>met in training</th><th>recommended</th></tr>\n");
        foreach (var sample in samples)
        {
            var met = string.Join(", ", sample.Met.Select(Text)) + (sample.MetInAll > sample.Met.Count ? ", ..." : "");
            var items = string.Join(", ", sample.Items.Select(item => item.Hit ? $"<span class=\"hit\">{Text(item.Name)}</span>" : Text(item.Name)));
            html.Append($"<tr><td>{Text(sample.User)}</td><td>{met}</td><td>{items}</td></tr>\n");
        }

        html.Append("</table></div>\n");
    }

    private static void Facts(StringBuilder html, string heading, IReadOnlyList<(string Name, string Value)> rows)
    {
        html.Append($"<section><h2>{Text(heading)}</h2>\n<table>\n");
        foreach (var (name, value) in rows)
            html.Append($"<tr><td>{Text(name)}</td><td class=\"n\">{Text(value)}</td></tr>\n");
        html.Append("</table></section>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
