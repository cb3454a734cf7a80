namespace MetaEmbed.Reference;

/// <summary>A new assignment, with the numbers that it was chosen by.</summary>
/// <param name="Choices">The matrix that each row's largest were taken from.</param>
/// <param name="Picks">Columns of each row's largest values, largest first; equal values by the smaller column.</param>
/// <param name="Assignment">The picked values at their places, zero elsewhere.</param>
public sealed record AssignmentUpdate(DenseMatrix Choices, int[][] Picks, DenseMatrix Assignment)
{
    /// <summary>
    /// The coarse update: M = H_entities pinv(H_C), N x c; each row keeps its t largest signed values. A negative one
    /// that is kept becomes 0, unless it is asked for as it is.
    /// </summary>
    /// <param name="rows">H: N rows of entities, then the c of the coarse meta-embeddings.</param>
    /// <param name="entities">N.</param>
    /// <param name="perEntity">t.</param>
    /// <param name="clipNegatives">Whether a negative value that is kept becomes 0.</param>
    public static AssignmentUpdate Coarse(DenseMatrix rows, int entities, int perEntity, bool clipNegatives = true)
    {
        var coarse = rows.RowRange(entities, rows.Rows - entities);
        var products = rows.RowRange(0, entities).Times(PseudoInverse.Of(coarse).Inverse);
        return KeepLargest(products, perEntity, clipNegatives);
    }

    /// <summary>Each row's largest values, the others zero.</summary>
    /// <param name="choices">Any matrix.</param>
    /// <param name="count">How many of each row are kept.</param>
    /// <param name="clipNegatives">Whether a negative value that is kept becomes 0.</param>
    public static AssignmentUpdate KeepLargest(DenseMatrix choices, int count, bool clipNegatives)
    {
        var picks = new int[choices.Rows][];
        var assignment = new DenseMatrix(choices.Rows, choices.Columns);
        for (var row = 0; row < choices.Rows; row++)
        {
            var r = row;
            picks[row] = [.. Enumerable.Range(0, choices.Columns).OrderByDescending(column => choices[r, column]).Take(count)];
            foreach (var column in picks[row])
                assignment[row, column] = clipNegatives ? Math.Max(choices[row, column], 0) : choices[row, column];
        }

        return new AssignmentUpdate(choices, picks, assignment);
    }
}
