using ScottPlot;

namespace MetaEmbed.Cli.Plots;

/// <summary>What the panels of all figures look like: light lines across, no frame but the axis below.</summary>
internal static class PanelStyle
{
    /// <summary>Size of an axis's text.</summary>
    public const float TextSize = 12;

    static PanelStyle() => Fonts.Default = "DejaVu Sans";

    /// <summary>A panel in the figure's colours, without a frame above and on the right.</summary>
    public static Plot Open(Ink ink)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = ink.Background;
        plot.DataBackground.Color = ink.Background;
        plot.Axes.Color(ink.Quiet);
        plot.Grid.MajorLineColor = ink.Grid;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        return plot;
    }

    /// <summary>A panel without content.</summary>
    public static Plot Empty(Ink ink, float titleSize)
    {
        var plot = Open(ink);
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Axes.Left.FrameLineStyle.Width = 0;
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.MinorTickStyle.Length = 0;
        plot.Axes.Title.Label.FontSize = titleSize;
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Title.Label.ForeColor = ink.Text;
        foreach (var axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.Label.Bold = false;
            axis.Label.FontSize = TextSize;
            axis.TickLabelStyle.FontSize = TextSize;
        }

        return plot;
    }

    /// <summary>A strip without axes that holds the key to a figure.</summary>
    /// <param name="items">What the key explains.</param>
    /// <param name="alignment">Where it stands in the strip.</param>
    /// <param name="between">Room between two items.</param>
    /// <param name="ink">Colours.</param>
    public static Plot Strip(IReadOnlyList<LegendItem> items, Alignment alignment, PixelPadding between, Ink ink)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = ink.Background;
        plot.DataBackground.Color = ink.Background;
        plot.HideGrid();
        plot.Axes.Frameless();
        plot.ShowLegend([.. items], alignment);
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.BackgroundColor = Colors.Transparent;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.FontColor = ink.Text;
        plot.Legend.FontSize = 13;
        plot.Legend.TightHorizontalWrapping = true;
        plot.Legend.InterItemPadding = between;
        return plot;
    }
}
