using System.Text;
using System.Text.RegularExpressions;
using MetaEmbed.Storage;
using ScottPlot;
using SkiaSharp;

namespace MetaEmbed.Cli.Plots;

/// <summary>A plot and the room it takes.</summary>
/// <param name="Plot">The plot.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record Panel(Plot Plot, int Width, int Height);

/// <summary>Plots in rows, as one picture.</summary>
internal static partial class PanelGrid
{
    private const int PngScale = 2;

    /// <summary>Writes the picture as SVG and as PNG.</summary>
    /// <param name="rows">Rows from top to bottom, each from left to right; panels of a row have one height.</param>
    /// <param name="svg">The picture that scales.</param>
    /// <param name="png">The one of pixels.</param>
    public static void Save(IReadOnlyList<IReadOnlyList<Panel>> rows, string svg, string png)
    {
        AtomicFile.WriteText(svg, Svg(rows));
        AtomicFile.Write(png, Png(rows));
    }

    /// <summary>A panel as an SVG element that can stand in a page or in another SVG.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="name">What its ids begin with; different for each one in a page.</param>
    /// <param name="attributes">More attributes of the element.</param>
    public static string Element(Panel panel, string name, string attributes)
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, panel.Width, panel.Height), stream))
            panel.Plot.Render(canvas, new PixelRect(0, panel.Width, panel.Height, 0));
        var text = Encoding.UTF8.GetString(stream.ToArray());
        var body = text[(text.IndexOf('>', text.IndexOf("<svg", StringComparison.Ordinal)) + 1)..];
        body = Clearing().Replace(body, "");
        body = Identifier().Replace(body, $"$1{name}-");
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {panel.Width} {panel.Height}\" {attributes}>{body.TrimEnd()}\n";
    }

    private static string Svg(IReadOnlyList<IReadOnlyList<Panel>> rows)
    {
        var text = new StringBuilder();
        var (width, height) = Size(rows);
        text.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\n");
        var number = 0;
        foreach (var (panel, x, y) in Places(rows))
            text.Append(Element(panel, $"panel{number++}", $"x=\"{x}\" y=\"{y}\" width=\"{panel.Width}\" height=\"{panel.Height}\""));
        return text.Append("</svg>\n").ToString();
    }

    private static byte[] Png(IReadOnlyList<IReadOnlyList<Panel>> rows)
    {
        var (width, height) = Size(rows);
        using var surface = SKSurface.Create(new SKImageInfo(width * PngScale, height * PngScale));
        surface.Canvas.Clear(SKColors.White);
        foreach (var (panel, x, y) in Places(rows))
        {
            using var part = SKSurface.Create(new SKImageInfo(panel.Width * PngScale, panel.Height * PngScale));
            part.Canvas.Scale(PngScale);
            panel.Plot.Render(part.Canvas, new PixelRect(0, panel.Width, panel.Height, 0));
            surface.Canvas.DrawSurface(part, x * PngScale, y * PngScale);
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static (int Width, int Height) Size(IReadOnlyList<IReadOnlyList<Panel>> rows) =>
        (rows.Max(row => row.Sum(panel => panel.Width)), rows.Sum(row => row[0].Height));

    private static IEnumerable<(Panel Panel, int X, int Y)> Places(IReadOnlyList<IReadOnlyList<Panel>> rows)
    {
        var y = 0;
        foreach (var row in rows)
        {
            var x = 0;
            foreach (var panel in row)
            {
                yield return (panel, x, y);
                x += panel.Width;
            }

            y += row[0].Height;
        }
    }

    // The canvas is cleared with a rectangle without colour, which is black in SVG; one that clips stays.
    [GeneratedRegex(@"(?<!<clipPath[^>]*>\s*)<rect width=""\d+"" height=""\d+""/>")]
    private static partial Regex Clearing();

    [GeneratedRegex(@"(id=""|url\(#)")]
    private static partial Regex Identifier();
}
