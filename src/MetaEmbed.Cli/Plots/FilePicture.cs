using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Plots;

/// <summary>The picture of model files: a panel for each dataset, and the key below.</summary>
internal static class FilePicture
{
    private const int PanelWidth = 560;
    private const int PanelHeight = 460;
    private const int KeyHeight = 44;

    /// <summary>Writes it as SVG and as PNG.</summary>
    /// <param name="figures">The table.</param>
    /// <param name="svg">The picture that scales.</param>
    /// <param name="png">The one of pixels.</param>
    public static void Save(FileFigures figures, string svg, string png)
    {
        var models = figures.Files.Where(file => file.Ndcg is not null).Select(file => file.Model).Distinct().ToList();
        var panels = figures.Files.GroupBy(file => file.Data)
            .Where(files => files.Any(file => file.Ndcg is not null))
            .Select(files => new Panel(FilePanel.Of([.. files], models, figures.Metric, Ink.Light), PanelWidth, PanelHeight)).ToList();
        PanelGrid.Save([panels, [new Panel(FilePanel.Key(figures, models, Ink.Light), PanelWidth * panels.Count, KeyHeight)]], svg, png);
    }
}
