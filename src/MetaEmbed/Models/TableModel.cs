using MetaEmbed.Graphs;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Models;

/// <summary>
/// An uncompressed model: a table X0 (N x d) with a row for every user and item, and item biases. With L layers it is
/// LightGCN (He et al. 2020), with none matrix factorisation:
/// <code>
/// X(l+1) = A_norm X(l),   H = mean of X0 .. XL,   score(u, i) = &lt;h_u, h_i&gt; + b_i
/// </code>
/// </summary>
internal sealed unsafe class TableModel : IStageModel
{
    /// <summary>Standard deviation of the first rows, as in LightGCN.</summary>
    private const double InitialDeviation = 0.1;

    /// <param name="graph">Users and items of the training set.</param>
    /// <param name="userCount">U: the first nodes are the users.</param>
    /// <param name="dimension">d.</param>
    /// <param name="layers">L.</param>
    /// <param name="precision">How rows are kept between propagations.</param>
    /// <param name="workers">Threads; owned by the caller.</param>
    internal TableModel(Graph graph, int userCount, int dimension, int layers, RowPrecision precision, Workers workers)
    {
        UserCount = userCount;
        Propagation = Propagation.Create(ExpandedGraph.WithoutMetaEmbeddings(graph), dimension, layers, precision, workers);
        Table = new Parameter((long)graph.NodeCount * Propagation.PaddedDimension);
        ItemBias = new Parameter(graph.NodeCount - userCount);
        Propagation.TableGradient = Table.Gradient;
        Trained = [Table, ItemBias];
    }

    public int UserCount { get; }

    public int ItemCount => (int)ItemBias.Length;

    public Propagation Propagation { get; }

    /// <summary>X0, N rows of D = d padded; the padding is 0 and stays 0.</summary>
    internal Parameter Table { get; }

    public Parameter ItemBias { get; }

    public IReadOnlyList<Parameter> Trained { get; }

    public Assignment? UpdatedAssignment => null;

    private int Entities => Propagation.Graph.Entities;

    /// <summary>Draws the table from N(0, 0.1^2); biases are 0.</summary>
    internal void Initialize(long seed)
    {
        for (var e = 0; e < Entities; e++)
        {
            var stream = new RandomStream((ulong)seed, RandomPurpose.Parameters, 2, (ulong)e);
            var row = new Span<float>(Table.Value.Pointer + (long)e * Propagation.PaddedDimension, Propagation.Dimension);
            foreach (ref var value in row)
                value = (float)(InitialDeviation * NormalDistribution.Next(ref stream));
        }
    }

    public void Forward()
    {
        Propagation.Compose(Table.Value);
        Propagation.Forward();
    }

    public double Backward(BatchRows batch, Matrix gradient, float penalty)
    {
        Propagation.Backward(batch, gradient, penalty);
        return Propagation.SquaredNorm;
    }

    public void UpdateAssignment(Matrix entityRows, Matrix metaRows, Workers workers) =>
        throw new InvalidOperationException("a table assigns nothing");

    public IReadOnlyList<TensorEntry> Tensors(bool optimizer)
    {
        var tensors = new List<TensorEntry>();
        CoarseTensors.AddMatrix(tensors, "table", Table, Entities, Propagation.Dimension, Propagation.PaddedDimension, optimizer);
        CoarseTensors.AddMatrix(tensors, "item_bias", ItemBias, 1, ItemCount, ItemCount, optimizer);
        return tensors;
    }

    public void Restore(TrainingCheckpoint checkpoint, bool optimizer)
    {
        CoarseTensors.ReadMatrix(checkpoint, "table", Table, Entities, Propagation.Dimension, Propagation.PaddedDimension, optimizer);
        CoarseTensors.ReadMatrix(checkpoint, "item_bias", ItemBias, 1, ItemCount, ItemCount, optimizer);
    }

    public void Dispose()
    {
        Propagation.Graph.Dispose();
        Propagation.Dispose();
        Table.Dispose();
        ItemBias.Dispose();
    }
}
