using System.Globalization;
using MetaEmbed.Experiments.Ablations;

namespace MetaEmbed.Cli.Plots;

/// <summary>
/// The picture of a study: a row for each part, with its title and the key to its lines above four panels, NDCG and
/// recall at two cut-offs.
/// </summary>
internal static class AblationFigure
{
    private const int PanelWidth = 380;
    private const int PanelHeight = 320;
    private const int TitleHeight = 44;
    private static readonly int[] Preferred = [5, 20];

    /// <summary>Writes the figure as SVG and as PNG.</summary>
    /// <param name="own">The study's points.</param>
    /// <param name="published">Points to draw dotted beside them; those of parts that the study does not have are left out.</param>
    /// <param name="svg">The picture that scales.</param>
    /// <param name="png">The one of pixels.</param>
    public static void Save(IReadOnlyList<AblationCurvePoint> own, IReadOnlyList<AblationCurvePoint> published, string svg, string png)
    {
        var metrics = Metrics(own);
        var rows = new List<IReadOnlyList<Panel>>();
        foreach (var panel in own.Select(point => point.Panel).Distinct())
        {
            var part = AblationPart.Of(panel, own);
            var beside = published.Any(point => point.Panel == panel) ? AblationPart.Of(panel, published) : null;
            rows.Add([new Panel(AblationPanel.Title(part, beside is not null, Ink.Light), PanelWidth * metrics.Count, TitleHeight)]);
            rows.Add([.. metrics.Select(metric => new Panel(AblationPanel.Metric(part, beside, metric, Ink.Light), PanelWidth, PanelHeight))]);
        }

        PanelGrid.Save(rows, svg, png);
    }

    // At the authors' cut-offs where they were measured, else at the smallest and the largest.
    private static List<string> Metrics(IReadOnlyList<AblationCurvePoint> own)
    {
        var measured = own.SelectMany(point => point.Values.Keys).Distinct()
            .Where(name => name.StartsWith("ndcg@", StringComparison.Ordinal))
            .Select(name => int.Parse(name.AsSpan("ndcg@".Length), CultureInfo.InvariantCulture)).Order().ToArray();
        int[] cutoffs = Preferred.All(measured.Contains) ? Preferred : measured.Length == 1 ? measured : [measured[0], measured[^1]];
        return [.. cutoffs.Select(k => $"ndcg@{k}"), .. cutoffs.Select(k => $"recall@{k}")];
    }
}
