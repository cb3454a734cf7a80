using System.Globalization;
using System.Net;
using System.Text;
using MetaEmbed.Explanations;

namespace MetaEmbed.Cli.Plots;

/// <summary>
/// A codebook as SVG: a bar for each coarse meta-embedding, the most used first, and under it the fine ones that refine it. Colours
/// are those of the page around it, as custom properties with defaults.
/// </summary>
internal static class CodebookPicture
{
    private const int Width = 960;
    private const int BarsHeight = 180;
    private const int BridgeHeight = 220;
    private const int Left = 56;
    private const int Top = 34;

    /// <summary>The picture as a file of its own, for light and dark screens.</summary>
    public static string Document(Codebook codebook) => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + Element(codebook, alone: true) + "\n";

    /// <summary>The picture as an element of a page.</summary>
    public static string Element(Codebook codebook, bool alone = false)
    {
        var order = codebook.Coarse.OrderByDescending(meta => meta.Share).ThenBy(meta => meta.Number).ToList();
        var height = Top + BarsHeight + 34 + (codebook.Fine.Count > 0 ? BridgeHeight + 40 : 0);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"Use of each coarse meta-embedding\">\n<style>");
        if (alone)
            svg.Append("svg{background:#fff;--ink:#1b1f24;--quiet:#5d6671;--rule:#e4e8ec;--one:#0b6e99;--two:#c2571a}@media(prefers-color-scheme:dark){svg{background:#15191e;--ink:#e6eaee;--quiet:#98a2ad;--rule:#2a3038;--one:#5bb8e0;--two:#e9935a}}");
        svg.Append("svg text{font:13px system-ui,'DejaVu Sans',sans-serif;fill:var(--quiet)}</style>\n");
        Bars(svg, codebook, order);
        if (codebook.Fine.Count > 0)
            Bridge(svg, codebook, order);
        svg.Append("</svg>");
        return svg.ToString();
    }

    private static void Bars(StringBuilder svg, Codebook codebook, List<CoarseMetaEmbedding> order)
    {
        var most = Math.Max(order[0].Share, 1e-9);
        var step = (Width - Left - 10.0) / order.Count;
        Line(svg, Left, Top + BarsHeight, Width - 10, Top + BarsHeight);
        Text(svg, Left - 8, Top + 10, "end", most.ToString("0.0%", CultureInfo.InvariantCulture));
        Text(svg, Left - 8, Top + BarsHeight, "end", "0");
        Text(svg, Left, Top - 14, "start", $"share of all compositions; {codebook.InUse} of {order.Count} coarse meta-embeddings in use");
        for (var place = 0; place < order.Count; place++)
        {
            var meta = order[place];
            var tall = BarsHeight * meta.Share / most;
            var users = meta.Users + meta.Items == 0 ? 0 : tall * meta.Users / (meta.Users + meta.Items);
            var x = Left + place * step;
            var title = $"<title>#{meta.Number} {WebUtility.HtmlEncode(meta.Name)}: {meta.Share.ToString("0.0%", CultureInfo.InvariantCulture)}, {meta.Users} users, {meta.Items} items</title>";
            Bar(svg, x, Top + BarsHeight - users, step, users, "one", title);
            Bar(svg, x, Top + BarsHeight - tall, step, tall - users, "two", title);
        }

        var legend = Top + BarsHeight + 22;
        Bar(svg, Left, legend - 11, 12, 12, "one", "");
        Text(svg, Left + 18, legend, "start", "users");
        Bar(svg, Left + 80, legend - 11, 12, 12, "two", "");
        Text(svg, Left + 98, legend, "start", "items");
    }

    private static void Bridge(StringBuilder svg, Codebook codebook, List<CoarseMetaEmbedding> order)
    {
        var top = Top + BarsHeight + 64;
        var step = (Width - Left - 10.0) / order.Count;
        var row = (double)BridgeHeight / codebook.Fine.Count;
        var place = codebook.Fine.OrderByDescending(fine => fine.Reach).ThenBy(fine => fine.Number).Select((fine, index) => (fine.Number, index)).ToDictionary(pair => pair.Number, pair => pair.index);
        var most = Math.Max(order.SelectMany(meta => meta.Fine).Select(pick => pick.Weight).DefaultIfEmpty(0).Max(), 1e-9);
        Text(svg, Left, top - 12, "start", $"bridge: a fine meta-embedding (down, furthest reaching first) refines a coarse one (across, as above); {codebook.Fine.Count(fine => !fine.IsDead)} of {codebook.Fine.Count} fine ones in use");
        Line(svg, Left, top + BridgeHeight, Width - 10, top + BridgeHeight);
        for (var across = 0; across < order.Count; across++)
        {
            foreach (var (fine, weight) in order[across].Fine)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left + across * step:0.##}\" y=\"{top + place[fine] * row:0.##}\" width=\"{Math.Max(step * 0.9, 1):0.##}\" height=\"{Math.Max(row * 0.9, 1):0.##}\" fill=\"var(--one)\" opacity=\"{0.25 + 0.75 * weight / most:0.##}\"><title>fine #{fine} refines coarse #{order[across].Number}: {weight:0.000}</title></rect>\n");
            }
        }
    }

    private static void Bar(StringBuilder svg, double x, double y, double width, double height, string ink, string title) =>
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{Math.Max(width * 0.85, 0.6):0.##}\" height=\"{Math.Max(height, 0):0.##}\" fill=\"var(--{ink})\">{title}</rect>\n");

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2) =>
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"var(--quiet)\"/>\n");

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>\n");
}
