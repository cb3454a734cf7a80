namespace MetaEmbed.Models;

/// <content>
/// The fine meta-embeddings' part of a layer: their edges to the coarse ones, the weight bridge, and its adjoint. With y
/// the coarse and z the fine rows of a product,
/// <code>
/// W = g y - (2g - 1) S2 z,   x' = x - S W,   y' = (1 - g) y + (2g - 1) S2 z,   z' = z
/// </code>
/// and for gradients gx, gy, gz of x', y', z':
/// <code>
/// gz = gz + (2g - 1) S2^T (gy + S^T gx),   gy = (1 - g) gy - g S^T gx,   gx = gx
/// </code>
/// These rows are few (c + f), so one thread adds them, in the order of the picks.
/// </content>
internal sealed unsafe partial class Propagation<TCodec, TLanes>
{
    private float* MetaRow(Numerics.Matrix rows, int row) => rows.Pointer + (long)row * PaddedDimension;

    /// <summary>After the product of a layer: edges between coarse and fine, then the bridge; W is left for the entities.</summary>
    private void ForwardBridge()
    {
        AddFineProduct();
        var fine = Graph.Fine!;
        var spread = 2 * Gate - 1;
        for (var k = 0; k < Graph.CoarseCount; k++)
        {
            var y = MetaRow(_metaTarget, k);
            var w = MetaRow(Bridge!, k);
            Scale(Gate, y, w);
            Scale(1 - Gate, y, y);
            for (var i = k * fine.PerRow; i < (k + 1) * fine.PerRow; i++)
            {
                var z = MetaRow(_metaTarget, Graph.CoarseCount + fine.Picks[i]);
                Add(-spread * fine.Weights[i], z, w);
                Add(spread * fine.Weights[i], z, y);
            }
        }
    }

    /// <summary>Before the product of a layer of the backward pass: the bridge's adjoint on the source's rows.</summary>
    private void BridgeAdjoint()
    {
        var fine = Graph.Fine!;
        var spread = 2 * Gate - 1;
        for (var k = 0; k < Graph.CoarseCount; k++)
        {
            var y = MetaRow(_metaSource, k);
            var members = MetaRow(_memberSums!, k);
            for (var i = k * fine.PerRow; i < (k + 1) * fine.PerRow; i++)
            {
                var z = MetaRow(_metaSource, Graph.CoarseCount + fine.Picks[i]);
                Add(spread * fine.Weights[i], y, z);
                Add(spread * fine.Weights[i], members, z);
            }

            Scale(1 - Gate, y, y);
            Add(-Gate, members, y);
        }
    }

    /// <summary>The product's edges between coarse and fine rows: the target's coarse rows are added to, its fine rows are set.</summary>
    private void AddFineProduct()
    {
        var fine = Graph.Fine!;
        for (var m = 0; m < Graph.FineCount; m++)
            new Span<float>(MetaRow(_metaTarget, Graph.CoarseCount + m), PaddedDimension).Clear();
        for (var k = 0; k < Graph.CoarseCount; k++)
        {
            for (var i = k * fine.PerRow; i < (k + 1) * fine.PerRow; i++)
            {
                var m = Graph.CoarseCount + fine.Picks[i];
                Add(Graph.FineNormalised[i], MetaRow(_metaSource, m), MetaRow(_metaTarget, k));
                Add(Graph.FineNormalised[i], MetaRow(_metaSource, k), MetaRow(_metaTarget, m));
            }
        }
    }

    private void Add(float weight, float* source, float* target)
    {
        var scale = TLanes.All(weight);
        for (var column = 0; column < PaddedDimension; column += 16)
            TLanes.Store(target + column, TLanes.MultiplyAdd(scale, TLanes.Load(source + column), TLanes.Load(target + column)));
    }

    private void Scale(float weight, float* source, float* target)
    {
        var scale = TLanes.All(weight);
        for (var column = 0; column < PaddedDimension; column += 16)
            TLanes.Store(target + column, scale * TLanes.Load(source + column));
    }
}
