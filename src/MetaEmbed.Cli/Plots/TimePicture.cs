using System.Globalization;
using MetaEmbed.Inference;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MetaEmbed.Cli.Plots;

/// <summary>What several runs reached by when: validation NDCG and recall by wall time on a logarithmic axis, a line a run.</summary>
internal static class TimePicture
{
    private const int PanelWidth = 620;
    private const int PanelHeight = 440;
    private const int KeyHeight = 44;
    private const int Cutoff = 20;
    private static readonly double[] Ticks = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 86400, 172800];

    /// <summary>Writes it as SVG and as PNG.</summary>
    /// <param name="curves">A curve for each run.</param>
    /// <param name="svg">The picture that scales.</param>
    /// <param name="png">The one of pixels.</param>
    /// <exception cref="UserMistakeException">The runs have no cut-off in common.</exception>
    public static void Save(IReadOnlyList<TimeCurve> curves, string svg, string png)
    {
        var common = curves.SelectMany(curve => curve.Points).Select(point => point.Ndcg.Keys).Aggregate(curves[0].Points[0].Ndcg.Keys.ToList(), (all, own) => [.. all.Intersect(own)]);
        if (common.Count == 0)
            throw new UserMistakeException("the runs were evaluated at different cut-offs, none of which all have", "name runs with a cut-off in common");
        var k = common.Where(cutoff => cutoff <= Cutoff).DefaultIfEmpty(common.Min()).Max();
        var ink = Ink.Light;
        Panel[] panels =
        [
            new(Metric($"validation NDCG@{k}", curves, point => point.Ndcg[k], ink), PanelWidth, PanelHeight),
            new(Metric($"validation Recall@{k}", curves, point => point.Recall[k], ink), PanelWidth, PanelHeight),
        ];
        var key = PanelStyle.Strip([.. curves.Select((curve, i) => Item(curve.Name, ink.Line(i)))], Alignment.MiddleCenter, new PixelPadding(14, 4, 2, 2), ink);
        PanelGrid.Save([panels, [new Panel(key, PanelWidth * panels.Length, KeyHeight)]], svg, png);
    }

    private static Plot Metric(string title, IReadOnlyList<TimeCurve> curves, Func<TimePoint, double> of, Ink ink)
    {
        var plot = PanelStyle.Empty(ink, 15);
        plot.Axes.Title.Label.Text = title;
        plot.Axes.Bottom.Label.Text = "wall time";
        for (var i = 0; i < curves.Count; i++)
        {
            var (xs, ys) = (curves[i].Points.Select(X).ToArray(), curves[i].Points.Select(of).ToArray());
            plot.Add.ScatterLine(xs, ys, ink.Line(i)).LineWidth = 2.2f;
            plot.Add.Markers(xs, ys, MarkerShape.FilledCircle, 5, ink.Line(i));
        }

        var all = curves.SelectMany(curve => curve.Points).ToList();
        var (left, right, top) = (all.Min(X) - 0.1, all.Max(X) + 0.1, Math.Max(all.Max(of), 1e-9));
        plot.Axes.SetLimits(left, right, 0, 1.08 * top);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TargetTickCount = 6, LabelFormatter = value => value.ToString("0.00", CultureInfo.InvariantCulture) };
        var shown = Ticks.Where(tick => Math.Log10(tick) >= left && Math.Log10(tick) <= right).ToArray();
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. shown.Select(Math.Log10)], [.. shown.Select(Name)]);
        return plot;
    }

    private static double X(TimePoint point) => Math.Log10(Math.Max(point.Seconds, 0.1));

    private static string Name(double seconds) => seconds < 60 ? $"{seconds:0} s" : seconds < 3600 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0} h";

    private static LegendItem Item(string text, Color color) => new()
    {
        LabelText = text + "   ", // room before the next one
        LineColor = color,
        LineWidth = 2.2f,
        MarkerShape = MarkerShape.FilledCircle,
        MarkerSize = 5,
        MarkerFillColor = color,
        MarkerLineColor = color,
    };
}
