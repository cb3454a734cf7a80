using ScottPlot;

namespace MetaEmbed.Cli.Plots;

/// <summary>The curves of a run: NDCG, recall and loss by epoch side by side.</summary>
internal static class CurveFigure
{
    private const int PanelWidth = 520;
    private const int PanelHeight = 400;

    /// <summary>Writes the figure as SVG and as PNG.</summary>
    public static void Save(Curve run, Curve? published, string svg, string png) =>
        PanelGrid.Save([[.. Panels(run, published, Ink.Light).Select(Sized)]], svg, png);

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
    public static string Element(Plot panel, string name, string attributes) => PanelGrid.Element(Sized(panel), name, attributes);

    private static Panel Sized(Plot plot) => new(plot, PanelWidth, PanelHeight);
}
