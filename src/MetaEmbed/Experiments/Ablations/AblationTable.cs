using System.Globalization;
using MetaEmbed.Inference;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>
/// <c>ablation.csv</c>: one row for each point, stage, checkpoint and split. A coarse row of a point with a fine stage is
/// the model before it. Replaced as a whole when a point is done.
/// </summary>
internal sealed class AblationTable
{
    private const int KeyColumns = 5;
    private static readonly string[] Fixed =
    [
        "panel", "x", "stage", "checkpoint", "split", "final", "run", "coarse_count", "fine_count", "gate", "threshold", "freeze_fine",
        "codebook_numbers", "codebook_bytes", "weights", "indices", "parameter_bytes", "epoch", "epochs", "seconds", "users",
    ];

    private readonly RunTable _table;
    private readonly IReadOnlyList<int> _cutoffs;

    private AblationTable(RunTable table, IReadOnlyList<int> cutoffs)
    {
        _table = table;
        _cutoffs = cutoffs;
    }

    /// <summary>Opens the table of a study to go on with, or starts one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cutoffs">The k, in the order of the columns.</param>
    /// <exception cref="UserMistakeException">The file is damaged.</exception>
    internal static AblationTable Open(string path, IReadOnlyList<int> cutoffs)
    {
        string[] header = [.. Fixed, .. cutoffs.Select(k => $"ndcg@{k}"), .. cutoffs.Select(k => $"recall@{k}")];
        return new AblationTable(RunTable.Open(path, header, KeyColumns, (_, _) => true), cutoffs);
    }

    /// <summary>Adds the rows of a point, or puts them in the place of older ones.</summary>
    /// <exception cref="UserMistakeException">The file cannot be written.</exception>
    internal void Put(IEnumerable<AblationRow> rows) => _table.PutAll([.. rows.Select(Cells)]);

    private string[] Cells(AblationRow row)
    {
        var fine = row.Stage == TrainingStages.Fine ? row.Point.Fine : null;
        return
        [
            row.Point.Panel, RunTable.Cell(row.Point.X), row.Stage, row.Checkpoint, row.Metrics.Split, row.IsFinal ? "1" : "0", row.Run,
            Whole(row.Point.Coarse.CoarseCount), Whole(fine?.FineCount ?? 0),
            fine is null ? "" : RunTable.Cell(fine.Gate), fine is null ? "" : RunTable.Cell(fine.Threshold), fine is null ? "" : fine.FreezeFine ? "1" : "0",
            Whole(row.Weight.CodebookNumbers), Whole(row.Weight.CodebookBytes), Whole(row.Weight.Weights), Whole(row.Weight.Indices),
            Whole(row.Weight.ParameterBytes), Whole(row.Epoch), Whole(row.Epochs), row.Seconds.ToString("F1", CultureInfo.InvariantCulture),
            Whole(row.Metrics.Users), .. _cutoffs.Select(k => RunTable.Cell(row.Metrics.Ndcg[k])), .. _cutoffs.Select(k => RunTable.Cell(row.Metrics.Recall[k])),
        ];
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);
}
