using System.Globalization;
using MetaEmbed.Inference;

namespace MetaEmbed.Cli.Plots;

/// <summary>One evaluation on the validation set.</summary>
/// <param name="Epoch">The epoch it was taken before.</param>
/// <param name="Phase">fixed or updating.</param>
/// <param name="Ndcg">NDCG by cut-off.</param>
/// <param name="Recall">Recall by cut-off.</param>
/// <param name="Loss">Mean loss of the epoch before; NaN where there is none.</param>
internal sealed record CurvePoint(int Epoch, string Phase, IReadOnlyDictionary<int, double> Ndcg, IReadOnlyDictionary<int, double> Recall, double Loss);

/// <summary>The validation metrics of a run by epoch.</summary>
/// <param name="Name">What to call it in a legend.</param>
/// <param name="Points">In order of epochs.</param>
internal sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The cut-offs, ascending.</summary>
    public IReadOnlyList<int> Cutoffs => Points.Count == 0 ? [] : [.. Points[0].Ndcg.Keys.Order()];

    /// <summary>The epochs at which a new phase begins, the first one left out.</summary>
    public IEnumerable<CurvePoint> PhaseStarts => Points.Skip(1).Where((point, before) => point.Phase != Points[before].Phase);

    /// <summary>The best point of each phase, by NDCG at the first cut-off.</summary>
    public IEnumerable<CurvePoint> Best => Points.GroupBy(point => point.Phase).Select(phase => phase.MaxBy(point => point.Ndcg[Cutoffs[0]])!);

    /// <summary>Reads a table of metrics (CSV): columns <c>epoch</c>, <c>phase</c>, <c>valid_ndcg@5</c> and so on; others are ignored.</summary>
    /// <param name="path">The file: a run's metrics.csv, or a published curve.</param>
    /// <param name="name">What to call it.</param>
    public static Curve Read(string path, string name)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(path, null, "the metrics cannot be read", "give a run folder or a table of metrics", failure);
        }

        if (lines.Length == 0)
            throw new UserMistakeException(path, null, "the table of metrics is empty", "give one with a line of column names");
        var columns = lines[0].Split(',').Select((column, index) => (Name: column.Trim(), index)).ToDictionary(pair => pair.Name, pair => pair.index);
        if (!columns.ContainsKey("epoch") || !columns.ContainsKey("phase") || !columns.Keys.Any(column => column.StartsWith("valid_ndcg@", StringComparison.Ordinal)))
            throw new UserMistakeException(path, 1, "the columns epoch, phase and valid_ndcg@k are not all there", "give a run's metrics.csv");
        var points = new List<CurvePoint>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length > 0)
                points.Add(Point(path, i + 1, lines[i].Split(','), columns));
        }

        return new Curve(name, points);
    }

    private static CurvePoint Point(string path, long line, string[] cells, Dictionary<string, int> columns)
    {
        if (cells.Length < columns.Count)
            throw new UserMistakeException(path, line, $"{cells.Length} cells where there are {columns.Count} columns", "mend or drop the line");
        return new CurvePoint(
            (int)Number("epoch"), cells[columns["phase"]], ByCutoff("valid_ndcg@"), ByCutoff("valid_recall@"), columns.ContainsKey("loss") ? Number("loss") : double.NaN);

        Dictionary<int, double> ByCutoff(string prefix) => columns.Keys.Where(column => column.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(column => int.Parse(column[prefix.Length..], CultureInfo.InvariantCulture), Number);

        double Number(string column)
        {
            var text = cells[columns[column]];
            if (text.Length == 0)
                return double.NaN;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new UserMistakeException(path, line, $"{column} is '{text}'", "give a number");
        }
    }
}
