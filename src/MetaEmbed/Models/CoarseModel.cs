using MetaEmbed.Graphs;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Models;

/// <summary>
/// The coarse model (LEGCF, Liang et al. 2024): a codebook C (c x d) of meta-embeddings shared by users and items, an
/// assignment S (N x c), and item biases. Forward, equations in order:
/// <code>
/// X0 = [tanh(S C); C],   X(l+1) = E_norm X(l),   H = mean of X0 .. XL,   score(u, i) = &lt;h_u, h_i&gt; + b_i
/// </code>
/// </summary>
internal sealed unsafe class CoarseModel : IStageModel
{
    private readonly int _userCount;
    private Assignment _assignment;
    private Assignment? _spare;

    /// <param name="graph">Users and items of the training set.</param>
    /// <param name="userCount">U: the first nodes are the users.</param>
    /// <param name="assignment">S, N x c.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L.</param>
    /// <param name="precision">How rows are kept between propagations.</param>
    /// <param name="workers">Threads; owned by the caller.</param>
    internal CoarseModel(Graph graph, int userCount, Assignment assignment, int dimension, int layers, RowPrecision precision, Workers workers)
    {
        _userCount = userCount;
        _assignment = assignment;
        ExpandedGraph = new ExpandedGraph(graph, assignment.Columns, assignment.PerRow);
        ExpandedGraph.SetAssignment(assignment);
        Propagation = Propagation.Create(ExpandedGraph, dimension, layers, precision, workers);
        Codebook = new Parameter((long)assignment.Columns * Propagation.PaddedDimension);
        ItemBias = new Parameter(graph.NodeCount - userCount);
        Trained = [Codebook, ItemBias];
    }

    internal ExpandedGraph ExpandedGraph { get; }

    public Propagation Propagation { get; }

    /// <summary>C, c rows of D = d padded to a multiple of 64; the padding is 0 and stays 0.</summary>
    internal Parameter Codebook { get; }

    /// <summary>b, one an item.</summary>
    public Parameter ItemBias { get; }

    public int UserCount => _userCount;

    public int ItemCount => ExpandedGraph.Entities - _userCount;

    internal int Dimension => Propagation.Dimension;

    internal int CoarseCount => _assignment.Columns;

    public IReadOnlyList<Parameter> Trained { get; }

    public Assignment? UpdatedAssignment => _assignment;

    /// <summary>S; setting it rebuilds the expanded graph. Two updates later its arrays hold another one.</summary>
    internal Assignment Assignment
    {
        get => _assignment;
        set
        {
            ExpandedGraph.SetAssignment(value);
            _assignment = value;
        }
    }

    /// <summary>Takes new weights for the picks as they are.</summary>
    /// <param name="weights">N x t; finite and not negative.</param>
    internal void SetAssignmentWeights(ReadOnlySpan<float> weights)
    {
        weights.CopyTo(_assignment.Weights);
        ExpandedGraph.SetAssignment(_assignment);
    }

    /// <summary>How <see cref="UpdateAssignment"/> chooses.</summary>
    internal AssignmentUpdateRule UpdateRule { get; init; }

    /// <summary>Picks an entity on the mean, where matching pursuit shares them out; 0 for t each.</summary>
    internal double MeanPicks { get; init; }

    /// <summary>Draws C, and b if asked for, from N(0, 1), as the published code does.</summary>
    internal void Initialize(long seed, BiasInitialization itemBias = BiasInitialization.Normal)
    {
        for (var k = 0; k < CoarseCount; k++)
        {
            var stream = new RandomStream((ulong)seed, RandomPurpose.Parameters, 0, (ulong)k);
            foreach (ref var value in CodebookRow(k))
                value = (float)NormalDistribution.Next(ref stream);
        }

        if (itemBias == BiasInitialization.Zero)
            return;
        var biases = new RandomStream((ulong)seed, RandomPurpose.Parameters, 1);
        foreach (ref var value in ItemBias.Value.Span[..ItemCount])
            value = (float)NormalDistribution.Next(ref biases);
    }

    /// <summary>Row k of C, d long.</summary>
    internal Span<float> CodebookRow(int k) => new(Codebook.Value.Pointer + (long)k * Propagation.PaddedDimension, Dimension);

    public void Forward()
    {
        Codebook.Value.Span[..(int)Codebook.Length].CopyTo(Propagation.MetaLayers[0].AsSpan());
        Propagation.Compose(Codebook.Value);
        Propagation.Forward();
    }

    /// <summary>
    /// The gradient of C: through the layers, through X0's own rows of C and through tanh(S C), with the L2 penalty on the
    /// composed rows.
    /// </summary>
    public double Backward(BatchRows batch, Matrix gradient, float penalty)
    {
        Propagation.Backward(batch, gradient, penalty);
        var composed = Propagation.ComposedGradient.AsSpan();
        var direct = Propagation.MetaGradient.AsSpan();
        var target = Codebook.Gradient.Span;
        for (var i = 0; i < composed.Length; i++)
            target[i] = composed[i] + direct[i];
        return Propagation.SquaredNorm;
    }

    public void UpdateAssignment(Matrix entityRows, Matrix metaRows, Workers workers)
    {
        var update = UpdateRule == AssignmentUpdateRule.PseudoInverse
            ? AssignmentUpdate.PseudoInverseUpdate(entityRows, metaRows, _assignment.PerRow, workers, _spare)
            : MatchingPursuit.Update(entityRows, metaRows, _assignment.PerRow, workers, MeanPicks > 0 ? MeanPicks : null, _spare);
        _spare = _assignment;
        Assignment = update;
    }

    public IReadOnlyList<TensorEntry> Tensors(bool optimizer) => CoarseTensors.Of(this, optimizer);

    public void Restore(TrainingCheckpoint checkpoint, bool optimizer) => CoarseTensors.Restore(this, checkpoint, optimizer);

    public void Dispose()
    {
        ExpandedGraph.Dispose();
        Propagation.Dispose();
        Codebook.Dispose();
        ItemBias.Dispose();
    }
}
