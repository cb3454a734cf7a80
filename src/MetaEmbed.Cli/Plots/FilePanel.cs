using System.Globalization;
using MetaEmbed.Reports;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MetaEmbed.Cli.Plots;

/// <summary>One dataset's files: NDCG by bytes, bytes on a logarithmic axis. Colour says the code, shape the model, filling whether tuned.</summary>
internal static class FilePanel
{
    private const float MarkSize = 10;
    private static readonly string[] Families = ["whole numbers and floats", "rq", "pq", "rq + pq", "low-rank", "omp"];
    private static readonly MarkerShape[] Open = [MarkerShape.OpenCircle, MarkerShape.OpenSquare, MarkerShape.OpenDiamond];
    private static readonly MarkerShape[] Filled = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledDiamond];
    private static readonly int[] Steps = [1, 2, 5];

    /// <summary>The panel of a dataset.</summary>
    /// <param name="files">Its rows.</param>
    /// <param name="models">All models of the figure; the first is a circle.</param>
    /// <param name="metric">Name of the metric.</param>
    /// <param name="ink">Colours.</param>
    public static Plot Of(IReadOnlyList<FileFigure> files, IReadOnlyList<string> models, string metric, Ink ink)
    {
        var plot = PanelStyle.Empty(ink, 15);
        plot.Axes.Title.Label.Text = files[0].Data;
        plot.Axes.Left.Label.Text = metric.Replace("ndcg", "test NDCG", StringComparison.Ordinal);
        plot.Axes.Bottom.Label.Text = "bytes on disk";
        var marks = files.Where(file => file.Ndcg is not null).ToList();
        Limits(plot, files, marks);
        Sizes(plot, files, ink);
        foreach (var tuned in marks.Where(file => file.Tuned))
        {
            if (marks.Find(file => !file.Tuned && file.Model == tuned.Model && file.Name == tuned.Name) is not { } before)
                continue;
            var line = plot.Add.Line(X(before), before.Ndcg!.Value, X(tuned), tuned.Ndcg!.Value);
            line.Color = ink.Line(Family(tuned.Name));
            line.LineWidth = 1.2f;
        }

        foreach (var file in marks)
        {
            var model = models.ToList().IndexOf(file.Model) % Open.Length;
            var color = ink.Line(Family(file.Name));
            if (!file.Tuned)
                plot.Add.Marker(X(file), file.Ndcg!.Value, Filled[model], MarkSize, ink.Background);
            var mark = plot.Add.Marker(X(file), file.Ndcg!.Value, file.Tuned ? Filled[model] : Open[model], MarkSize, color);
            mark.MarkerLineWidth = 1.6f;
        }

        Names(plot, files, marks, ink);
        return plot;
    }

    /// <summary>The key to colours, shapes and fillings, as a strip.</summary>
    public static Plot Key(FileFigures figures, IReadOnlyList<string> models, Ink ink)
    {
        var used = figures.Files.Where(file => file.Ndcg is not null).ToList();
        var items = new List<LegendItem>();
        foreach (var family in used.Select(file => Family(file.Name)).Distinct().Order())
            items.Add(Mark(Families[family], MarkerShape.FilledCircle, ink.Line(family)));
        for (var model = 0; model < models.Count && models.Count > 1; model++)
            items.Add(Mark("model: " + models[model], Open[model % Open.Length], ink.Text));
        if (used.Exists(file => file.Tuned))
            items.AddRange([Mark("packed", MarkerShape.OpenCircle, ink.Quiet), Mark("and tuned", MarkerShape.FilledCircle, ink.Quiet)]);
        return PanelStyle.Strip(items, Alignment.MiddleCenter, new PixelPadding(8, 4, 2, 2), ink);
    }

    private static LegendItem Mark(string text, MarkerShape shape, Color color) => new()
    {
        LabelText = text + "   ", // room before the next one
        MarkerShape = shape,
        MarkerSize = MarkSize,
        MarkerFillColor = color,
        MarkerLineColor = color,
        MarkerLineWidth = 1.6f,
    };

    private static int Family(string code) =>
        code.StartsWith("rq", StringComparison.Ordinal) ? (code.Contains("pq", StringComparison.Ordinal) ? 3 : 1)
        : code.StartsWith("pq", StringComparison.Ordinal) ? 2
        : code.StartsWith("low-rank", StringComparison.Ordinal) ? 4
        : code.StartsWith("omp", StringComparison.Ordinal) ? 5 : 0;

    private static double X(FileFigure file) => Math.Log10(file.Bytes);

    private static void Limits(Plot plot, IReadOnlyList<FileFigure> files, List<FileFigure> marks)
    {
        var (low, high) = (marks.Min(file => file.Ndcg!.Value), marks.Max(file => file.Ndcg!.Value));
        var room = Math.Max(high - low, 1e-4);
        var (left, right) = (files.Min(X), files.Max(X));
        plot.Axes.SetLimits(left - 0.14, right + 0.14, low - 0.12 * room, high + 0.16 * room);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TargetTickCount = 6, LabelFormatter = value => value.ToString("0.00", CultureInfo.InvariantCulture) };
        var ticks = new NumericManual();
        for (var power = 0; power <= 15; power++)
        {
            foreach (var step in Steps)
            {
                var bytes = step * Math.Pow(10, power);
                if (Math.Log10(bytes) >= left - 0.14 && Math.Log10(bytes) <= right + 0.14)
                    ticks.AddMajor(Math.Log10(bytes), Bytes(bytes));
            }
        }

        plot.Axes.Bottom.TickGenerator = ticks;
    }

    private static string Bytes(double bytes) => bytes < 1e3 ? $"{bytes:0} B" : bytes < 1e6 ? $"{bytes / 1e3:0} kB" : bytes < 1e9 ? $"{bytes / 1e6:0} MB" : $"{bytes / 1e9:0} GB";

    // Sizes to compare with, as lines across; their names stand along them.
    private static void Sizes(Plot plot, IReadOnlyList<FileFigure> files, Ink ink)
    {
        foreach (var size in files.Where(file => file.Ndcg is null))
        {
            var line = plot.Add.VerticalLine(X(size), 1.4f, ink.Quiet, LinePattern.Dotted);
            line.EnableAutoscale = false;
            var limits = plot.Axes.GetLimits();
            var atEdge = limits.Right - X(size) < 0.12 * (limits.Right - limits.Left);
            var name = plot.Add.Text(size.Name, X(size), limits.Bottom + 0.56 * (limits.Top - limits.Bottom));
            name.LabelFontSize = PanelStyle.TextSize - 1;
            name.LabelFontColor = ink.Quiet;
            name.LabelRotation = -90;
            name.LabelAlignment = atEdge ? Alignment.LowerLeft : Alignment.UpperLeft;
            name.OffsetX = atEdge ? -3 : 3;
        }
    }

    // Names where they do not collide, the best first; a file that was tuned has its name there.
    private static void Names(Plot plot, IReadOnlyList<FileFigure> files, List<FileFigure> marks, Ink ink)
    {
        var limits = plot.Axes.GetLimits();
        var taken = marks.Select(file => Box(file, 0, 0, 0.022, 0)).ToList();
        foreach (var size in files.Where(file => file.Ndcg is null))
        {
            var x = (X(size) - limits.Left) / (limits.Right - limits.Left);
            taken.Add((x, x + 0.03, 0.55, 1));
        }

        var named = marks.Where(file => file.Tuned || !marks.Exists(other => other.Tuned && other.Model == file.Model && other.Name == file.Name));
        foreach (var file in named.OrderByDescending(file => file.Tuned).ThenByDescending(file => file.Ndcg))
        {
            var half = 0.0105 * file.Name.Length;
            foreach (var (aside, above, alignment, x, y) in new (double, double, Alignment, float, float)[]
            {
                (0, 0.05, Alignment.LowerCenter, 0, -6), (0, -0.05, Alignment.UpperCenter, 0, 6), (half + 0.025, 0, Alignment.MiddleLeft, 10, 0), (-half - 0.025, 0, Alignment.MiddleRight, -10, 0),
            })
            {
                var box = Box(file, aside, above, half, 0.016);
                if (box.Left < 0 || box.Right > 1 || taken.Exists(other => box.Left < other.Right && other.Left < box.Right && box.Low < other.High && other.Low < box.High))
                    continue;
                taken.Add(box);
                var name = plot.Add.Text(file.Name, X(file), file.Ndcg!.Value);
                name.LabelFontSize = PanelStyle.TextSize - 1;
                name.LabelFontColor = ink.Text;
                name.LabelAlignment = alignment;
                (name.OffsetX, name.OffsetY) = (x, y);
                break;
            }
        }

        (double Left, double Right, double Low, double High) Box(FileFigure file, double aside, double above, double half, double tall)
        {
            var x = (X(file) - limits.Left) / (limits.Right - limits.Left) + aside;
            var y = (file.Ndcg!.Value - limits.Bottom) / (limits.Top - limits.Bottom) + above;
            return (x - half, x + half, y - Math.Max(tall, 0.016), y + Math.Max(tall, 0.016));
        }
    }
}
