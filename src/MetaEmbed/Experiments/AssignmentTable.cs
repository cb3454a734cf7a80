using MetaEmbed.Inference;

namespace MetaEmbed.Experiments;

/// <summary>What an assignment looks like, as the published code reports it at each update.</summary>
/// <param name="NonZeroShare">Share of entries that are not zero: of rows x columns.</param>
/// <param name="NonZeroPerRow">Number of entries that are not zero, a row.</param>
/// <param name="Mean">Mean of all rows x columns entries.</param>
/// <param name="NonZeroMean">Mean of the entries that are not zero; 0 where there is none.</param>
/// <param name="InUse">Meta-embeddings with at least one entry that is not zero.</param>
/// <param name="Total">Meta-embeddings.</param>
internal sealed record AssignmentStatistics(double NonZeroShare, double NonZeroPerRow, double Mean, double NonZeroMean, int InUse, int Total)
{
    /// <summary>Counts an assignment of t weighted picks a row.</summary>
    /// <param name="columns">The picks, rows x t, each from 0 to <paramref name="total"/> - 1, different within a row.</param>
    /// <param name="weights">Their weights, rows x t; a weight of 0 is no entry.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="total">Number of meta-embeddings.</param>
    public static AssignmentStatistics Of(ReadOnlySpan<int> columns, ReadOnlySpan<float> weights, int rows, int total)
    {
        if (columns.Length != weights.Length)
            throw new ArgumentException($"{columns.Length} picks, {weights.Length} weights", nameof(weights));
        var used = new bool[total];
        var count = 0L;
        var sum = 0.0;
        for (var i = 0; i < columns.Length; i++)
        {
            if (weights[i] == 0)
                continue;
            used[columns[i]] = true;
            count++;
            sum += weights[i];
        }

        var cells = Math.Max(1, (double)rows * total);
        return new AssignmentStatistics(count / cells, count / (double)Math.Max(1, rows), sum / cells, count == 0 ? 0 : sum / count, used.Count(u => u), total);
    }
}

/// <summary>
/// The statistics of the assignments of a run, at the start and at each update: <c>assignment.csv</c> with the columns
/// epoch, assignment, cause, nonzero_share, nonzero_per_row, mean, nonzero_mean, in_use, total.
/// </summary>
internal sealed class AssignmentTable
{
    private readonly RunTable _table;

    private AssignmentTable(RunTable table)
    {
        _table = table;
    }

    /// <summary>Opens a run's table to go on with, or starts one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="nextEpoch">The epoch that the training goes on with; updates of this and later epochs are dropped, since they come again.</param>
    /// <exception cref="UserMistakeException">The file is damaged.</exception>
    public static AssignmentTable Open(string path, int nextEpoch)
    {
        string[] header = ["epoch", "assignment", "cause", "nonzero_share", "nonzero_per_row", "mean", "nonzero_mean", "in_use", "total"];
        return new AssignmentTable(RunTable.Open(path, header, 3, (cells, row) => RunTable.Whole(path, row, cells[0]) < nextEpoch));
    }

    /// <summary>Adds a row.</summary>
    /// <param name="epoch">The epoch under way.</param>
    /// <param name="assignment">coarse (S) or fine (S2).</param>
    /// <param name="cause">initial or update.</param>
    /// <param name="statistics">The numbers.</param>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    public void Put(int epoch, string assignment, string cause, AssignmentStatistics statistics)
    {
        _table.Put(epoch.ToString(), assignment, cause,
            RunTable.Cell(statistics.NonZeroShare), RunTable.Cell(statistics.NonZeroPerRow), RunTable.Cell(statistics.Mean),
            RunTable.Cell(statistics.NonZeroMean), statistics.InUse.ToString(), statistics.Total.ToString());
    }
}
