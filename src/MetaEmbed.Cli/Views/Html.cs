using System.Globalization;
using System.Net;
using System.Text;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Views;

/// <summary>Small pieces of a page.</summary>
internal static class Html
{
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number with so many digits behind the point.</summary>
    public static string Number(double value, int digits = 4) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    /// <summary>A whole number with separators.</summary>
    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share, int digits = 1) => (100 * share).ToString("F" + digits, CultureInfo.InvariantCulture) + "%";

    /// <summary>Bytes for people: 0.43 MB, 12 kB.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 100_000 => Number(bytes / 1e3, 1) + " kB",
        < 100_000_000 => Number(bytes / 1e6, 2) + " MB",
        _ => Whole(bytes / 1e6) + " MB",
    };

    /// <summary>A mean with the half width of its interval.</summary>
    public static string Interval(Interval value) => $"{Number(value.Mean)} <small>±{Number(value.Margin)}</small>";

    /// <summary>A table. Cells are HTML; columns from <paramref name="numbersFrom"/> on hold numbers; prose is kept wide on a narrow screen, to be scrolled.</summary>
    public static void Table(StringBuilder html, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, int numbersFrom, bool prose = false)
    {
        html.Append($"<div class=\"wide\"><table{(prose ? " class=\"prose\"" : "")}>\n");
        Row(html, "th", head, numbersFrom);
        foreach (var row in rows)
            Row(html, "td", row, numbersFrom);
        html.Append("</table></div>\n");
    }

    /// <summary>A bar with a value beside it: label, value as share of the longest, interval or second bar.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="label">HTML before the bar.</param>
    /// <param name="value">Length, from 0 to 1.</param>
    /// <param name="text">HTML behind the bar.</param>
    /// <param name="interval">Ends of an interval, from 0 to 1; null for none.</param>
    /// <param name="second">Length of a thin second bar; null for none.</param>
    public static void Bar(StringBuilder html, string label, double value, string text, (double Low, double High)? interval = null, double? second = null)
    {
        html.Append(CultureInfo.InvariantCulture, $"<span>{label}</span><span class=\"track\"><i style=\"width:{100 * Math.Clamp(value, 0, 1):0.##}%\"></i>");
        if (second is { } thin)
            html.Append(CultureInfo.InvariantCulture, $"<i class=\"second\" style=\"width:{100 * Math.Clamp(thin, 0, 1):0.##}%\"></i>");
        if (interval is var (low, high))
            html.Append(CultureInfo.InvariantCulture, $"<b style=\"left:{100 * Math.Clamp(low, 0, 1):0.##}%;width:{100 * Math.Max(Math.Clamp(high, 0, 1) - Math.Clamp(low, 0, 1), 0):0.##}%\"></b>");
        html.Append($"</span><span>{text}</span>\n");
    }

    private static void Row(StringBuilder html, string cell, IReadOnlyList<string> cells, int numbersFrom)
    {
        html.Append("<tr>");
        for (var column = 0; column < cells.Count; column++)
            html.Append(column >= numbersFrom ? $"<{cell} class=\"n\">" : $"<{cell}>").Append(cells[column]).Append($"</{cell}>");
        html.Append("</tr>\n");
    }
}
