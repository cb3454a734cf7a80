using ScottPlot;
using ScottPlot.TickGenerators;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>Steps by size on logarithmic axes: what grows in proportion is a line parallel to the dashed one.</summary>
internal static class ScalePlot
{
    /// <summary>Draws one quantity, as a picture that scales and as pixels.</summary>
    public static void Save(string path, string quantity, IReadOnlyList<ScaleRow> rows, Func<ScaleRow, double> of)
    {
        Fonts.Default = "DejaVu Sans";
        var plot = new Plot();
        plot.Title($"{quantity} of each step by training interactions");
        plot.Axes.Bottom.Label.Text = "training interactions";
        plot.Axes.Left.Label.Text = quantity;
        foreach (var step in rows.GroupBy(row => row.Step))
        {
            var points = step.Where(row => of(row) > 0).OrderBy(row => row.Interactions).ToArray();
            if (points.Length == 0)
                continue;
            var line = plot.Add.Scatter(
                points.Select(row => Math.Log10(row.Interactions)).ToArray(), points.Select(row => Math.Log10(of(row))).ToArray());
            line.LegendText = step.Key;
            line.LineWidth = 2;
        }

        Proportional(plot, rows, of);
        plot.Axes.Bottom.TickGenerator = Powers();
        plot.Axes.Left.TickGenerator = Powers();
        plot.ShowLegend(Edge.Right);
        plot.SaveSvg(path + ".svg", 1000, 640);
        plot.SavePng(path + ".png", 1000, 640);
    }

    private static void Proportional(Plot plot, IReadOnlyList<ScaleRow> rows, Func<ScaleRow, double> of)
    {
        var first = rows.Min(row => row.Interactions);
        var last = rows.Max(row => row.Interactions);
        var lowest = rows.Where(row => row.Interactions == first && of(row) > 0).Min(of);
        var line = plot.Add.Line(Math.Log10(first), Math.Log10(lowest), Math.Log10(last), Math.Log10(lowest * last / first));
        line.LinePattern = LinePattern.Dashed;
        line.LineColor = Colors.Gray;
        line.LegendText = "in proportion";
    }

    private static NumericAutomatic Powers() => new()
    {
        LabelFormatter = power => $"1e{power:F0}",
        IntegerTicksOnly = true,
        MinorTickGenerator = new LogMinorTickGenerator(),
    };
}
