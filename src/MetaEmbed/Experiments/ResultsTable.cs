using MetaEmbed.Inference;

namespace MetaEmbed.Experiments;

/// <summary>
/// The test metrics of a run's kept checkpoints: <c>results.csv</c> with the columns checkpoint, split, epoch, users,
/// ndcg@k and recall@k for each cut-off. One row for a checkpoint and split; a new one replaces it.
/// </summary>
public sealed class ResultsTable
{
    private readonly RunTable _table;
    private readonly int[] _cutoffs;

    private ResultsTable(int[] cutoffs, RunTable table)
    {
        _cutoffs = cutoffs;
        _table = table;
    }

    /// <summary>Opens a run's table to go on with, or starts one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cutoffs">The k, in the order of the columns.</param>
    /// <exception cref="UserMistakeException">The file is damaged or has other columns.</exception>
    public static ResultsTable Open(string path, IReadOnlyList<int> cutoffs)
    {
        string[] header = ["checkpoint", "split", "epoch", "users", .. cutoffs.Select(k => $"ndcg@{k}"), .. cutoffs.Select(k => $"recall@{k}")];
        return new ResultsTable([.. cutoffs], RunTable.Open(path, header, 2, (_, _) => true));
    }

    /// <summary>Reads the table of a run.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The rows: checkpoint, the epoch it was taken at, metrics.</returns>
    /// <exception cref="UserMistakeException">It is missing, damaged, or no such table.</exception>
    public static IReadOnlyList<(string Checkpoint, int Epoch, MetricSummary Metrics)> Read(string path)
    {
        var (header, rows) = RunTable.Read(path);
        if (header.Length < 4 || header[1] != "split" || header[2] != "epoch" || header[3] != "users")
            throw new UserMistakeException(path, 1, $"the columns are {string.Join(',', header)}", "needed are checkpoint, split, epoch, users, ndcg@k ..., recall@k ...");
        return [.. rows.Select((cells, row) => (cells[0], RunTable.Whole(path, row, cells[2]),
            new MetricSummary(cells[1], RunTable.Whole(path, row, cells[3]), ByCutoff("ndcg@", cells, row), ByCutoff("recall@", cells, row))))];

        Dictionary<int, double> ByCutoff(string prefix, string[] cells, int row) => Enumerable.Range(4, header.Length - 4)
            .Where(column => header[column].StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(column => RunTable.Whole(path, -1, header[column][prefix.Length..]), column => RunTable.Number(path, row, cells[column]));
    }

    /// <summary>Adds or replaces the row of a checkpoint.</summary>
    /// <param name="checkpoint">Its name: best-fixed, best-updating.</param>
    /// <param name="epoch">The epoch it was taken at.</param>
    /// <param name="metrics">Metrics at every cut-off of the table.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Put(string checkpoint, int epoch, MetricSummary metrics)
    {
        _table.Put([checkpoint, metrics.Split, epoch.ToString(), metrics.Users.ToString(),
            .. _cutoffs.Select(k => RunTable.Cell(metrics.Ndcg[k])), .. _cutoffs.Select(k => RunTable.Cell(metrics.Recall[k]))]);
    }
}
