using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// L layers over the expanded graph, the mean of the layers, and the adjoint of both. Nothing mixes columns, so the
/// work is cut into blocks of 64 columns times runs of rows; each output row has one owner, which adds in the order of
/// the neighbours: the result does not depend on the number of threads.
/// </summary>
/// <remarks>
/// Shapes: N entities, c + f meta-embeddings, D = d padded to a multiple of 64. Order of a step: <see cref="Compose"/>
/// (X0), <see cref="Forward"/> (X1 .. X(L-1)), <see cref="Finish"/> (X(L) and the mean, for the rows asked for),
/// <see cref="Backward"/>. With fine meta-embeddings each product is followed by the weight bridge, in its closed form
/// x - S (g y - (2g - 1) S2 z), (1 - g) y + (2g - 1) S2 z, z.
/// </remarks>
internal abstract class Propagation : IDisposable
{
    private protected Propagation(ExpandedGraph graph, int dimension, int layers, float gate, Workers workers)
    {
        Gate = gate;
        Graph = graph;
        Dimension = dimension;
        PaddedDimension = EntityRows.Pad(dimension);
        BlockCount = PaddedDimension / EntityRows.BlockWidth;
        Layers = layers;
        Workers = workers;
        MetaLayers = new Matrix[layers + 1];
        for (var l = 0; l <= layers; l++)
            MetaLayers[l] = new Matrix(graph.MetaCount, PaddedDimension);
        MetaGradient = new Matrix(graph.MetaCount, PaddedDimension);
        ComposedGradient = new Matrix(graph.CoarseCount, PaddedDimension);
        Bridge = graph.FineCount == 0 ? null : new Matrix(graph.CoarseCount, PaddedDimension);
    }

    internal ExpandedGraph Graph { get; }

    internal int Dimension { get; }

    internal int PaddedDimension { get; }

    internal int BlockCount { get; }

    internal int Layers { get; }

    /// <summary>Rows of the meta-embeddings in each layer, (c + f) x D; the caller fills layer 0.</summary>
    internal Matrix[] MetaLayers { get; }

    /// <summary>After <see cref="Backward"/>: gradient of the meta-embeddings' rows of X0, (c + f) x D.</summary>
    internal Matrix MetaGradient { get; }

    /// <summary>Where <see cref="Backward"/> puts the gradient of a table, N x D; null with meta-embeddings.</summary>
    internal NativeBuffer<float>? TableGradient { get; set; }

    /// <summary>
    /// Where <see cref="Backward"/> puts the gradient of the weights of S through tanh(S C): for each block of columns N x t
    /// parts, to be added; null where the weights are not trained.
    /// </summary>
    internal NativeBuffer<float>? AssignmentGradient { get; set; }

    /// <summary>After <see cref="Backward"/>: gradient of C through tanh(S C), c x D.</summary>
    internal Matrix ComposedGradient { get; }

    private protected Workers Workers { get; }

    /// <summary>g of the weight bridge; without meaning where there are no fine meta-embeddings.</summary>
    private protected float Gate { get; }

    /// <summary>What the bridge of the layer under way takes from the entities, W of x - S W, c x D; null without fine ones.</summary>
    private protected Matrix? Bridge { get; }

    /// <summary>Makes the propagation for a precision and this machine's vectors.</summary>
    internal static Propagation Create(ExpandedGraph graph, int dimension, int layers, RowPrecision precision, Workers workers, float gate = 0)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return precision == RowPrecision.BFloat16
                ? new Propagation<BFloat16Codec, SixteenLanes512>(graph, dimension, layers, gate, workers)
                : new Propagation<Float32Codec, SixteenLanes512>(graph, dimension, layers, gate, workers);
        }

        return precision == RowPrecision.BFloat16
            ? new Propagation<BFloat16Codec, SixteenLanes256>(graph, dimension, layers, gate, workers)
            : new Propagation<Float32Codec, SixteenLanes256>(graph, dimension, layers, gate, workers);
    }

    /// <summary>X0 of the entities: tanh(S C) from C (c x D), or without meta-embeddings the rows of a table (N x D).</summary>
    internal abstract void Compose(NativeBuffer<float> source);

    /// <summary>Layers 1 .. L - 1 for all rows, layer L for the meta-embeddings.</summary>
    internal abstract void Forward();

    /// <summary>H = mean of layers 0 .. L for the entities asked for, as rows of <paramref name="target"/>.</summary>
    /// <param name="rows">Entities, ascending.</param>
    /// <param name="target">At least as many rows, d or D columns.</param>
    internal abstract void Finish(ReadOnlySpan<int> rows, Matrix target);

    /// <summary>H of all entities, N x d.</summary>
    internal void FinishAll(Matrix target)
    {
        var all = new int[Graph.Entities];
        for (var e = 0; e < all.Length; e++)
            all[e] = e;
        Finish(all, target);
    }

    /// <summary>
    /// After <see cref="Forward"/>: what a neighbour of e gets from it over all layers, the sum over l below L of sigma_e x_e(l);
    /// zeros where L is 0. The neighbour n of it takes sigma_n / (L + 1) of that into its mean row.
    /// </summary>
    /// <param name="entity">e.</param>
    /// <param name="target">Gets d floats.</param>
    internal abstract void LayerSum(int entity, Span<float> target);

    /// <summary>H of the meta-embeddings, (c + f) rows.</summary>
    internal void FinishMeta(Matrix target)
    {
        for (var k = 0; k < Graph.MetaCount; k++)
        {
            var row = target.Row(k);
            for (var column = 0; column < row.Length; column++)
            {
                var sum = 0f;
                for (var l = 0; l <= Layers; l++)
                    sum += MetaLayers[l].Row(k)[column];
                row[column] = sum / (Layers + 1);
            }
        }
    }

    /// <summary>
    /// The adjoint: from the gradient of H at a batch's entities to the gradients of X0, of which those of the
    /// meta-embeddings go to <see cref="MetaGradient"/> and those of tanh(S C) on to <see cref="ComposedGradient"/>.
    /// </summary>
    /// <param name="batch">The batch's entities.</param>
    /// <param name="gradient">dLoss / dH of each, batch rows x D, already divided by L + 1.</param>
    /// <param name="penalty">lambda: 2 lambda occurrences x0 is added to the gradient of x0.</param>
    /// <param name="toComposed">Whether to go on through tanh(S C); not where C is frozen, which saves a product.</param>
    internal abstract void Backward(BatchRows batch, Matrix gradient, float penalty, bool toComposed = true);

    /// <summary>After <see cref="Compose"/>: |x0|^2 of each entity.</summary>
    internal abstract void ComposedNorms(Span<float> norms);

    /// <summary>After <see cref="Backward"/>: sum over the batch's places of |x0|^2.</summary>
    internal double SquaredNorm { get; private protected set; }

    public abstract void Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static unsafe void Prefetch(byte* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
