using MetaEmbed.Inference;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>A point of a curve: test metrics of one stage at one value of what is varied.</summary>
/// <param name="Panel">The part of the study.</param>
/// <param name="X">The value that the part varies.</param>
/// <param name="Stage">coarse for before the fine stage, fine for after it.</param>
/// <param name="Values">Metrics by name, <c>ndcg@5</c>; one that nobody knows is missing.</param>
public sealed record AblationCurvePoint(string Panel, double X, string Stage, IReadOnlyDictionary<string, double> Values);

/// <summary>
/// The curves of a study's table, or of a published one: columns panel, x, stage, then <c>ndcg@k</c> and <c>recall@k</c>;
/// where there are columns split and final, the test rows of the checkpoints that count.
/// </summary>
public static class AblationCurves
{
    /// <summary>Reads them.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It is missing, damaged or no such table.</exception>
    public static IReadOnlyList<AblationCurvePoint> Read(string path)
    {
        var (header, rows) = RunTable.Read(path);
        int panel = Column("panel"), x = Column("x"), stage = Column("stage");
        int split = Array.IndexOf(header, "split"), final = Array.IndexOf(header, "final");
        var metrics = Enumerable.Range(0, header.Length).Where(column => IsMetric(header[column])).ToArray();
        var points = new List<AblationCurvePoint>();
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = rows[row];
            if ((split >= 0 && cells[split] != "test") || (final >= 0 && cells[final] != "1"))
                continue;
            var values = metrics.Where(column => cells[column].Length > 0)
                .ToDictionary(column => header[column], column => RunTable.Number(path, row, cells[column]));
            points.Add(new AblationCurvePoint(cells[panel], RunTable.Number(path, row, cells[x]), cells[stage], values));
        }

        return points;

        int Column(string name)
        {
            var column = Array.IndexOf(header, name);
            return column >= 0 ? column : throw new UserMistakeException(
                path, 1, $"there is no column {name}", "needed are panel, x, stage, ndcg@k ..., recall@k ...");
        }
    }

    private static bool IsMetric(string column) =>
        column.StartsWith("ndcg@", StringComparison.Ordinal) || column.StartsWith("recall@", StringComparison.Ordinal);
}
