using System.Text;
using MetaEmbed.Cli.Plots;
using MetaEmbed.Evaluation;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Views;

/// <summary>The parts of a report that come from its model.</summary>
internal static class ReportSections
{
    private const int NamedMetaEmbeddings = 16;

    /// <summary>The figures that one looks for first.</summary>
    public static void Tiles(StringBuilder html, ReportFacts facts, double trainSeconds)
    {
        html.Append("<div class=\"tiles\">\n");
        foreach (var metric in new[] { "ndcg", "recall" })
        {
            var value = facts.Metrics.Single(row => row.Metric == metric && row.Cutoff == facts.Cutoff).Value;
            Tile(html, Html.Number(value.Mean), $"test {Named(metric)}@{facts.Cutoff}, ±{Html.Number(value.Margin)}");
        }

        Tile(html, Html.Percent(facts.Lists.Coverage, 0), $"of the items in somebody's first {facts.Cutoff}");
        var times = facts.Size.Parameters > 0 ? (double)facts.Size.Table / facts.Size.Parameters : 0;
        Tile(html, Html.Bytes(facts.Size.Parameters), times >= 1.5 ? $"of parameters, 1/{times:0} of a row for everybody" : "of parameters");
        if (facts.Codebook is { } codebook)
            Tile(html, $"{codebook.InUse}", $"of {codebook.Coarse.Count} coarse meta-embeddings in use");
        if (trainSeconds > 0)
            Tile(html, Durations.Text(TimeSpan.FromSeconds(trainSeconds)), "of training");
        html.Append("</div>\n");
    }

    /// <summary>All metrics with intervals.</summary>
    public static void Metrics(StringBuilder html, ReportFacts facts)
    {
        var sample = facts.Users < facts.UsersInAll ? $"a sample of {Html.Whole(facts.Users)} of {Html.Whole(facts.UsersInAll)} users" : $"all {Html.Whole(facts.Users)} users";
        html.Append($"<p>All items ranked for {sample} with {facts.Split} items, in {Durations.Text(TimeSpan.FromSeconds(facts.RankingSeconds))}. Means over users with their 95% confidence intervals, which say what other users would give, not another training.</p>\n");
        var cutoffs = facts.Metrics.Select(row => row.Cutoff).Distinct().ToArray();
        Html.Table(html, ["", .. cutoffs.Select(k => $"@{k}")],
            UserMetrics.Names.Select(name => (IReadOnlyList<string>)[Named(name), .. cutoffs.Select(k => Html.Interval(facts.Metrics.Single(row => row.Metric == name && row.Cutoff == k).Value))]), 1);
    }

    /// <summary>By activity of users and by popularity of items.</summary>
    public static void UsersAndItems(StringBuilder html, ReportFacts facts)
    {
        html.Append($"<section id=\"users\"><h2>For whom, and with which items</h2>\n<div class=\"columns\">\n<div><h3>By activity of users</h3>\n<p>NDCG@{facts.Cutoff} of users by the number of their training items, with 95% intervals.</p>\n<div class=\"bars\">\n");
        var most = Math.Max(facts.Activity.Select(group => group.Ndcg.High).DefaultIfEmpty(0).Max(), 1e-9);
        foreach (var group in facts.Activity)
        {
            Html.Bar(html, $"{Range(group.Least, group.Most)} items <small>{Html.Whole(group.Users)} users</small>", group.Ndcg.Mean / most, Html.Interval(group.Ndcg), (group.Ndcg.Low / most, group.Ndcg.High / most));
        }

        html.Append($"</div></div>\n<div><h3>By popularity of items</h3>\n<p>Items by the number of their training users; the groups have about equally many interactions. How many of the held-out ones are found in the first {facts.Cutoff}.</p>\n<div class=\"bars\">\n");
        var top = Math.Max(facts.Popularity.Select(group => group.Recall).DefaultIfEmpty(0).Max(), 1e-9);
        foreach (var group in facts.Popularity)
            Html.Bar(html, $"{Range(group.Least, group.Most)} users <small>{Html.Whole(group.Items)} items</small>", group.Recall / top, Html.Percent(group.Recall));
        html.Append("</div>\n<h3>Where the places in lists go</h3>\n<p><span class=\"key\" style=\"background:var(--one)\"></span>share of all places <span class=\"key\" style=\"background:var(--two)\"></span>share of training interactions</p>\n<div class=\"bars\">\n");
        var widest = Math.Max(facts.Popularity.Select(group => Math.Max(group.ListShare, group.TrainShare)).DefaultIfEmpty(0).Max(), 1e-9);
        foreach (var group in facts.Popularity)
            Html.Bar(html, $"{Range(group.Least, group.Most)} users", group.ListShare / widest, $"{Html.Percent(group.ListShare)} <small>{Html.Percent(group.TrainShare)}</small>", null, group.TrainShare / widest);
        html.Append("</div></div>\n</div></section>\n");
    }

