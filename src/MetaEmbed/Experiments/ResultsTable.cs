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
