namespace MetaEmbed.Models;

/// <summary>
/// A sparse assignment with the same number of picks in each row: entities to coarse meta-embeddings (S, N x c) or
/// coarse to fine ones (S2, c x f). A pick may carry the weight 0.
/// </summary>
internal sealed class Assignment
{
    /// <summary>Takes over the two arrays.</summary>
    /// <param name="columns">Number of meta-embeddings to pick from.</param>
    /// <param name="perRow">Picks a row.</param>
    /// <param name="picks">Row after row, the picked columns; distinct and ascending within a row.</param>
    /// <param name="weights">The weights beside the picks; finite and not negative.</param>
    public Assignment(int columns, int perRow, int[] picks, float[] weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(perRow, columns);
        if (picks.Length != weights.Length || picks.Length % perRow != 0)
            throw new ArgumentException("picks and weights must have rows x per-row elements", nameof(picks));
        for (var i = 0; i < picks.Length; i++)
        {
            if ((uint)picks[i] >= (uint)columns || (i % perRow > 0 && picks[i] <= picks[i - 1]))
                throw new ArgumentException($"picks of row {i / perRow} must be distinct, ascending and below {columns}", nameof(picks));
            if (!(weights[i] >= 0 && weights[i] <= float.MaxValue))
                throw new ArgumentException($"weights of row {i / perRow} must be finite and not negative", nameof(weights));
        }

        Columns = columns;
        PerRow = perRow;
        Picks = picks;
        Weights = weights;
    }

    /// <summary>Number of rows.</summary>
    public int Rows => Picks.Length / PerRow;

    /// <summary>Number of meta-embeddings to pick from.</summary>
    public int Columns { get; }

    /// <summary>Picks a row.</summary>
    public int PerRow { get; }

    /// <summary>Picked columns, rows x per-row.</summary>
    public int[] Picks { get; }

    /// <summary>Weights, rows x per-row.</summary>
    public float[] Weights { get; }

    /// <summary>Arrays for another assignment: those of one that nobody needs any more, or new ones.</summary>
    internal static (int[] Picks, float[] Weights) Room(int rows, int perRow, Assignment? used) =>
        used is null ? (new int[rows * perRow], new float[rows * perRow]) : (used.Picks, used.Weights);

    /// <summary>
    /// Keeps the largest values of a row of scores: picks the largest (ties to the smaller column), ascending by
    /// column, negative values clipped at 0.
    /// </summary>
    /// <param name="scores">One row of scores, one a column; no NaN.</param>
    /// <param name="picks">Receives the columns; its length is the number of picks, at most that of the scores.</param>
    /// <param name="weights">Receives the weights.</param>
    internal static void KeepLargest(ReadOnlySpan<float> scores, Span<int> picks, Span<float> weights)
    {
        var filled = 0;
        for (var column = 0; column < scores.Length; column++)
        {
            var score = scores[column];
            if (filled == picks.Length && !(score > weights[filled - 1]))
                continue;
            var at = filled < picks.Length ? filled++ : filled - 1;
            while (at > 0 && score > weights[at - 1])
            {
                weights[at] = weights[at - 1];
                picks[at] = picks[at - 1];
                at--;
            }

            weights[at] = score;
            picks[at] = column;
        }

        picks.Sort(weights);
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Max(weights[i], 0);
    }
}
