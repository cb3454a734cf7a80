using System.Text;
using MetaEmbed.Evaluation;
using MetaEmbed.Reports;
using Markup = MetaEmbed.Cli.Views.Html;

namespace MetaEmbed.Cli.Views;

/// <summary>Runs side by side as one HTML file that needs no other.</summary>
internal static class ComparePage
{
    public static string Html(RunComparison comparison)
    {
        var html = new StringBuilder();
        var names = string.Join(", ", comparison.Runs.Select(run => run.Name));
        var sample = comparison.Users < comparison.UsersInAll ? $"A sample of {Markup.Whole(comparison.Users)} of {Markup.Whole(comparison.UsersInAll)} users" : $"All {Markup.Whole(comparison.Users)} users";
        PageStyle.Begin(html, $"{comparison.Dataset}: {comparison.Runs.Count} runs", $"{names}. {sample} with test items; every item ranked for each.");
        PageStyle.Navigation(html, [("quality", "Quality"), ("tests", "Tests"), ("users", "By activity"), ("lists", "Lists, size, time"), ("settings", "Settings")]);
        Quality(html, comparison);
        Tests(html, comparison);
        Activity(html, comparison);
        Rest(html, comparison);
        Settings(html, comparison);
        PageStyle.End(html);
        return html.ToString();
    }

    private static void Quality(StringBuilder html, RunComparison comparison)
    {
        html.Append($"<section id=\"quality\"><h2>Quality</h2>\n<p>Test NDCG@{comparison.Cutoff}, with the 95% interval over users.</p>\n<div class=\"bars\">\n");
        var values = comparison.Runs.Select(run => Of(run, "ndcg", comparison.Cutoff)).ToArray();
        var most = Math.Max(values.Max(value => value.High), 1e-9);
        for (var i = 0; i < values.Length; i++)
            Markup.Bar(html, Markup.Text(comparison.Runs[i].Name), values[i].Mean / most, Markup.Interval(values[i]), (values[i].Low / most, values[i].High / most));
        html.Append("</div>\n<h3>All metrics</h3>\n");
        Markup.Table(html, ["", .. comparison.Runs.Select(run => Markup.Text(run.Name))],
            UserMetrics.Names.SelectMany(metric => comparison.Cutoffs.Select(k => (IReadOnlyList<string>)[$"{ReportSections.Named(metric)}@{k}", .. Best(comparison, metric, k)])), 1);
        html.Append("</section>\n");
    }

    private static void Tests(StringBuilder html, RunComparison comparison)
    {
        html.Append($"<section id=\"tests\"><h2>Against {Markup.Text(comparison.Runs[0].Name)}</h2>\n<p>The same users, one by one. Interval: 2,000 bootstrap samples of the users. p: 10,000 random flips of the signs of the differences, after Holm's correction over the runs. Both speak of users, not of what another seed of the training would give.</p>\n");
        Markup.Table(html, ["run", "metric", "difference", "relative", "95% interval", "p", "users better", "worse", "equal"], comparison.Tests.Select(test =>
        {
            var first = Of(comparison.Runs[0], test.Metric, test.Cutoff).Mean;
            var sign = test.AdjustedP >= 0.05 ? "" : test.Test.Difference > 0 ? " class=\"better\"" : " class=\"worse\"";
            return (IReadOnlyList<string>)
            [
                Markup.Text(comparison.Runs[test.Run].Name), $"{ReportSections.Named(test.Metric)}@{test.Cutoff}",
                $"<span{sign}>{CompareView.Signed(test.Test.Difference)}</span>", first > 0 ? Markup.Percent(test.Test.Difference / first) : "",
                $"{CompareView.Signed(test.Test.Low)} .. {CompareView.Signed(test.Test.High)}", CompareView.P(test.AdjustedP),
                Markup.Whole(test.Test.Better), Markup.Whole(test.Test.Worse), Markup.Whole(comparison.Users - test.Test.Better - test.Test.Worse),
            ];
        }), 2);
        html.Append("</section>\n");
    }

    private static void Activity(StringBuilder html, RunComparison comparison)
    {
        html.Append($"<section id=\"users\"><h2>By activity of users</h2>\n<p>NDCG@{comparison.Cutoff} of users by the number of their training items.</p>\n");
        Markup.Table(html, ["training items", "users", .. comparison.Runs.Select(run => Markup.Text(run.Name))], comparison.Runs[0].Activity.Select((group, place) => (IReadOnlyList<string>)
        [
            group.Least == group.Most ? $"{group.Least}" : $"{group.Least}-{group.Most}", Markup.Whole(group.Users), .. comparison.Runs.Select(run => Markup.Interval(run.Activity[place].Ndcg)),
        ]), 1);
        html.Append("</section>\n");
    }

    private static void Rest(StringBuilder html, RunComparison comparison)
    {
        html.Append("<section id=\"lists\"><h2>Lists, size, time</h2>\n");
        Markup.Table(html, ["", .. comparison.Runs.Select(run => Markup.Text(run.Name))],
        [
            ["preset", .. comparison.Runs.Select(run => Markup.Text(run.Preset))],
            [$"coverage of the first {comparison.Cutoff}", .. comparison.Runs.Select(run => run.Lists is { } lists ? Markup.Percent(lists.Coverage) : "-")],
            ["Gini", .. comparison.Runs.Select(run => run.Lists is { } lists ? Markup.Number(lists.Gini, 3) : "-")],
            ["novelty, bits", .. comparison.Runs.Select(run => run.Lists is { } lists ? Markup.Number(lists.Novelty, 2) : "-")],
            ["codebooks", .. comparison.Runs.Select(run => run.Size is { } size ? Markup.Bytes(size.Codebooks) : "-")],
            ["all parameters", .. comparison.Runs.Select(run => run.Size is { } size ? Markup.Bytes(size.Parameters) : "-")],
            ["training", .. comparison.Runs.Select(run => Durations.Text(TimeSpan.FromSeconds(run.TrainSeconds)))],
        ], 1);
        html.Append("</section>\n");
    }

    private static void Settings(StringBuilder html, RunComparison comparison)
    {
        var differing = comparison.DifferingSettings;
        html.Append("<section id=\"settings\"><h2>Settings that differ</h2>\n");
        if (differing.Count == 0)
            html.Append("<p>None.</p>\n");
        else
            Markup.Table(html, ["setting", .. comparison.Runs.Select(run => Markup.Text(run.Name))], differing.Select(name => (IReadOnlyList<string>)[name, .. comparison.Runs.Select(run => Markup.Text(run.Settings.GetValueOrDefault(name, "-")))]), 1);
        html.Append("</section>\n");
    }

    private static IEnumerable<string> Best(RunComparison comparison, string metric, int cutoff)
    {
        var values = comparison.Runs.Select(run => Of(run, metric, cutoff)).ToArray();
        var best = values.Max(value => value.Mean);
        return values.Select(value => value.Mean == best && best > 0 ? $"<b>{Markup.Number(value.Mean)}</b> <small>±{Markup.Number(value.Margin)}</small>" : Markup.Interval(value));
    }

    private static Interval Of(ComparedRun run, string metric, int cutoff) => run.Metrics.Single(row => row.Metric == metric && row.Cutoff == cutoff).Value;
}
