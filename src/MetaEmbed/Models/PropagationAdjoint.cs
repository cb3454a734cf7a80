using System.Runtime.CompilerServices;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <content>The backward pass: E_norm is symmetric, so it is the same product on the gradient.</content>
internal sealed unsafe partial class Propagation<TCodec, TLanes>
{
    /// <summary>Tasks a block that sum the partial gradients.</summary>
    private const int SumRuns = 8;

    internal override void Backward(BatchRows batch, Matrix gradient, float penalty, bool toComposed)
    {
        _batch = batch;
        _batchGradient = gradient;
        _penalty = penalty;
        _bridge = null;

        // V(L) = sigma dH; V(l) = sigma dH + sigma E sigma^-1 V(l+1); the last one goes on to C without being kept.
        var current = 0;
        _metaGradients[0].Clear();
        _source = _gradients[0];
        _target = _gradients[0];
        if (Layers > 1)
            Workers.Run(FinishChunks * BlockCount, _injectBatch);
        else
            Workers.Run(ChunkCount * BlockCount, _inject);
        for (var l = Layers; l > 0; l--)
        {
            var ofBatch = l == Layers && l > 1;
            var meta = ofBatch ? _metaBatch : _meta;
            _source = _gradients[current];
            _metaSource = _metaGradients[current];
            if (Graph.FineCount > 0)
            {
                _memberWeights = Graph.MemberWeights.Pointer;
                _metaTarget = _memberSums!;
                Workers.Run(Graph.CoarseCount * BlockCount, meta);
                BridgeAdjoint();
            }

            _memberWeights = Graph.Gamma.Pointer;
            _metaTarget = _metaGradients[1 - current];
            Workers.Run(Graph.CoarseCount * BlockCount, meta);
            if (Graph.FineCount > 0)
                AddFineProduct();
            if (l == 1)
                break;
            _target = _gradients[1 - current];
            Workers.Run(ofBatch ? ChunkCount : ChunkCount * BlockCount, ofBatch ? _entitiesBatch : _entities);
            current = 1 - current;
        }

        if (toComposed)
            Workers.Run(ChunkCount * BlockCount, _compositionGradient);
        if (Layers > 0 && _metaTarget != MetaGradient)
            MetaGradient.CopyFrom(_metaTarget);
        if (!toComposed)
            return;
        SquaredNorm = 0;
        foreach (var norm in _squaredNorms)
            SquaredNorm += norm;
        Workers.Run(BlockCount * SumRuns, _sumPartials);
    }

    /// <summary>sigma dH at the batch's rows, zero elsewhere.</summary>
    private void InjectTask(int task)
    {
        ChunkOf(task, out var block, out var from, out var to);
        var target = _target.Block(block);
        for (var e = from; e < to; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            var slot = _batch!.Slots[e];
            if (slot >= 0)
                AddScaled(Graph.Sigma.Pointer[e], GradientRow(slot, block), ref a, ref b, ref c, ref d);
            TCodec.Store(target + (long)e * TCodec.Bytes, a, b, c, d);
        }
    }

    /// <summary>
    /// The last product of the backward pass, for a run of entities, and on through x0 = tanh(S C): with g the gradient
    /// of x0 (penalty included), S_ej g (1 - x0^2) is added to the run's partial gradient of row kj of C. Where x0 is a row
    /// of a table, g is the gradient of that row.
    /// </summary>
    private void CompositionGradientTask(int task)
    {
        ChunkOf(task, out var block, out var from, out var to);
        var on = OperandsOf(block);
        var composed = _layers[0].Block(block);
        var partial = _partials.Pointer + (long)task * Graph.CoarseCount * EntityRows.BlockWidth;
        new Span<float>(partial, Graph.CoarseCount * EntityRows.BlockWidth).Clear();
        var table = TableGradient is null ? null : TableGradient.Pointer + block * EntityRows.BlockWidth;
        var weights = AssignmentGradient is null ? null : AssignmentGradient.Pointer + (long)block * Graph.Entities * Graph.PerEntity;
        var norm = TLanes.Zero;
        var batch = _batch!;
        var t = Graph.PerEntity;
        var g = stackalloc float[EntityRows.BlockWidth];
        var start = stackalloc float[EntityRows.BlockWidth];
        for (var e = from; e < to; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            if (Layers > 0)
                CallProductRow(e, on, out a, out b, out c, out d);
            var slot = batch.Slots[e];
            if (slot >= 0)
                AddScaled(Graph.Sigma.Pointer[e], GradientRow(slot, block), ref a, ref b, ref c, ref d);
            Store(g, a, b, c, d);
            TCodec.Load(composed + (long)e * TCodec.Bytes, out a, out b, out c, out d);
            Store(start, a, b, c, d);
            var places = slot >= 0 ? batch.Starts[slot + 1] - batch.Starts[slot] : 0;
            ThroughTanh(g, start, Graph.InverseSigma.Pointer[e], 2 * _penalty * places, table is null);
            if (places > 0)
                norm = TLanes.MultiplyAdd(TLanes.All(places), SquaredLanes(start), norm);
            if (table is not null)
            {
                new ReadOnlySpan<float>(g, EntityRows.BlockWidth).CopyTo(new Span<float>(table + (long)e * PaddedDimension, EntityRows.BlockWidth));
                continue;
            }

            if (weights is not null)
                WeightGradients(weights + (long)e * t, e, block, g);
            for (var i = (long)e * t; i < (long)e * t + t; i++)
                AddTo(partial + (long)Graph.Picks.Pointer[i] * EntityRows.BlockWidth, Graph.Weights.Pointer[i], g);
        }

        _squaredNorms[task] = TLanes.Sum(norm);
    }

