using MetaEmbed.Experiments;
using ScottPlot;

namespace MetaEmbed.Cli.Plots;

/// <summary>One panel of a figure: a metric by epoch, a line for each cut-off, phases marked.</summary>
internal static class CurvePanel
{
    private const float TextSize = 13;

    /// <summary>A metric at each of its cut-offs.</summary>
    public static Plot Metric(string title, Curve run, Curve? published, Func<MetricsRow, IReadOnlyDictionary<int, double>> of, Ink ink)
    {
        var plot = Empty(title, ink);
        for (var i = 0; i < run.Cutoffs.Count; i++)
        {
            var k = run.Cutoffs[i];
            if (published is not null && published.Cutoffs.Contains(k))
                Line(plot, [.. published.Points.Select(point => (point.Epoch, of(point)[k]))], ink.Line(i).WithAlpha(0.75), dashed: true);
            var points = run.Points.Where(point => of(point).ContainsKey(k)).Select(point => (point.Epoch, Value: of(point)[k])).ToArray();
            Line(plot, points, ink.Line(i));
            if (points.Length > 0)
                EndLabel(plot, $"@{k}", points[^1].Epoch, points[^1].Value, ink.Line(i));
            foreach (var best in run.Best)
                plot.Add.Marker(best.Epoch, of(best)[k], MarkerShape.FilledCircle, 7, ink.Line(i));
        }

        Finish(plot, run, published, ink);
        return plot;
    }

    /// <summary>The training loss.</summary>
    public static Plot Loss(Curve run, Ink ink)
    {
        var plot = Empty("Training loss", ink);
        Line(plot, [.. run.Losses], ink.Line(0));
        Finish(plot, run, null, ink);
        return plot;
    }

    private static Plot Empty(string title, Ink ink)
    {
        var plot = PanelStyle.Open(ink);
        plot.Axes.Bottom.MinorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Title.Label.FontSize = 16;
        plot.Axes.Title.Label.ForeColor = ink.Text;
        plot.Axes.Bottom.Label.Text = "epoch";
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Bottom.Label.FontSize = TextSize;
        plot.Axes.Bottom.TickLabelStyle.FontSize = TextSize;
        plot.Axes.Left.TickLabelStyle.FontSize = TextSize;
        return plot;
    }

    private static void Line(Plot plot, (int Epoch, double Value)[] points, Color color, bool dashed = false)
    {
        var line = plot.Add.ScatterLine(points.Select(point => (double)point.Epoch).ToArray(), points.Select(point => point.Value).ToArray(), color);
        line.LineWidth = dashed ? 1.4f : 2.2f;
        line.LinePattern = dashed ? LinePattern.Dashed : LinePattern.Solid;
    }

    private static void EndLabel(Plot plot, string text, double x, double y, Color color)
    {
        var label = plot.Add.Text(text, x, y);
        label.LabelFontColor = color;
        label.LabelFontSize = TextSize;
        label.LabelAlignment = Alignment.MiddleLeft;
        label.OffsetX = 6;
    }

    // Phases, the legend of the dashed lines, and room for the labels at the lines' ends.
    private static void Finish(Plot plot, Curve run, Curve? published, Ink ink)
    {
        var last = Math.Max(Math.Max(run.LastEpoch, published?.LastEpoch ?? 0), 1);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(-0.02 * last, 1.12 * last);
        var (bottom, top) = (plot.Axes.GetLimits().Bottom, plot.Axes.GetLimits().Top);
        if (bottom < 0.3 * top)
            plot.Axes.SetLimitsY(0, top);
        else if (published is not null)
            plot.Axes.SetLimitsY(bottom - 0.25 * (top - bottom), top); // room for the legend below the lowest line
        foreach (var start in run.PhaseStarts)
        {
            plot.Add.VerticalLine(start.Epoch, 1.2f, ink.Quiet, LinePattern.Dotted);
            var label = plot.Add.Text(start.Phase, start.Epoch, top);
            label.LabelFontColor = ink.Quiet;
            label.LabelFontSize = 11;
            label.LabelAlignment = Alignment.UpperLeft;
            label.OffsetX = 4;
        }

        if (published is null)
            return;
        plot.ShowLegend(
            [
                new LegendItem { LabelText = run.Name, LineColor = ink.Text, LineWidth = 2.2f },
                new LegendItem { LabelText = published.Name, LineColor = ink.Text, LineWidth = 1.4f, LinePattern = LinePattern.Dashed },
            ],
            Alignment.LowerRight);
        plot.Legend.BackgroundColor = ink.Background.WithAlpha(0.8);
        plot.Legend.SymbolWidth = 32;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.FontColor = ink.Text;
        plot.Legend.FontSize = TextSize;
    }
}
