namespace MetaEmbed.Reference;

/// <summary>
/// The bridge between the three parts of a state of the fine stage: x (entities, N x d), y (coarse, c x d), z (fine,
/// f x d). It is linear, but its matrix is not symmetric. A state is the three parts one below the other.
/// </summary>
/// <param name="assignment">S, N x c.</param>
/// <param name="fineAssignment">S2, c x f.</param>
/// <param name="gate">g.</param>
public sealed class WeightBridge(DenseMatrix assignment, DenseMatrix fineAssignment, double gate)
{
    /// <summary>The bridged codebook C~ = g S2 F~ + (1 - g) C.</summary>
    public DenseMatrix Codebook(DenseMatrix codebook, DenseMatrix thresholded) =>
        fineAssignment.Times(thresholded).Scale(gate).Plus(codebook, 1 - gate);

    /// <summary>
    /// The published four assignments: x = x - S y; y = y - S2 z; y = g S2 z + (1 - g) y; x = x + S y.
    /// </summary>
    public DenseMatrix Apply(DenseMatrix state)
    {
        var (x, y, z) = Split(state);
        x = x.Minus(assignment.Times(y));
        y = y.Minus(fineAssignment.Times(z));
        y = fineAssignment.Times(z).Scale(gate).Plus(y, 1 - gate);
        x = x.Plus(assignment.Times(y));
        return DenseMatrix.Stack(x, y, z);
    }

    /// <summary>
    /// The same in closed form: x' = x - g S y + (2g - 1) S S2 z; y' = (1 - g) y + (2g - 1) S2 z; z' = z. The new y is
    /// (1 - g)(y - S2 z) + g S2 z, and x changes by S times the change of y.
    /// </summary>
    public DenseMatrix ApplyClosedForm(DenseMatrix state)
    {
        var (x, y, z) = Split(state);
        var fine = fineAssignment.Times(z);
        return DenseMatrix.Stack(
            x.Plus(assignment.Times(y), -gate).Plus(assignment.Times(fine), 2 * gate - 1),
            y.Scale(1 - gate).Plus(fine, 2 * gate - 1),
            z);
    }

    /// <summary>
    /// The transpose of the closed form, for gradients: gz += (2g - 1) S2^T (gy + S^T gx); gy = (1 - g) gy - g S^T gx;
    /// gx stays.
    /// </summary>
    public DenseMatrix Adjoint(DenseMatrix gradient)
    {
        var (gx, gy, gz) = Split(gradient);
        var entities = assignment.Transpose().Times(gx);
        return DenseMatrix.Stack(
            gx,
            gy.Scale(1 - gate).Plus(entities, -gate),
            gz.Plus(fineAssignment.Transpose().Times(gy.Plus(entities)), 2 * gate - 1));
    }

    private (DenseMatrix X, DenseMatrix Y, DenseMatrix Z) Split(DenseMatrix state)
    {
        var (entities, coarse, fine) = (assignment.Rows, assignment.Columns, fineAssignment.Columns);
        return (state.RowRange(0, entities), state.RowRange(entities, coarse), state.RowRange(entities + coarse, fine));
    }
}
