using MetaEmbed.Inference;

namespace MetaEmbed.Experiments;

/// <summary>One evaluation on the validation set.</summary>
/// <param name="Epoch">Taken before the training of this epoch, from 0.</param>
/// <param name="Phase">The phase it was taken in: fixed, updating.</param>
/// <param name="Ndcg">NDCG by cut-off.</param>
/// <param name="Recall">Recall by cut-off.</param>
public sealed record MetricsRow(int Epoch, string Phase, IReadOnlyDictionary<int, double> Ndcg, IReadOnlyDictionary<int, double> Recall);

/// <summary>
/// The validation metrics of a run: <c>metrics.csv</c> with the columns epoch, phase, valid_ndcg@k for each cut-off,
/// valid_recall@k for each cut-off. Numbers are written so that they read back to the same bits.
/// </summary>
public sealed class MetricsTable
{
    private const string NdcgPrefix = "valid_ndcg@";
    private const string RecallPrefix = "valid_recall@";

    private readonly RunTable _table;
    private readonly int[] _cutoffs;
    private readonly string _path;

    private MetricsTable(string path, int[] cutoffs, RunTable table)
    {
        _path = path;
        _cutoffs = cutoffs;
        _table = table;
    }

    /// <summary>The rows so far.</summary>
    public IReadOnlyList<MetricsRow> Rows => [.. _table.Rows.Select((cells, row) => Parse(_path, _cutoffs, row, cells))];

    /// <summary>Opens a run's table to go on with, or starts one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cutoffs">The k, in the order of the columns.</param>
    /// <param name="nextEpoch">The epoch that the training goes on with; rows of this and later epochs are dropped, since they come again.</param>
    /// <exception cref="UserMistakeException">The file is damaged or has other columns.</exception>
    public static MetricsTable Open(string path, IReadOnlyList<int> cutoffs, int nextEpoch)
    {
        string[] header = ["epoch", "phase", .. cutoffs.Select(k => NdcgPrefix + k), .. cutoffs.Select(k => RecallPrefix + k)];
        var table = RunTable.Open(path, header, 2, (cells, row) => RunTable.Whole(path, row, cells[0]) < nextEpoch);
        return new MetricsTable(path, [.. cutoffs], table);
    }

    /// <summary>Reads the table of a run, or a published one of the same columns.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It is missing, damaged, or no such table.</exception>
    public static IReadOnlyList<MetricsRow> Read(string path)
    {
        var (header, rows) = RunTable.Read(path);
        var cutoffs = header.Where(name => name.StartsWith(NdcgPrefix, StringComparison.Ordinal))
            .Select(name => RunTable.Whole(path, -1, name[NdcgPrefix.Length..])).ToArray();
        string[] expected = ["epoch", "phase", .. cutoffs.Select(k => NdcgPrefix + k), .. cutoffs.Select(k => RecallPrefix + k)];
        if (!header.SequenceEqual(expected))
            throw new UserMistakeException(path, 1, $"the columns are {string.Join(',', header)}", $"needed are epoch, phase, {NdcgPrefix}k ..., {RecallPrefix}k ...");
        return [.. rows.Select((cells, row) => Parse(path, cutoffs, row, cells))];
    }

    /// <summary>Adds an evaluation; one of the same epoch and phase is replaced.</summary>
    /// <param name="epoch">Taken before the training of this epoch.</param>
    /// <param name="phase">fixed or updating.</param>
    /// <param name="metrics">NDCG and recall at every cut-off of the table.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Put(int epoch, string phase, MetricSummary metrics)
    {
        _table.Put([epoch.ToString(), phase, .. _cutoffs.Select(k => RunTable.Cell(metrics.Ndcg[k])), .. _cutoffs.Select(k => RunTable.Cell(metrics.Recall[k]))]);
    }

    private static MetricsRow Parse(string path, int[] cutoffs, int row, string[] cells)
    {
        var ndcg = new Dictionary<int, double>();
        var recall = new Dictionary<int, double>();
        for (var i = 0; i < cutoffs.Length; i++)
        {
            ndcg[cutoffs[i]] = RunTable.Number(path, row, cells[2 + i]);
            recall[cutoffs[i]] = RunTable.Number(path, row, cells[2 + cutoffs.Length + i]);
        }

        return new MetricsRow(RunTable.Whole(path, row, cells[0]), cells[1], ndcg, recall);
    }
}
