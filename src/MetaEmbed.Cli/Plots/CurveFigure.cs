using System.Text;
using System.Text.RegularExpressions;
using MetaEmbed.Storage;
using ScottPlot;
using SkiaSharp;

namespace MetaEmbed.Cli.Plots;

/// <summary>The curves of a run: NDCG, recall and loss by epoch side by side.</summary>
internal static partial class CurveFigure
{
    private const int PanelWidth = 520;
    private const int PanelHeight = 400;

    /// <summary>Writes the figure as SVG and as PNG.</summary>
    public static void Save(Curve run, Curve? published, string svg, string png)
    {
        var panels = Panels(run, published, Ink.Light);
        AtomicFile.WriteText(svg, Svg(panels));
        AtomicFile.Write(png, Png(panels));
    }

    /// <summary>The panels: metrics, and the loss where there is one.</summary>
    public static IReadOnlyList<Plot> Panels(Curve run, Curve? published, Ink ink)
    {
        var panels = new List<Plot>
        {
            CurvePanel.Metric("Validation NDCG", run, published, point => point.Ndcg, ink),
            CurvePanel.Metric("Validation recall", run, published, point => point.Recall, ink),
        };
        if (run.Losses.Count > 0)
            panels.Add(CurvePanel.Loss(run, ink));
        return panels;
    }

    /// <summary>A panel as an SVG element that can stand in a page or in another SVG.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="name">What its ids begin with; different for each one in a page.</param>
    /// <param name="attributes">More attributes of the element.</param>
    public static string Element(Plot panel, string name, string attributes)
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, PanelWidth, PanelHeight), stream))
            panel.Render(canvas, new PixelRect(0, PanelWidth, PanelHeight, 0));
        var text = Encoding.UTF8.GetString(stream.ToArray());
        var body = text[(text.IndexOf('>', text.IndexOf("<svg", StringComparison.Ordinal)) + 1)..];
        body = Clearing().Replace(body, "");
        body = Identifier().Replace(body, $"$1{name}-");
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {PanelWidth} {PanelHeight}\" {attributes}>{body.TrimEnd()}\n";
    }

    private static string Svg(IReadOnlyList<Plot> panels)
    {
        var text = new StringBuilder();
        text.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{PanelWidth * panels.Count}\" height=\"{PanelHeight}\">\n");
        for (var i = 0; i < panels.Count; i++)
            text.Append(Element(panels[i], $"panel{i}", $"x=\"{i * PanelWidth}\" width=\"{PanelWidth}\" height=\"{PanelHeight}\""));
        return text.Append("</svg>\n").ToString();
    }

    private static byte[] Png(IReadOnlyList<Plot> panels)
    {
        const int scale = 2;
        using var surface = SKSurface.Create(new SKImageInfo(PanelWidth * panels.Count * scale, PanelHeight * scale));
        for (var i = 0; i < panels.Count; i++)
        {
            using var panel = SKSurface.Create(new SKImageInfo(PanelWidth * scale, PanelHeight * scale));
            panel.Canvas.Scale(scale);
            panels[i].Render(panel.Canvas, new PixelRect(0, PanelWidth, PanelHeight, 0));
            surface.Canvas.DrawSurface(panel, i * PanelWidth * scale, 0);
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    // The canvas is cleared with a rectangle without colour, which is black in SVG.
    [GeneratedRegex(@"<rect width=""\d+"" height=""\d+""/>")]
    private static partial Regex Clearing();

    [GeneratedRegex(@"(id=""|url\(#)")]
    private static partial Regex Identifier();
}
