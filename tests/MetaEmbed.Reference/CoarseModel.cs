namespace MetaEmbed.Reference;

/// <summary>What a forward pass of the coarse stage computes.</summary>
/// <param name="Composed">X = tanh(S C), N x d.</param>
/// <param name="Layers">X(0..L), each N + c rows.</param>
/// <param name="Rows">H, the mean of the layers, N + c rows.</param>
public sealed record CoarseForward(DenseMatrix Composed, DenseMatrix[] Layers, DenseMatrix Rows);

/// <summary>Gradients of the loss for C (c x d) and the item biases (I).</summary>
public sealed record CoarseGradient(DenseMatrix Codebook, double[] ItemBias);

/// <summary>The coarse stage (LEGCF): entities composed of coarse meta-embeddings, propagated over the expanded graph.</summary>
public sealed class CoarseModel
{
    private readonly int _layers;

    /// <param name="itemsOf">The distinct train items of each user.</param>
    /// <param name="items">I.</param>
    /// <param name="layers">L.</param>
    /// <param name="assignment">S, N x c.</param>
    /// <param name="codebook">C, c x d; changed by <see cref="Step"/>.</param>
    /// <param name="itemBias">I long; changed by <see cref="Step"/>.</param>
    public CoarseModel(int[][] itemsOf, int items, int layers, DenseMatrix assignment, DenseMatrix codebook, double[] itemBias)
    {
        _layers = layers;
        Users = itemsOf.Length;
        Items = items;
        Codebook = codebook;
        ItemBias = itemBias;
        Adjacency = ExpandedGraph.NormalizedAdjacency(itemsOf, items);
        Assignment = assignment;
        Graph = ExpandedGraph.Coarse(Adjacency, assignment);
    }

    public int Users { get; }

    public int Items { get; }

    /// <summary>N = U + I.</summary>
    public int Entities => Users + Items;

    /// <summary>C, c x d.</summary>
    public DenseMatrix Codebook { get; }

    /// <summary>b, I long.</summary>
    public double[] ItemBias { get; }

    /// <summary>A_norm, N x N.</summary>
    public DenseMatrix Adjacency { get; }

    /// <summary>S, N x c.</summary>
    public DenseMatrix Assignment { get; private set; }

    /// <summary>E_norm, N + c nodes.</summary>
    public DenseMatrix Graph { get; private set; }

    /// <summary>X0 = [tanh(S C); C]; X(l+1) = E_norm X(l); H = mean of X(0..L).</summary>
    public CoarseForward Forward()
    {
        var composed = Assignment.Times(Codebook).Map(Math.Tanh);
        var x = DenseMatrix.Stack(composed, Codebook);
        var states = new List<DenseMatrix> { x };
        for (var layer = 0; layer < _layers; layer++)
            states.Add(x = Graph.Times(x));
        return new CoarseForward(composed, [.. states], Mean(states));
    }

    /// <summary>The loss of a batch.</summary>
    public LossValue Loss(CoarseForward forward, Batch batch, double l2Factor) =>
        BprLoss.Value(forward.Rows, forward.Composed, ItemBias, Users, batch, l2Factor);

    /// <summary>The gradient of the loss of a batch.</summary>
    public CoarseGradient Backward(CoarseForward forward, Batch batch, double l2Factor)
    {
        var loss = BprLoss.Gradient(forward.Rows, forward.Composed, ItemBias, Users, batch, l2Factor);
        return new CoarseGradient(CodebookGradient(forward, loss.Rows, loss.Composed), loss.ItemBias);
    }

    /// <summary>From gradients for H and for X = tanh(S C) to the gradient for C.</summary>
    public DenseMatrix CodebookGradient(CoarseForward forward, DenseMatrix rowsGradient, DenseMatrix composedGradient)
    {
        // The top rows of X0 are X = tanh(S C) and tanh' = 1 - tanh^2; its last c rows are C itself.
        var start = PropagateBack(rowsGradient);
        var composed = start.RowRange(0, Entities).Plus(composedGradient);
        var sum = composed.Combine(forward.Composed, (g, x) => g * (1 - x * x));
        return Assignment.Transpose().Times(sum).Plus(start.RowRange(Entities, Codebook.Rows));
    }

    /// <summary>The same to the gradient for S through X = tanh(S C) alone, the graph as it is: N x c.</summary>
    public DenseMatrix AssignmentGradient(CoarseForward forward, Batch batch, double l2Factor)
    {
        var loss = BprLoss.Gradient(forward.Rows, forward.Composed, ItemBias, Users, batch, l2Factor);
        var composed = PropagateBack(loss.Rows).RowRange(0, Entities).Plus(loss.Composed);
        return composed.Combine(forward.Composed, (g, x) => g * (1 - x * x)).Times(Codebook.Transpose());
    }

    /// <summary>From the gradient for H to the one for X0: X(l) gets 1/(L+1) of it, and E_norm^T of that of X(l+1).</summary>
    public DenseMatrix PropagateBack(DenseMatrix rowsGradient)
    {
        var share = rowsGradient.Scale(1.0 / (_layers + 1));
        var gradient = share;
        for (var layer = _layers; layer > 0; layer--)
            gradient = Graph.Transpose().Times(gradient).Plus(share);
        return gradient;
    }

    /// <summary>Forward, backward, clipping, one step of Adam for C and one for the biases. Returns the loss before it.</summary>
    /// <param name="batch">The triples.</param>
    /// <param name="l2Factor">Of the L2 term, in units of 1e-4.</param>
    /// <param name="clip">Bound of each gradient element; 0 for none.</param>
    /// <param name="codebookOptimizer">For C.</param>
    /// <param name="biasOptimizer">For the item biases.</param>
    /// <param name="updatePerEntity">t, where S is to be updated with this batch's H; 0 where not.</param>
    public LossValue Step(Batch batch, double l2Factor, double clip, Adam codebookOptimizer, Adam biasOptimizer, int updatePerEntity = 0)
    {
        var forward = Forward();
        var loss = Loss(forward, batch, l2Factor);
        var gradient = Backward(forward, batch, l2Factor);
        Adam.Clip(gradient.Codebook.Elements, clip);
        Adam.Clip(gradient.ItemBias, clip);
        codebookOptimizer.Step(Codebook.Elements, gradient.Codebook.Elements);
        biasOptimizer.Step(ItemBias, gradient.ItemBias);

        // The batch that triggers an update has used its own forward pass, with the old S, to the end.
        if (updatePerEntity > 0)
            UpdateAssignment(forward, updatePerEntity);
        return loss;
    }

    /// <summary>Takes over the assignment that a forward pass leads to, and rebuilds the graph.</summary>
    public AssignmentUpdate UpdateAssignment(CoarseForward forward, int perEntity)
    {
        var update = AssignmentUpdate.Coarse(forward.Rows, Entities, perEntity);
        Assignment = update.Assignment;
        Graph = ExpandedGraph.Coarse(Adjacency, Assignment);
        return update;
    }

    internal static DenseMatrix Mean(List<DenseMatrix> states)
    {
        var sum = states[0];
        foreach (var state in states.Skip(1))
            sum = sum.Plus(state);
        return sum.Scale(1.0 / states.Count);
    }
}
