using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Exact;

/// <summary>
/// The layers of the model on one block of 64 columns, and their mean. The operations and their order are those of
/// <c>MetaEmbed.Models.Propagation</c>, which trains: an entity's row is kept scaled by sigma and rounded to the codec, a
/// sum of neighbours goes by ascending neighbour, a sum over members by ascending entity.
/// </summary>
/// <typeparam name="TCodec">How rows of entities are kept between layers.</typeparam>
/// <typeparam name="TLanes">Sixteen lanes on this machine's vectors.</typeparam>
internal sealed unsafe class ExactLayers<TCodec, TLanes> : IDisposable
    where TCodec : struct, IRowCodec
    where TLanes : struct, ISixteenLanes<TLanes>
{
    private const int Width = ExactStart.BlockWidth;

    private readonly ExactParameters _model;
    private readonly ExactGraph _graph;
    private readonly byte* _layers;
    private readonly float* _meta;
    private readonly float* _bridge;
    private readonly float* _codebook;
    private readonly int _metaCount;

    private ExactLayers(ExactParameters model, ExactGraph graph, float[] start, int block)
    {
        _model = model;
        _graph = graph;
        _metaCount = model.CoarseCount + model.FineCount;
        var kept = (nuint)Math.Max(model.Layers, 1) * (nuint)graph.Entities * (nuint)TCodec.Bytes;
        var meta = (nuint)(model.Layers + 1) * (nuint)_metaCount * Width * sizeof(float);
        var coarse = (nuint)model.CoarseCount * Width * sizeof(float);
        _layers = (byte*)NativeMemory.AlignedAlloc(kept + meta + 2 * coarse, 64);
        _meta = (float*)(_layers + kept);
        _bridge = _meta + (long)(model.Layers + 1) * _metaCount * Width;
        _codebook = _bridge + (long)model.CoarseCount * Width;
        var padded = ExactStart.Pad(model.Dimension);
        var codebook = ExactStart.Widen(model.Codebook, model.CoarseCount, model.Dimension);
        for (var k = 0; k < _metaCount; k++)
            start.AsSpan(k * padded + block * Width, Width).CopyTo(new Span<float>(_meta + (long)k * Width, Width));
        for (var k = 0; k < model.CoarseCount; k++)
            codebook.AsSpan(k * padded + block * Width, Width).CopyTo(new Span<float>(_codebook + (long)k * Width, Width));
    }

    /// <summary>Writes 64 columns, or those that are left, of all rows.</summary>
    /// <param name="model">Parameters.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="start">The meta-embeddings' rows of X0.</param>
    /// <param name="block">Index of the block.</param>
    /// <param name="rows">Entities x d.</param>
    public static void Compute(ExactParameters model, ExactGraph graph, float[] start, int block, float* rows)
    {
        using var layers = new ExactLayers<TCodec, TLanes>(model, graph, start, block);
        layers.Compose();
        for (var l = 1; l <= model.Layers; l++)
        {
            layers.MetaLayer(l);
            if (l < model.Layers)
                layers.EntityLayer(l);
        }

        layers.Mean(rows, block);
    }

    public void Dispose() => NativeMemory.AlignedFree(_layers);

    private byte* Row(int layer, int entity) => _layers + ((long)layer * _graph.Entities + entity) * TCodec.Bytes;

    private float* Meta(int layer, int row) => _meta + ((long)layer * _metaCount + row) * Width;

    /// <summary>sigma_e tanh(sum of S_ek C_k).</summary>
    private void Compose()
    {
        var t = _model.PerEntity;
        var row = stackalloc float[Width];
        for (var e = 0; e < _graph.Entities; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            for (var i = e * t; i < (e + 1) * t; i++)
                Add(_model.Weights[i], _codebook + (long)_model.Picks[i] * Width, ref a, ref b, ref c, ref d);
            Store(row, a, b, c, d);
            Elementary.ScaledTanh<TLanes>(_graph.Sigma[e], row, Width);
            TCodec.Store(Row(0, e), TLanes.Load(row), TLanes.Load(row + 16), TLanes.Load(row + 32), TLanes.Load(row + 48));
        }
    }

    /// <summary>The meta-embeddings' rows of a layer, the bridge included.</summary>
    private void MetaLayer(int layer)
    {
        for (var k = 0; k < _model.CoarseCount; k++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            for (var i = _graph.MemberStart[k]; i < _graph.MemberStart[k + 1]; i++)
            {
                TCodec.Load<TLanes>(Row(layer - 1, _graph.Members[i]), out var x, out var y, out var z, out var w);
                var weight = TLanes.All(_graph.Gamma[i]);
                a = TLanes.MultiplyAdd(weight, x, a);
                b = TLanes.MultiplyAdd(weight, y, b);
                c = TLanes.MultiplyAdd(weight, z, c);
                d = TLanes.MultiplyAdd(weight, w, d);
            }

            Store(Meta(layer, k), a, b, c, d);
        }

        if (_model.FineCount > 0)
            Bridge(layer);
    }

    private void Bridge(int layer)
    {
        var (coarse, t) = (_model.CoarseCount, _model.FinePerCoarse);
        new Span<float>(Meta(layer, coarse), _model.FineCount * Width).Clear();
        for (var i = 0; i < _model.FinePicks.Length; i++)
        {
            var (k, m) = (i / t, coarse + _model.FinePicks[i]);
            Add(_graph.FineNormalised[i], Meta(layer - 1, m), Meta(layer, k));
            Add(_graph.FineNormalised[i], Meta(layer - 1, k), Meta(layer, m));
        }

        var spread = 2 * _model.Gate - 1;
        for (var k = 0; k < coarse; k++)
        {
            var y = Meta(layer, k);
            var w = _bridge + (long)k * Width;
            Scale(_model.Gate, y, w);
            Scale(1 - _model.Gate, y, y);
            for (var i = k * t; i < (k + 1) * t; i++)
            {
                var z = Meta(layer, coarse + _model.FinePicks[i]);
                Add(-spread * _model.FineWeights[i], z, w);
                Add(spread * _model.FineWeights[i], z, y);
            }
        }
    }

    private void EntityLayer(int layer)
    {
        for (var e = 0; e < _graph.Entities; e++)
        {
            Product(layer, e, out var a, out var b, out var c, out var d);
            TCodec.Store(Row(layer, e), a, b, c, d);
        }
    }

    /// <summary>alpha_e sum of the neighbours' rows, plus the meta-embeddings' part, less the bridge's.</summary>
    private void Product(int layer, int e, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
    {
        TLanes p = TLanes.Zero, q = TLanes.Zero, r = TLanes.Zero, s = TLanes.Zero;
        for (var i = _graph.RowStart[e]; i < _graph.RowStart[e + 1]; i++)
        {
            TCodec.Load<TLanes>(Row(layer - 1, _graph.Neighbours[i]), out var x, out var y, out var z, out var w);
            p += x;
            q += y;
            r += z;
            s += w;
        }

        var alpha = TLanes.All(_graph.Alpha[e]);
        p *= alpha;
        q *= alpha;
        r *= alpha;
        s *= alpha;
        var t = _model.PerEntity;
        for (var i = e * t; i < (e + 1) * t; i++)
            Add(_graph.Beta[i], Meta(layer - 1, _model.Picks[i]), ref p, ref q, ref r, ref s);
        if (_model.FineCount > 0)
        {
            for (var i = e * t; i < (e + 1) * t; i++)
                Add(-_graph.Sigma[e] * _model.Weights[i], _bridge + (long)_model.Picks[i] * Width, ref p, ref q, ref r, ref s);
        }

        a = p;
        b = q;
        c = r;
        d = s;
    }

    /// <summary>(last product + layers 0 .. L-1) / (sigma_e (L + 1)).</summary>
    private void Mean(float* rows, int block)
    {
        var narrow = stackalloc float[Width];
        var width = Math.Min(_model.Dimension - block * Width, Width);
        for (var e = 0; e < _graph.Entities; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            if (_model.Layers > 0)
                Product(_model.Layers, e, out a, out b, out c, out d);
            for (var l = 0; l < Math.Max(_model.Layers, 1); l++)
            {
                TCodec.Load<TLanes>(Row(l, e), out var x, out var y, out var z, out var w);
                a += x;
                b += y;
                c += z;
                d += w;
            }

            var scale = TLanes.All(_graph.InverseSigma[e] / (_model.Layers + 1));
            Store(narrow, a * scale, b * scale, c * scale, d * scale);
            new ReadOnlySpan<float>(narrow, width).CopyTo(new Span<float>(rows + (long)e * _model.Dimension + block * Width, width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float weight, float* row, ref TLanes a, ref TLanes b, ref TLanes c, ref TLanes d)
    {
        var scale = TLanes.All(weight);
        a = TLanes.MultiplyAdd(scale, TLanes.Load(row), a);
        b = TLanes.MultiplyAdd(scale, TLanes.Load(row + 16), b);
        c = TLanes.MultiplyAdd(scale, TLanes.Load(row + 32), c);
        d = TLanes.MultiplyAdd(scale, TLanes.Load(row + 48), d);
    }

    private static void Add(float weight, float* source, float* target)
    {
        for (var column = 0; column < Width; column += 16)
            TLanes.Store(target + column, TLanes.MultiplyAdd(TLanes.All(weight), TLanes.Load(source + column), TLanes.Load(target + column)));
    }

    private static void Scale(float weight, float* source, float* target)
    {
        for (var column = 0; column < Width; column += 16)
            TLanes.Store(target + column, TLanes.All(weight) * TLanes.Load(source + column));
    }

    private static void Store(float* target, TLanes a, TLanes b, TLanes c, TLanes d)
    {
        TLanes.Store(target, a);
        TLanes.Store(target + 16, b);
        TLanes.Store(target + 32, c);
        TLanes.Store(target + 48, d);
    }
}
