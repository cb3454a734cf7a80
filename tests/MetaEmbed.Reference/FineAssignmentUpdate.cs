namespace MetaEmbed.Reference;

/// <summary>A new S2, with the numbers that it was chosen by.</summary>
/// <param name="Scores">Attention of coarse to fine meta-embeddings, c x f.</param>
/// <param name="Softmax">Of each row of the scores.</param>
/// <param name="Kept">Each row's t_f largest, as they are.</param>
public sealed record FineAssignmentUpdate(DenseMatrix Scores, DenseMatrix Softmax, AssignmentUpdate Kept)
{
    /// <summary>The update: attention (H_entities pinv(H_C))^T (H_entities pinv(H_F)).</summary>
    /// <param name="rows">H: N rows of entities, c of the coarse and f of the fine meta-embeddings.</param>
    /// <param name="entities">N.</param>
    /// <param name="coarse">c.</param>
    /// <param name="perCoarse">t_f.</param>
    public static FineAssignmentUpdate FromRows(DenseMatrix rows, int entities, int coarse, int perCoarse)
    {
        var (toCoarse, toFine) = Products(rows, entities, coarse);
        return FromScores(toCoarse.Transpose().Times(toFine), perCoarse);
    }

    /// <summary>H_entities pinv(H_C), N x c, and H_entities pinv(H_F), N x f.</summary>
    public static (DenseMatrix ToCoarse, DenseMatrix ToFine) Products(DenseMatrix rows, int entities, int coarse)
    {
        var own = rows.RowRange(0, entities);
        return (
            own.Times(PseudoInverse.Of(rows.RowRange(entities, coarse)).Inverse),
            own.Times(PseudoInverse.Of(rows.RowRange(entities + coarse, rows.Rows - entities - coarse)).Inverse));
    }

    /// <summary>The first S2: attention S^T P, where P has 0.5 at an entity's own part and 0.5 / (f - 1) elsewhere.</summary>
    /// <param name="assignment">S, N x c.</param>
    /// <param name="parts">The part of each entity in a partition of the train graph into f parts.</param>
    /// <param name="fine">f.</param>
    /// <param name="perCoarse">t_f.</param>
    public static FineAssignmentUpdate FromPartition(DenseMatrix assignment, int[] parts, int fine, int perCoarse)
    {
        var partition = new DenseMatrix(parts.Length, fine);
        for (var entity = 0; entity < parts.Length; entity++)
        {
            for (var part = 0; part < fine; part++)
                partition[entity, part] = part == parts[entity] ? 0.5 : 0.5 / (fine - 1);
        }

        return FromScores(assignment.Transpose().Times(partition), perCoarse);
    }

    /// <summary>Softmax over each row; each row keeps its t_f largest.</summary>
    public static FineAssignmentUpdate FromScores(DenseMatrix scores, int perCoarse)
    {
        var softmax = new DenseMatrix(scores.Rows, scores.Columns);
        for (var row = 0; row < scores.Rows; row++)
        {
            var largest = double.NegativeInfinity;
            foreach (var score in scores.Row(row))
                largest = Math.Max(largest, score);
            double sum = 0;
            for (var column = 0; column < scores.Columns; column++)
                sum += softmax[row, column] = Math.Exp(scores[row, column] - largest);
            for (var column = 0; column < scores.Columns; column++)
                softmax[row, column] /= sum;
        }

        return new FineAssignmentUpdate(scores, softmax, AssignmentUpdate.KeepLargest(softmax, perCoarse, clipNegatives: false));
    }
}
