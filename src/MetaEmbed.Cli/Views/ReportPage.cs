using System.Text;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Reports;
using Markup = MetaEmbed.Cli.Views.Html;

namespace MetaEmbed.Cli.Views;

/// <summary>A run's report as one HTML file that needs no other.</summary>
internal static class ReportPage
{
    public static string Html(Report report)
    {
        var html = new StringBuilder();
        PageStyle.Begin(html, report.Title, report.Summary);
        var facts = report.Facts;
        if (facts is not null)
            ReportSections.Tiles(html, facts, report.TrainSeconds);
        PageStyle.Navigation(html,
        [
            ("quality", "Quality"),
            .. report.Stages.Any(stage => stage.Curves is not null) ? [("curves", "Curves")] : Array.Empty<(string, string)>(),
            .. facts is null ? Array.Empty<(string, string)>() : [("users", "Users and items"), ("lists", "Lists")],
            .. facts?.Codebook is null ? Array.Empty<(string, string)>() : [("codebook", "Meta-embeddings")],
            .. facts is null ? Array.Empty<(string, string)>() : [("map", "Map")],
            .. report.Samples.Count == 0 ? Array.Empty<(string, string)>() : [("samples", "Samples")],
            ("run", "Data, settings, repeating"),
        ]);
        html.Append("<section id=\"quality\"><h2>Quality</h2>\n");
        if (facts is not null)
            ReportSections.Metrics(html, facts);
        foreach (var stage in report.Stages)
        {
            ReportTables.Metrics(html, stage.Stage, stage.Metrics);
            ReportTables.Parts(html, stage.Stage, stage.Parts);
        }

        html.Append("</section>\n");
        Curves(html, report.Stages);
        if (facts is not null)
        {
            ReportSections.UsersAndItems(html, facts);
            ReportSections.Lists(html, facts);
            if (facts.Codebook is not null)
                ReportSections.Codebook(html, facts);
            Map(html, facts);
        }

        Samples(html, report.Samples);
        html.Append("<section id=\"run\"><h2>Data, settings, repeating</h2>\n<h3>Repeat it</h3>\n<p>The same version on the same data gives the same model to the bit, whatever the number of threads.</p>\n");
        html.Append($"<pre>{string.Join('\n', report.Commands.Select(Markup.Text))}</pre>\n<div class=\"columns\">\n");
        foreach (var (heading, rows) in report.Tables)
            Table(html, heading, rows);
        html.Append("</div></section>\n");
        PageStyle.End(html);
        return html.ToString();
    }

    private static void Curves(StringBuilder html, IReadOnlyList<ReportStage> stages)
    {
        if (stages.All(stage => stage.Curves is null))
            return;
        html.Append("<section id=\"curves\"><h2>Curves</h2>\n<p>Taken on the validation items. Dots mark the best point of each phase.</p>\n");
        foreach (var curves in stages.Select(stage => stage.Curves).OfType<StageCurves>())
        {
            html.Append($"<h3>Curves, {curves.Stage} stage</h3>\n");
            foreach (var (name, ink) in new[] { ("day", Ink.Light), ("night", Ink.Dark) })
            {
                html.Append($"<div class=\"{name}\"><div class=\"curves\">\n");
                var panels = CurveFigure.Panels(curves.Curve, curves.Beside, ink);
                for (var i = 0; i < panels.Count; i++)
                    html.Append(CurveFigure.Element(panels[i], $"{curves.Stage}-{name}{i}", "role=\"img\""));
                html.Append("</div></div>\n");
            }
        }

        html.Append("</section>\n");
    }

    private static void Map(StringBuilder html, ReportFacts facts)
    {
        html.Append("<section id=\"map\"><h2>Map of items</h2>\n");
        html.Append($"<p>The {Markup.Whole(facts.Map.Points.Count)} most popular items by the two principal components of their propagated rows, each scaled to length 1. ");
        html.Append($"Two of {facts.Size.Table / sizeof(float) / Math.Max(facts.Data.Users + facts.Data.Items, 1)} dimensions show {Markup.Percent(facts.Map.Explained, 0)} of the variance: items that lie together go to the same people, items apart need not differ in all. Larger dots have more users.</p>\n");
        html.Append($"<div class=\"wide\">{ItemMapPicture.Element(facts.Map, facts.Names)}</div></section>\n");
    }

    private static void Samples(StringBuilder html, IReadOnlyList<SampleList> samples)
    {
        if (samples.Count == 0)
            return;
        html.Append("<section id=\"samples\"><h2>Recommendations</h2>\n<p>Users from the least to the most active; best first, without the training items. <span class=\"hit\">Highlighted</span>: among the user's held-out items, which the model never saw.</p>\n");
        html.Append("<div class=\"wide\"><table class=\"prose\">\n<tr><th>user</th><th>met in training</th><th>recommended</th></tr>\n");
        foreach (var sample in samples)
        {
            var met = string.Join(", ", sample.Met.Select(Markup.Text)) + (sample.MetInAll > sample.Met.Count ? $" <small>and {sample.MetInAll - sample.Met.Count} more</small>" : "");
            var items = string.Join(", ", sample.Items.Select(item => item.Hit ? $"<span class=\"hit\">{Markup.Text(item.Name)}</span>" : Markup.Text(item.Name)));
            html.Append($"<tr><td>{Markup.Text(sample.User)}</td><td>{met}</td><td>{items}</td></tr>\n");
        }

        html.Append("</table></div></section>\n");
    }

    private static void Table(StringBuilder html, string heading, IReadOnlyList<(string Name, string Value)> rows)
    {
        html.Append($"<div><h3>{Markup.Text(heading)}</h3>\n<table>\n");
        foreach (var (name, value) in rows)
            html.Append($"<tr><td>{Markup.Text(name)}</td><td class=\"n\">{Markup.Text(value)}</td></tr>\n");
        html.Append("</table></div>\n");
    }
}
