namespace MetaEmbed.Reference;

/// <summary>What a forward pass of the fine stage computes.</summary>
/// <param name="Composed">X = tanh(S C), N x d.</param>
/// <param name="Thresholded">F~, f x d.</param>
/// <param name="Bridged">C~, c x d.</param>
/// <param name="Layers">X(0..L), each N + c + f rows, after the bridge.</param>
/// <param name="Rows">H, the mean of the layers, N + c + f rows.</param>
public sealed record FineForward(DenseMatrix Composed, DenseMatrix Thresholded, DenseMatrix Bridged, DenseMatrix[] Layers, DenseMatrix Rows);

/// <summary>Gradients of the loss for F (f x d) and the item biases (I).</summary>
public sealed record FineGradient(DenseMatrix FineCodebook, double[] ItemBias);

/// <summary>The fine stage: coarse meta-embeddings composed of sparse fine ones. S and C stay; F and the biases learn.</summary>
public sealed class FineModel
{
    private readonly int _layers;
    private readonly double _threshold;
    private readonly double _gate;

    /// <param name="itemsOf">The distinct train items of each user.</param>
    /// <param name="items">I.</param>
    /// <param name="layers">L.</param>
    /// <param name="assignment">S, N x c.</param>
    /// <param name="fineAssignment">S2, c x f.</param>
    /// <param name="codebook">C, c x d.</param>
    /// <param name="fineCodebook">F, f x d; changed by <see cref="Step"/>.</param>
    /// <param name="itemBias">I long; changed by <see cref="Step"/>.</param>
    /// <param name="threshold">Of the soft threshold.</param>
    /// <param name="gate">g.</param>
    public FineModel(
        int[][] itemsOf,
        int items,
        int layers,
        DenseMatrix assignment,
        DenseMatrix fineAssignment,
        DenseMatrix codebook,
        DenseMatrix fineCodebook,
        double[] itemBias,
        double threshold,
        double gate)
    {
        (_layers, _threshold, _gate) = (layers, threshold, gate);
        Users = itemsOf.Length;
        Items = items;
        Assignment = assignment;
        Codebook = codebook;
        FineCodebook = fineCodebook;
        ItemBias = itemBias;
        Adjacency = ExpandedGraph.NormalizedAdjacency(itemsOf, items);
        FineAssignment = fineAssignment;
        Graph = ExpandedGraph.Fine(Adjacency, assignment, fineAssignment);
        Bridge = new WeightBridge(assignment, fineAssignment, gate);
    }

    public int Users { get; }

    public int Items { get; }

    /// <summary>N = U + I.</summary>
    public int Entities => Users + Items;

    /// <summary>A_norm, N x N.</summary>
    public DenseMatrix Adjacency { get; }

    /// <summary>S, N x c.</summary>
    public DenseMatrix Assignment { get; }

    /// <summary>C, c x d.</summary>
    public DenseMatrix Codebook { get; }

    /// <summary>F, f x d.</summary>
    public DenseMatrix FineCodebook { get; }

    /// <summary>b, I long.</summary>
    public double[] ItemBias { get; }

    /// <summary>S2, c x f.</summary>
    public DenseMatrix FineAssignment { get; private set; }

    /// <summary>E_norm, N + c + f nodes.</summary>
    public DenseMatrix Graph { get; private set; }

    /// <summary>The bridge with the present S2.</summary>
    public WeightBridge Bridge { get; private set; }

    /// <summary>
    /// X0 = [tanh(S C); C~; tanh(F~)], with the raw C in the entity rows; X(l+1) = bridge(E_norm X(l)); H = mean of
    /// X(0..L).
    /// </summary>
    public FineForward Forward()
    {
        var composed = Assignment.Times(Codebook).Map(Math.Tanh);
        var thresholded = SoftThreshold.Apply(FineCodebook, _threshold);
        var bridged = Bridge.Codebook(Codebook, thresholded);
        var x = DenseMatrix.Stack(composed, bridged, thresholded.Map(Math.Tanh));
        var states = new List<DenseMatrix> { x };
        for (var layer = 0; layer < _layers; layer++)
            states.Add(x = Bridge.Apply(Graph.Times(x)));
        return new FineForward(composed, thresholded, bridged, [.. states], CoarseModel.Mean(states));
    }

    /// <summary>The loss of a batch; its L2 part depends on C alone, and so is a constant here.</summary>
    public LossValue Loss(FineForward forward, Batch batch, double l2Factor) =>
        BprLoss.Value(forward.Rows, forward.Composed, ItemBias, Users, batch, l2Factor);

