using System.Runtime.CompilerServices;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>The propagation on one row format and one vector width; see <see cref="Propagation"/> for the equations.</summary>
/// <typeparam name="TCodec">How 64 columns of a row lie in memory.</typeparam>
/// <typeparam name="TLanes">Sixteen lanes on this machine's vectors.</typeparam>
internal sealed unsafe partial class Propagation<TCodec, TLanes> : Propagation
    where TCodec : struct, IRowCodec
    where TLanes : struct, ISixteenLanes<TLanes>
{
    /// <summary>Rows are fetched this many neighbours ahead of their use.</summary>
    private const int Ahead = 64;

    private readonly EntityRows[] _layers;
    private readonly EntityRows[] _gradients;
    private readonly NativeBuffer<float> _partials;
    private readonly double[] _squaredNorms;
    private readonly Matrix[] _metaGradients;
    private readonly Matrix? _memberSums;
    private readonly Action<int> _compose;
    private readonly Action<int> _meta;
    private readonly Action<int> _entities;
    private readonly Action<int> _finish;
    private readonly Action<int> _inject;
    private readonly Action<int> _injectBatch;
    private readonly Action<int> _metaBatch;
    private readonly Action<int> _entitiesBatch;
    private readonly Action<int> _compositionGradient;
    private readonly Action<int> _sumPartials;

    // Operands of the pass under way.
    private NativeBuffer<float> _codebook = null!;
    private EntityRows _source = null!;
    private EntityRows _target = null!;
    private Matrix _metaSource = null!;
    private Matrix _metaTarget = null!;
    private Matrix _finishTarget = null!;
    private int* _finishRows;
    private int _finishCount;
    private BatchRows? _batch;
    private Matrix _batchGradient = null!;
    private float _penalty;
    private float* _memberWeights;
    private float* _bridge;

    internal Propagation(ExpandedGraph graph, int dimension, int layers, float gate, Workers workers)
        : base(graph, dimension, layers, gate, workers)
    {
        _layers = new EntityRows[Math.Max(layers, 1)];
        for (var l = 0; l < _layers.Length; l++)
            _layers[l] = new EntityRows(graph.Entities, PaddedDimension, TCodec.Bytes);
        _gradients = [new(graph.Entities, PaddedDimension, TCodec.Bytes), new(graph.Entities, PaddedDimension, TCodec.Bytes)];
        _metaGradients = [MetaGradient, new Matrix(graph.MetaCount, PaddedDimension)];
        _memberSums = graph.FineCount == 0 ? null : new Matrix(graph.MetaCount, PaddedDimension);
        _partials = new NativeBuffer<float>((long)(graph.Chunks.Length - 1) * graph.CoarseCount * PaddedDimension);
        _squaredNorms = new double[ChunkCount * BlockCount];
        _compose = graph.CoarseCount == 0 ? TableTask : ComposeTask;
        _meta = MetaTask;
        _entities = EntityTask;
        _finish = FinishTask;
        _inject = InjectTask;
        _injectBatch = InjectBatchTask;
        _metaBatch = MetaBatchTask;
        _entitiesBatch = EntityBatchTask;
        _compositionGradient = CompositionGradientTask;
        _sumPartials = SumPartialsTask;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRow(byte* row)
    {
        Prefetch(row);
        Prefetch(row + 64);
        if (TCodec.Bytes == 128)
            return;
        Prefetch(row + 128);
        Prefetch(row + 192);
    }

    private int ChunkCount => Graph.Chunks.Length - 1;

    internal override void Compose(NativeBuffer<float> source)
    {
        _codebook = source;
        Workers.Run(ChunkCount * BlockCount, _compose);
    }

    internal override void ComposedNorms(Span<float> norms)
    {
        norms.Clear();
        for (var block = 0; block < BlockCount; block++)
        {
            var rows = _layers[0].Block(block);
            for (var e = 0; e < norms.Length; e++)
            {
                TCodec.Load<TLanes>(rows + (long)e * TCodec.Bytes, out var a, out var b, out var c, out var d);
                var sum = TLanes.MultiplyAdd(a, a, b * b) + TLanes.MultiplyAdd(c, c, d * d);
                norms[e] += TLanes.Sum(sum) * Graph.InverseSigma.Pointer[e] * Graph.InverseSigma.Pointer[e];
            }
        }
    }

    internal override void Forward()
    {
        _batch = null;
        _memberWeights = Graph.Gamma.Pointer;
        _bridge = Bridge is null ? null : Bridge.Pointer;
        for (var l = 1; l <= Layers; l++)
        {
            _source = _layers[l - 1];
            _metaSource = MetaLayers[l - 1];
            _metaTarget = MetaLayers[l];
            Workers.Run(Graph.CoarseCount * BlockCount, _meta);
            if (Graph.FineCount > 0)
                ForwardBridge();
            if (l == Layers)
                break;
            _target = _layers[l];
            Workers.Run(ChunkCount * BlockCount, _entities);
        }
    }

    internal override void Finish(ReadOnlySpan<int> rows, Matrix target)
    {
        _source = _layers[^1];
        _metaSource = MetaLayers[Math.Max(Layers - 1, 0)];
        _bridge = Bridge is null ? null : Bridge.Pointer;
        _finishTarget = target;
        _finishCount = rows.Length;
        fixed (int* first = rows)
        {
            _finishRows = first;
            Workers.Run(FinishChunks * BlockCount, _finish);
            _finishRows = null;
        }
    }

    internal override void LayerSum(int entity, Span<float> target)
    {
        target.Clear();
        Span<float> part = stackalloc float[EntityRows.BlockWidth];
        for (var l = 0; l < Layers; l++)
        {
            for (var block = 0; block < BlockCount; block++)
            {
                TCodec.Load<TLanes>(_layers[l].Block(block) + (long)entity * TCodec.Bytes, out var a, out var b, out var c, out var d);
                fixed (float* first = part)
                    Store(first, a, b, c, d);
                for (var column = block * EntityRows.BlockWidth; column < Math.Min(target.Length, (block + 1) * EntityRows.BlockWidth); column++)
                    target[column] += part[column - block * EntityRows.BlockWidth];
            }
        }
    }

    public override void Dispose()
    {
        foreach (var rows in _layers.Concat(_gradients))
            rows.Dispose();
        _partials.Dispose();
        _metaGradients[1].Dispose();
        Bridge?.Dispose();
        _memberSums?.Dispose();
        foreach (var layer in MetaLayers)
            layer.Dispose();
        MetaGradient.Dispose();
        ComposedGradient.Dispose();
    }

    // Tasks are numbered block by block: all threads read the same block of columns at about the same time.
    private void ChunkOf(int task, out int block, out int from, out int to)
    {
        block = task / ChunkCount;
        var chunk = task - block * ChunkCount;
        from = Graph.Chunks[chunk];
        to = Graph.Chunks[chunk + 1];
    }

    /// <summary>y0_e = sigma_e tanh(sum of S_ej C_kj), 64 columns of a run of entities.</summary>
    private void ComposeTask(int task)
    {
        ChunkOf(task, out var block, out var from, out var to);
        var picks = Graph.Picks.Pointer;
        var weights = Graph.Weights.Pointer;
        var sigma = Graph.Sigma.Pointer;
        var target = _layers[0].Block(block);
        var codebook = _codebook.Pointer + block * EntityRows.BlockWidth;
        var t = Graph.PerEntity;
        var row = stackalloc float[EntityRows.BlockWidth];
        for (var e = from; e < to; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            for (var i = (long)e * t; i < (long)e * t + t; i++)
                AddScaled(weights[i], codebook + (long)picks[i] * PaddedDimension, ref a, ref b, ref c, ref d);
            Store(row, a, b, c, d);
            Elementary.ScaledTanh<TLanes>(sigma[e], row, EntityRows.BlockWidth);
            TCodec.Store(target + (long)e * TCodec.Bytes, TLanes.Load(row), TLanes.Load(row + 16), TLanes.Load(row + 32), TLanes.Load(row + 48));
        }
    }

    /// <summary>y0_e = sigma_e x0_e, where x0 is row e of a table, 64 columns of a run of entities.</summary>
    private void TableTask(int task)
    {
        ChunkOf(task, out var block, out var from, out var to);
        var target = _layers[0].Block(block);
        var table = _codebook.Pointer + block * EntityRows.BlockWidth;
        for (var e = from; e < to; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            AddScaled(Graph.Sigma.Pointer[e], table + (long)e * PaddedDimension, ref a, ref b, ref c, ref d);
            TCodec.Store(target + (long)e * TCodec.Bytes, a, b, c, d);
        }
    }

    /// <summary>(E x)_k = sum over members of gamma_ke y_e, 64 columns of one coarse meta-embedding.</summary>
    private void MetaTask(int task)
    {
        var block = task / Graph.CoarseCount;
        var k = task - block * Graph.CoarseCount;
        var rows = _source.Block(block);
        var members = Graph.Members.Pointer;
        var weights = _memberWeights;
        TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
        var end = Graph.MemberStart.Pointer[k + 1];
        for (var i = Graph.MemberStart.Pointer[k]; i < end; i++)
        {
            PrefetchRow(rows + (long)members[i + Ahead] * TCodec.Bytes);
            AddStored(weights[i], rows + (long)members[i] * TCodec.Bytes, ref a, ref b, ref c, ref d);
        }

        Store(_metaTarget.Pointer + (long)k * PaddedDimension + block * EntityRows.BlockWidth, a, b, c, d);
    }

    /// <summary>The operands of the product on one block of columns, as plain pointers.</summary>
    private readonly struct Operands(ExpandedGraph graph, byte* rows, float* meta, float* bridge, int stride)
    {
        internal readonly int* RowStart = graph.RowStart.Pointer;
        internal readonly int* Neighbours = graph.Neighbours.Pointer;
        internal readonly float* Alpha = graph.Alpha.Pointer;
        internal readonly int* Picks = graph.Picks.Pointer;
        internal readonly float* Beta = graph.Beta.Pointer;
        internal readonly byte* Rows = rows;
        internal readonly float* Meta = meta;
        internal readonly float* Bridge = bridge;
        internal readonly float* Weights = graph.Weights.Pointer;
        internal readonly float* Sigma = graph.Sigma.Pointer;
        internal readonly int Stride = stride;
        internal readonly int PerEntity = graph.PerEntity;
    }

    private Operands OperandsOf(int block) =>
        new(
            Graph,
            _source.Block(block),
            _metaSource.Pointer + block * EntityRows.BlockWidth,
            _bridge is null ? null : _bridge + block * EntityRows.BlockWidth,
            PaddedDimension);

    /// <summary>One row of the product, scaled: alpha_e sum of y_n + sum of beta_ej x_kj, less the bridge's sigma_e S W.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ProductRow(int e, in Operands on, out TLanes a, out TLanes b, out TLanes c, out TLanes d)
    {
        TLanes p = TLanes.Zero, q = TLanes.Zero, r = TLanes.Zero, s = TLanes.Zero;
        AddRows(on.Rows, on.Neighbours + on.RowStart[e], on.Neighbours + on.RowStart[e + 1], ref p, ref q, ref r, ref s);
        CompleteRow(e, on, ref p, ref q, ref r, ref s);
        a = p;
        b = q;
        c = r;
        d = s;
    }

    /// <summary>Adds the rows of a list of ids; at the list's end the ids after it are fetched already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRows(byte* rows, int* id, int* end, ref TLanes a, ref TLanes b, ref TLanes c, ref TLanes d)
    {
        TLanes p = a, q = b, r = c, s = d;
        for (; id < end; id++)
        {
            PrefetchRow(rows + (long)id[Ahead] * TCodec.Bytes);
            TCodec.AddTo(rows + (long)id[0] * TCodec.Bytes, ref p, ref q, ref r, ref s);
        }

        a = p;
        b = q;
        c = r;
        d = s;
    }

    /// <summary>From the sum over an entity's neighbours to its row of the product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CompleteRow(int e, in Operands on, ref TLanes p, ref TLanes q, ref TLanes r, ref TLanes s)
    {
        var alpha = TLanes.All(on.Alpha[e]);
        p *= alpha;
        q *= alpha;
        r *= alpha;
        s *= alpha;
        var picks = on.Picks + (long)e * on.PerEntity;
        var beta = on.Beta + (long)e * on.PerEntity;
        for (var j = 0; j < on.PerEntity; j++)
            AddScaled(beta[j], on.Meta + (long)picks[j] * on.Stride, ref p, ref q, ref r, ref s);
        if (on.Bridge is not null)
        {
            // The bridge takes S W from the entities, scaled by sigma like the row itself.
            var weights = on.Weights + (long)e * on.PerEntity;
            for (var j = 0; j < on.PerEntity; j++)
                AddScaled(-on.Sigma[e] * weights[j], on.Bridge + (long)picks[j] * on.Stride, ref p, ref q, ref r, ref s);
        }
    }

    /// <summary>The same as a call: a caller with much code of its own would exceed what the compiler inlines.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CallProductRow(int e, in Operands on, out TLanes a, out TLanes b, out TLanes c, out TLanes d) =>
        ProductRow(e, on, out a, out b, out c, out d);

    /// <summary>The product for a run of entities; in the backward pass sigma dH is added at the batch's rows.</summary>
    private void EntityTask(int task)
    {
        ChunkOf(task, out var block, out var from, out var to);
        var on = OperandsOf(block);
        var target = _target.Block(block);
        var batch = _batch;
        for (var e = from; e < to; e++)
        {
            ProductRow(e, on, out var a, out var b, out var c, out var d);
            if (batch is not null && batch.Slots[e] >= 0)
                AddScaled(Graph.Sigma.Pointer[e], GradientRow(batch.Slots[e], block), ref a, ref b, ref c, ref d);
            TCodec.Store(target + (long)e * TCodec.Bytes, a, b, c, d);
        }
    }

    /// <summary>Adds weight times 64 floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(float weight, float* row, ref TLanes a, ref TLanes b, ref TLanes c, ref TLanes d)
    {
        var scale = TLanes.All(weight);
        a = TLanes.MultiplyAdd(scale, TLanes.Load(row), a);
        b = TLanes.MultiplyAdd(scale, TLanes.Load(row + 16), b);
        c = TLanes.MultiplyAdd(scale, TLanes.Load(row + 32), c);
        d = TLanes.MultiplyAdd(scale, TLanes.Load(row + 48), d);
    }

    /// <summary>The same for a row as the codec keeps it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddStored(float weight, byte* row, ref TLanes a, ref TLanes b, ref TLanes c, ref TLanes d)
    {
        TCodec.Load<TLanes>(row, out var x, out var y, out var z, out var w);
        var scale = TLanes.All(weight);
        a = TLanes.MultiplyAdd(scale, x, a);
        b = TLanes.MultiplyAdd(scale, y, b);
        c = TLanes.MultiplyAdd(scale, z, c);
        d = TLanes.MultiplyAdd(scale, w, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, TLanes a, TLanes b, TLanes c, TLanes d)
    {
        TLanes.Store(target, a);
        TLanes.Store(target + 16, b);
        TLanes.Store(target + 32, c);
        TLanes.Store(target + 48, d);
    }
}
