using System.Globalization;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference;

namespace MetaEmbed.Experiments;

/// <summary>Metrics of one part of the relevant items.</summary>
/// <param name="Checkpoint">The checkpoint: best-fixed, best-updating; a baseline's name.</param>
/// <param name="Part">all, head or tail.</param>
/// <param name="HeadShare">Share of the items that makes the head; 0 where the part is all.</param>
/// <param name="SampleUsers">Users drawn at random; 0 for all with relevant items.</param>
/// <param name="SampleSeed">Seed of the sample; 0 without one.</param>
/// <param name="Epoch">The epoch that the checkpoint was taken at.</param>
/// <param name="Metrics">The metrics; users are those averaged over.</param>
public sealed record EvaluationRow(
    string Checkpoint, string Part, double HeadShare, int SampleUsers, long SampleSeed, int Epoch, MetricSummary Metrics);

/// <summary>
/// Evaluations of kept checkpoints by parts: <c>evaluations.csv</c> with the columns checkpoint, split, part, head_share,
/// sample_users, sample_seed, epoch, users, ndcg@k and recall@k for each cut-off. The first six tell a row from others; a
/// new row replaces the old one.
/// </summary>
public sealed class EvaluationsTable
{
    private static readonly string[] Fixed = ["checkpoint", "split", "part", "head_share", "sample_users", "sample_seed", "epoch", "users"];

    private readonly RunTable _table;
    private readonly int[] _cutoffs;

    private EvaluationsTable(int[] cutoffs, RunTable table)
    {
        _cutoffs = cutoffs;
        _table = table;
    }

    /// <summary>Opens a run's table to go on with, or starts one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cutoffs">The k, in the order of the columns.</param>
    /// <exception cref="UserMistakeException">The file is damaged or has other columns.</exception>
    public static EvaluationsTable Open(string path, IReadOnlyList<int> cutoffs)
    {
        string[] header = [.. Fixed, .. cutoffs.Select(k => $"ndcg@{k}"), .. cutoffs.Select(k => $"recall@{k}")];
        return new EvaluationsTable([.. cutoffs], RunTable.Open(path, header, 6, (_, _) => true));
    }

    /// <summary>Reads the table of a run.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">It is missing, damaged, or no such table.</exception>
    public static IReadOnlyList<EvaluationRow> Read(string path)
    {
        var (header, rows) = RunTable.Read(path);
        if (!header.Take(Fixed.Length).SequenceEqual(Fixed))
            throw new UserMistakeException(path, 1, $"the columns are {string.Join(',', header)}", $"needed are {string.Join(", ", Fixed)}, ndcg@k ..., recall@k ...");
        return [.. rows.Select((cells, row) => new EvaluationRow(
            cells[0], cells[2], RunTable.Number(path, row, cells[3]), RunTable.Whole(path, row, cells[4]), (long)RunTable.Number(path, row, cells[5]),
            RunTable.Whole(path, row, cells[6]),
            new MetricSummary(cells[1], RunTable.Whole(path, row, cells[7]), ByCutoff("ndcg@", cells, row), ByCutoff("recall@", cells, row))))];

        Dictionary<int, double> ByCutoff(string prefix, string[] cells, int row) => Enumerable.Range(Fixed.Length, header.Length - Fixed.Length)
            .Where(column => header[column].StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(column => RunTable.Whole(path, -1, header[column][prefix.Length..]), column => RunTable.Number(path, row, cells[column]));
    }

    /// <summary>Adds or replaces the rows of an evaluation: all, and head and tail where it has them.</summary>
    /// <param name="checkpoint">The checkpoint, or the baseline.</param>
    /// <param name="epoch">The epoch that it was taken at; 0 for a baseline.</param>
    /// <param name="split">valid, test, new-users or new-users-known.</param>
    /// <param name="options">What was evaluated.</param>
    /// <param name="result">The metrics, at every cut-off of the table.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Put(string checkpoint, int epoch, string split, EvaluationOptions options, EvaluationResult result)
    {
        var sampled = result.Users < result.UsersInAll;
        string[] sample = sampled ? [$"{options.SampleUsers}", options.SampleSeed.ToString(CultureInfo.InvariantCulture)] : ["0", "0"];
        foreach (var (part, share, metrics) in new[] { ("all", 0, result), ("head", options.HeadShare, result.Head), ("tail", options.HeadShare, result.Tail) })
        {
            if (metrics is null)
                continue;
            _table.Put([checkpoint, split, part, RunTable.Cell(share), .. sample, $"{epoch}", $"{metrics.Users}",
                .. _cutoffs.Select(k => RunTable.Cell(metrics.Ndcg[k])), .. _cutoffs.Select(k => RunTable.Cell(metrics.Recall[k]))]);
        }
    }
}
