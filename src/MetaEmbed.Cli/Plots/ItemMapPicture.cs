using System.Globalization;
using System.Net;
using System.Text;
using MetaEmbed.Data;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Plots;

/// <summary>A map of items as an SVG element: dots, coloured by a catalog field where there is one, and names where they do not collide.</summary>
internal static class ItemMapPicture
{
    private const double Width = 960;
    private const double Height = 620;
    private const double Margin = 24;
    private const int MostLabels = 26;
    private const int LongestLabel = 26;
    private static readonly string[] Inks = ["one", "two", "three", "four", "five", "six"];

    public static string Element(ItemMap map, EntityNames names)
    {
        var svg = new StringBuilder();
        var legend = map.Groups.Count > 0 ? 30 : 0;
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height + legend}\" role=\"img\" aria-label=\"Map of items\">\n");
        svg.Append("<style>.m text{font:12px system-ui,'DejaVu Sans',sans-serif;fill:var(--ink);paint-order:stroke;stroke:var(--ground);stroke-width:3px}</style><g class=\"m\">\n");
        if (map.Points.Count > 0)
            Dots(svg, map, names);
        var x = Margin;
        for (var group = 0; group < map.Groups.Count; group++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x + 6}\" cy=\"{Height + 12}\" r=\"6\" fill=\"var(--{Inks[group]})\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 18}\" y=\"{Height + 16}\">{WebUtility.HtmlEncode(Short(map.Groups[group]))}</text>\n");
            x += 36 + 7.2 * Short(map.Groups[group]).Length;
        }

        svg.Append("</g></svg>");
        return svg.ToString();
    }

    private static void Dots(StringBuilder svg, ItemMap map, EntityNames names)
    {
        var (left, right) = (map.Points.Min(point => point.X), map.Points.Max(point => point.X));
        var (low, high) = (map.Points.Min(point => point.Y), map.Points.Max(point => point.Y));
        var most = Math.Log(1 + map.Points.Max(point => point.Users));
        var places = map.Points.Select(point => (
            X: Margin + (Width - 2 * Margin) * (point.X - left) / Math.Max(right - left, 1e-12),
            Y: Height - Margin - (Height - 2 * Margin) * (point.Y - low) / Math.Max(high - low, 1e-12),
            Radius: 1.5 + 5.5 * Math.Log(1 + point.Users) / Math.Max(most, 1e-12))).ToArray();
        for (var i = 0; i < places.Length; i++)
        {
            var ink = map.Groups.Count == 0 ? "one" : map.Points[i].Group < 0 ? "quiet" : Inks[map.Points[i].Group];
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{places[i].X:0.#}\" cy=\"{places[i].Y:0.#}\" r=\"{places[i].Radius:0.#}\" fill=\"var(--{ink})\" opacity=\"0.55\"><title>{WebUtility.HtmlEncode(Name(names, map.Points[i].Item))}, {map.Points[i].Users} users</title></circle>\n");
        }

        // Names from the most popular item on, each where no other stands.
        var taken = new List<(double Left, double Top, double Right, double Bottom)>();
        for (var i = 0; i < places.Length && taken.Count < MostLabels; i++)
        {
            var text = Short(Name(names, map.Points[i].Item));
            var wide = 7.0 * text.Length + 4;
            var x = places[i].X + places[i].Radius + 3 + wide > Width ? places[i].X - places[i].Radius - 3 - wide : places[i].X + places[i].Radius + 3;
            var box = (Left: x - 6, Top: places[i].Y - 14, Right: x + wide + 6, Bottom: places[i].Y + 10);
            if (taken.Exists(other => box.Left < other.Right && other.Left < box.Right && box.Top < other.Bottom && other.Top < box.Bottom))
                continue;
            taken.Add(box);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{places[i].Y + 4:0.#}\">{WebUtility.HtmlEncode(text)}</text>\n");
        }
    }

    private static string Name(EntityNames names, int item) => names.TitleOf(item) ?? names.OfItem(item);

    private static string Short(string text) => text.Length <= LongestLabel ? text : text[..(LongestLabel - 1)] + "…";
}