    /// <summary>Coverage, Gini, novelty.</summary>
    public static void Lists(StringBuilder html, ReportFacts facts)
    {
        var lists = facts.Lists;
        html.Append($"<section id=\"lists\"><h2>All lists together</h2>\n<p>The first {lists.Length} of each list.</p>\n");
        Html.Table(html, ["", "lists", "to compare with", "is"],
        [
            ["coverage", Html.Percent(lists.Coverage), "", "share of the items that stand in at least one list"],
            ["Gini", Html.Number(lists.Gini, 3), $"{Html.Number(lists.TrainGini, 3)} in training", "how unevenly the places go to items: 0 alike, 1 all to one"],
            ["novelty", $"{Html.Number(lists.Novelty, 2)} bits", $"{Html.Number(lists.TestNovelty, 2)} bits, held-out items", "mean of -log2 of the share of users who met the item"],
        ], 4, prose: true);
        html.Append("</section>\n");
    }

    /// <summary>The meta-embeddings.</summary>
    public static void Codebook(StringBuilder html, ReportFacts facts)
    {
        var codebook = facts.Codebook!;
        html.Append($"<section id=\"codebook\"><h2>Meta-embeddings</h2>\n<p>Each user and item is composed of up to {codebook.PerEntity} of {codebook.Coarse.Count} coarse meta-embeddings. {codebook.InUse} are in use, as many as {Html.Whole(codebook.Effective)} used alike");
        html.Append(codebook.Fine.Count > 0 ? $"; {codebook.Fine.Count(fine => !fine.IsDead)} of {codebook.Fine.Count} fine ones refine them.</p>\n" : ".</p>\n");
        html.Append($"<div class=\"wide\">{CodebookPicture.Element(codebook)}</div>\n<h3>What they stand for</h3>\n<p>The most used ones; terms that their items have more often than others, and their most typical items. All of them: metaembed inspect.</p>\n");
        Html.Table(html, ["", "stands for", "typical items", "use", "users", "items"],
            codebook.Coarse.Where(meta => !meta.IsDead).OrderByDescending(meta => meta.Share).ThenBy(meta => meta.Number).Take(NamedMetaEmbeddings).Select(meta => (IReadOnlyList<string>)
            [
                $"#{meta.Number}", Html.Text(meta.Name), Html.Text(string.Join(", ", meta.Typical.Take(4).Select(item => facts.Names.TitleOf(item) ?? facts.Names.OfItem(item)))),
                Html.Percent(meta.Share), Html.Whole(meta.Users), Html.Whole(meta.Items),
            ]), 3, prose: true);
        html.Append("</section>\n");
    }

    /// <summary>How a metric is written.</summary>
    public static string Named(string metric) => metric switch
    {
        "ndcg" => "NDCG",
        "hit-rate" => "Hit rate",
        "mrr" => "MRR",
        "map" => "MAP",
        _ => char.ToUpperInvariant(metric[0]) + metric[1..],
    };

    private static string Range(int least, int most) => least == most ? Html.Whole(least) : $"{Html.Whole(least)}-{Html.Whole(most)}";

    private static void Tile(StringBuilder html, string value, string what) => html.Append($"<div class=\"tile\"><b>{value}</b><span>{what}</span></div>\n");
}