    /// <summary>
    /// From the gradient of y0 = sigma x0 and y0 itself, 64 columns, to the gradient of x0 with its penalty, or where x0 is
    /// a tanh to that of its argument; <paramref name="start"/> becomes x0. Sixteen columns at a time: four times as many
    /// are more values than there are registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThroughTanh(float* g, float* start, float inverseSigma, float penalty, bool tanh)
    {
        var inverse = TLanes.All(inverseSigma);
        var factor = TLanes.All(penalty);
        var one = TLanes.All(1f);
        for (var column = 0; column < EntityRows.BlockWidth; column += 16)
        {
            var x = TLanes.Load(start + column) * inverse;
            TLanes.Store(start + column, x);
            var gradient = TLanes.MultiplyAdd(factor, x, TLanes.Load(g + column) * inverse);
            TLanes.Store(g + column, tanh ? gradient * (one - x * x) : gradient);
        }
    }

    /// <summary>target += weight g, 64 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(float* target, float weight, float* g)
    {
        var scale = TLanes.All(weight);
        for (var column = 0; column < EntityRows.BlockWidth; column += 16)
            TLanes.Store(target + column, TLanes.MultiplyAdd(scale, TLanes.Load(g + column), TLanes.Load(target + column)));
    }

    /// <summary>The squares of 64 columns, added up to sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLanes SquaredLanes(float* x)
    {
        var (a, b, c, d) = (TLanes.Load(x), TLanes.Load(x + 16), TLanes.Load(x + 32), TLanes.Load(x + 48));
        return TLanes.MultiplyAdd(a, a, b * b) + TLanes.MultiplyAdd(c, c, d * d);
    }

    /// <summary>&lt;g (1 - x0^2), C_kj&gt; over 64 columns for each pick of an entity; a call, to keep the caller's registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WeightGradients(float* target, int e, int block, float* g)
    {
        var codebook = _codebook.Pointer + block * EntityRows.BlockWidth;
        for (var j = 0; j < Graph.PerEntity; j++)
        {
            var row = codebook + (long)Graph.Picks.Pointer[(long)e * Graph.PerEntity + j] * PaddedDimension;
            target[j] = TLanes.Sum(
                TLanes.MultiplyAdd(TLanes.Load(g), TLanes.Load(row), TLanes.Load(g + 16) * TLanes.Load(row + 16))
                + TLanes.MultiplyAdd(TLanes.Load(g + 32), TLanes.Load(row + 32), TLanes.Load(g + 48) * TLanes.Load(row + 48)));
        }
    }

    /// <summary>Gradient of a run of rows of C, 64 columns: the partial gradients added in the order of the chunks.</summary>
    private void SumPartialsTask(int task)
    {
        var block = task / SumRuns;
        var run = task - block * SumRuns;
        var to = Graph.CoarseCount * (run + 1) / SumRuns;
        for (var k = Graph.CoarseCount * run / SumRuns; k < to; k++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            for (var chunk = 0; chunk < ChunkCount; chunk++)
            {
                var partial = (long)block * ChunkCount + chunk;
                AddScaled(1f, _partials.Pointer + (partial * Graph.CoarseCount + k) * EntityRows.BlockWidth, ref a, ref b, ref c, ref d);
            }

            Store(ComposedGradient.Pointer + (long)k * PaddedDimension + block * EntityRows.BlockWidth, a, b, c, d);
        }
    }

    /// <summary>The batch's gradient of one row, 64 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* GradientRow(int slot, int block) =>
        _batchGradient.Pointer + (long)slot * PaddedDimension + block * EntityRows.BlockWidth;
}
