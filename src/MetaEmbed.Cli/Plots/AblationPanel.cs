using System.Globalization;
using MetaEmbed.Experiments;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MetaEmbed.Cli.Plots;

/// <summary>One panel of a study: a metric by what is varied, before and after the fine stage.</summary>
internal static class AblationPanel
{
    /// <summary>A metric of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="published">The same part elsewhere, drawn dotted; null for none.</param>
    /// <param name="metric">The metric's name: <c>ndcg@5</c>.</param>
    /// <param name="ink">Colours.</param>
    public static Plot Metric(AblationPart part, AblationPart? published, string metric, Ink ink)
    {
        var plot = PanelStyle.Empty(ink, 14);
        plot.Axes.Left.TickLabelStyle.OffsetY = 3; // to the height of its line
        plot.Axes.Title.Label.Text = metric.Replace("ndcg", "NDCG", StringComparison.Ordinal).Replace("recall", "Recall", StringComparison.Ordinal);
        plot.Axes.Bottom.Label.Text = part.Axis;
        // All lines before all markers: a marker drawn right after a dotted line would take its pattern over.
        var own = Stages(ink).Select(stage => (Points: part.Line(stage.Stage, metric), stage.Color)).ToList();
        var others = published is null ? [] : Stages(ink).Select(stage => (Points: published.Line(stage.Stage, metric), stage.Color)).ToList();
        foreach (var (points, color) in others)
            Line(plot, points, color, LinePattern.Dotted, 1.6f);
        foreach (var (points, color) in own)
            Line(plot, points, color, LinePattern.Solid, 2.2f);
        foreach (var (points, color) in others)
        {
            Markers(plot, points, MarkerShape.FilledCircle, 5, ink.Background);
            Markers(plot, points, MarkerShape.OpenCircle, 5, color);
        }

        foreach (var (points, color) in own)
            Markers(plot, points, MarkerShape.FilledCircle, 7, color);
        Scale(plot, part, published);
        return plot;
    }

    /// <summary>The title of a part and the key to its lines, as a strip.</summary>
    public static Plot Title(AblationPart part, bool withPublished, Ink ink)
    {
        var items = new List<LegendItem>();
        foreach (var (stage, color) in Stages(ink).Reverse())
            items.Add(Key(stage == TrainingStages.Fine ? part.After : "before it", color, LinePattern.Solid, MarkerShape.FilledCircle));
        if (withPublished)
            items.Add(Key("published", ink.Text, LinePattern.Dotted, MarkerShape.None));
        var plot = PanelStyle.Strip(items, Alignment.MiddleRight, new PixelPadding(14, 4, 2, 2), ink);
        plot.Legend.SymbolWidth = 34;
        plot.Axes.SetLimits(0, 1, 0, 1);
        var title = plot.Add.Text(part.Title, 0, 0.4);
        title.LabelFontSize = 17;
        title.LabelFontColor = ink.Text;
        title.LabelAlignment = Alignment.MiddleLeft;
        title.OffsetX = 16;
        return plot;
    }

    private static (string Stage, Color Color)[] Stages(Ink ink) => [(TrainingStages.Coarse, ink.Line(1)), (TrainingStages.Fine, ink.Line(0))];

    private static LegendItem Key(string text, Color color, LinePattern pattern, MarkerShape marker) => new()
    {
        LabelText = text + "   ", // room before the next one
        LineColor = color,
        LineWidth = 2.2f,
        LinePattern = pattern,
        MarkerShape = marker,
        MarkerSize = 7,
        MarkerFillColor = color,
        MarkerLineColor = color,
        MarkerLineWidth = 1.4f,
    };

    private static void Line(Plot plot, IReadOnlyList<(double X, double Y)> points, Color color, LinePattern pattern, float width)
    {
        var line = plot.Add.ScatterLine(Xs(points), Ys(points), color);
        line.LineWidth = width;
        line.LinePattern = pattern;
    }

    private static void Markers(Plot plot, IReadOnlyList<(double X, double Y)> points, MarkerShape shape, float size, Color color) =>
        plot.Add.Markers(Xs(points), Ys(points), shape, size, color);

    private static double[] Xs(IReadOnlyList<(double X, double Y)> points) => [.. points.Select(point => point.X)];

    private static double[] Ys(IReadOnlyList<(double X, double Y)> points) => [.. points.Select(point => point.Y)];

    // The axis of what is varied has a tick at each value; the metric's own has room for all lines.
    private static void Scale(Plot plot, AblationPart part, AblationPart? published)
    {
        var values = part.Values;
        plot.Axes.AutoScale();
        var all = published is null ? values : [.. values.Concat(published.Values).Distinct().Order()];
        var width = Math.Max(all[^1] - all[0], 1e-9);
        var beside = part.Axis.Length == 0 ? 0.4 : 0.06;
        plot.Axes.SetLimitsX(all[0] - beside * width, all[^1] + beside * width);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TargetTickCount = 6, LabelFormatter = value => value.ToString("0.000", CultureInfo.InvariantCulture) };
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. values], [.. values.Select(part.Tick)]);
    }
}