    /// <summary>The gradient of the loss of a batch.</summary>
    public FineGradient Backward(FineForward forward, Batch batch)
    {
        var loss = BprLoss.Gradient(forward.Rows, forward.Composed, ItemBias, Users, batch, l2Factor: 0);
        return new FineGradient(FineCodebookGradient(forward, loss.Rows), loss.ItemBias);
    }

    /// <summary>From the gradient for H to the one for F.</summary>
    public DenseMatrix FineCodebookGradient(FineForward forward, DenseMatrix rowsGradient)
    {
        // F~ is in X0 twice: as g S2 F~ in C~, and as tanh(F~), whose slope is 1 - tanh^2.
        var start = PropagateBack(rowsGradient);
        var coarse = FineAssignment.Transpose().Times(start.RowRange(Entities, Codebook.Rows)).Scale(_gate);
        var fine = start.RowRange(Entities + Codebook.Rows, FineCodebook.Rows)
            .Combine(forward.Thresholded, (g, value) => g * (1 - Math.Tanh(value) * Math.Tanh(value)));
        return SoftThreshold.Backward(FineCodebook, _threshold, coarse.Plus(fine));
    }

    /// <summary>
    /// The gradient of the loss for C, where C is trained too: through the entities' rows tanh(S C), and through
    /// C~ = g S2 F~ + (1 - g) C.
    /// </summary>
    public DenseMatrix CoarseCodebookGradient(FineForward forward, Batch batch, double l2Factor)
    {
        var loss = BprLoss.Gradient(forward.Rows, forward.Composed, ItemBias, Users, batch, l2Factor);
        var start = PropagateBack(loss.Rows);
        var composed = start.RowRange(0, Entities).Plus(loss.Composed).Combine(forward.Composed, (g, x) => g * (1 - x * x));
        return Assignment.Transpose().Times(composed).Plus(start.RowRange(Entities, Codebook.Rows).Scale(1 - _gate));
    }

    /// <summary>
    /// From the gradient for H to the one for X0: X(l) gets 1/(L+1) of it, and E_norm^T bridge^T of that of X(l+1).
    /// </summary>
    public DenseMatrix PropagateBack(DenseMatrix rowsGradient)
    {
        var share = rowsGradient.Scale(1.0 / (_layers + 1));
        var gradient = share;
        for (var layer = _layers; layer > 0; layer--)
            gradient = Graph.Transpose().Times(Bridge.Adjoint(gradient)).Plus(share);
        return gradient;
    }

    /// <summary>Forward, backward, clipping, one step of Adam for F and one for the biases. Returns the loss before it.</summary>
    /// <param name="batch">The triples.</param>
    /// <param name="l2Factor">Of the L2 term, in units of 1e-4.</param>
    /// <param name="clip">Bound of each gradient element; 0 for none.</param>
    /// <param name="codebookOptimizer">For F.</param>
    /// <param name="biasOptimizer">For the item biases.</param>
    /// <param name="updatePerCoarse">t_f, where S2 is to be updated with this batch's H; 0 where not.</param>
    public LossValue Step(Batch batch, double l2Factor, double clip, Adam codebookOptimizer, Adam biasOptimizer, int updatePerCoarse = 0)
    {
        var forward = Forward();
        var loss = Loss(forward, batch, l2Factor);
        var gradient = Backward(forward, batch);
        Adam.Clip(gradient.FineCodebook.Elements, clip);
        Adam.Clip(gradient.ItemBias, clip);
        codebookOptimizer.Step(FineCodebook.Elements, gradient.FineCodebook.Elements);
        biasOptimizer.Step(ItemBias, gradient.ItemBias);

        // The batch that triggers an update has used its own forward pass, with the old S2, to the end.
        if (updatePerCoarse > 0)
            UpdateFineAssignment(forward, updatePerCoarse);
        return loss;
    }

    /// <summary>Takes over the fine assignment that a forward pass leads to; rebuilds graph and bridge.</summary>
    public FineAssignmentUpdate UpdateFineAssignment(FineForward forward, int perCoarse)
    {
        var update = FineAssignmentUpdate.FromRows(forward.Rows, Entities, Codebook.Rows, perCoarse);
        FineAssignment = update.Kept.Assignment;
        Graph = ExpandedGraph.Fine(Adjacency, Assignment, FineAssignment);
        Bridge = new WeightBridge(Assignment, FineAssignment, _gate);
        return update;
    }
}
