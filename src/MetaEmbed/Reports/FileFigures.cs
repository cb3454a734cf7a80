using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Reports;

/// <summary>What a model takes on the disk, and how it ranks.</summary>
/// <param name="Data">The dataset.</param>
/// <param name="Model">Which model was packed: the files of one are compared with each other.</param>
/// <param name="Tuned">Whether the packed numbers were trained after the packing.</param>
/// <param name="Name">The code of the file; for a size to compare with, what it is the size of.</param>
/// <param name="Bytes">Bytes.</param>
/// <param name="Ndcg">NDCG of the file; null for a size to compare with.</param>
public sealed record FileFigure(string Data, string Model, bool Tuned, string Name, long Bytes, double? Ndcg);

/// <summary>A table of model files: columns data, model, tuned (0 or 1), what, bytes, and one ndcg@k, which may be empty.</summary>
/// <param name="Metric">The name of that column.</param>
/// <param name="Files">The rows.</param>
public sealed record FileFigures(string Metric, IReadOnlyList<FileFigure> Files)
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It is missing, damaged or no such table.</exception>
    public static FileFigures Read(string path)
    {
        var (header, rows) = RunTable.Read(path);
        var metric = Array.Find(header, name => name.StartsWith("ndcg@", StringComparison.Ordinal)) ?? "ndcg@k";
        int data = Column("data"), model = Column("model"), tuned = Column("tuned"), what = Column("what"), bytes = Column("bytes"), ndcg = Column(metric);
        var files = new List<FileFigure>();
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = rows[row];
            var size = RunTable.Number(path, row, cells[bytes]);
            if (!(size >= 1))
                throw new UserMistakeException(path, row + 2, $"'{cells[bytes]}' is no number of bytes", "mend the row");
            files.Add(new FileFigure(
                cells[data], cells[model], cells[tuned] == "1", cells[what], (long)size, cells[ndcg].Length == 0 ? null : RunTable.Number(path, row, cells[ndcg])));
        }

        return files.Exists(file => file.Ndcg is not null) ? new FileFigures(metric, files) : throw new UserMistakeException(path, null, "has no file with an NDCG", "add a row");

        int Column(string name)
        {
            var column = Array.IndexOf(header, name);
            return column >= 0 ? column : throw new UserMistakeException(path, 1, $"there is no column {name}", "needed are data, model, tuned, what, bytes, ndcg@k");
        }
    }
}
