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
        _target = _gradients[0];
        Workers.Run(ChunkCount * BlockCount, _inject);
        var current = 0;
        _metaGradients[0].Clear();
        for (var l = Layers; l > 0; l--)
        {
            _source = _gradients[current];
            _metaSource = _metaGradients[current];
            if (Graph.FineCount > 0)
            {
                _memberWeights = Graph.MemberWeights.Pointer;
                _metaTarget = _memberSums!;
                Workers.Run(Graph.CoarseCount * BlockCount, _meta);
                BridgeAdjoint();
            }

            _memberWeights = Graph.Gamma.Pointer;
            _metaTarget = _metaGradients[1 - current];
            Workers.Run(Graph.CoarseCount * BlockCount, _meta);
            if (Graph.FineCount > 0)
                AddFineProduct();
            if (l > 1)
            {
                _target = _gradients[1 - current];
                Workers.Run(ChunkCount * BlockCount, _entities);
                current = 1 - current;
            }
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
        var one = TLanes.All(1f);
        var norm = TLanes.Zero;
        var batch = _batch!;
        var t = Graph.PerEntity;
        for (var e = from; e < to; e++)
        {
            TLanes a = TLanes.Zero, b = TLanes.Zero, c = TLanes.Zero, d = TLanes.Zero;
            if (Layers > 0)
                CallProductRow(e, on, out a, out b, out c, out d);
            var slot = batch.Slots[e];
            if (slot >= 0)
                AddScaled(Graph.Sigma.Pointer[e], GradientRow(slot, block), ref a, ref b, ref c, ref d);
            var inverse = TLanes.All(Graph.InverseSigma.Pointer[e]);
            TCodec.Load<TLanes>(composed + (long)e * TCodec.Bytes, out var x, out var y, out var z, out var w);
            x *= inverse;
            y *= inverse;
            z *= inverse;
            w *= inverse;
            var penalty = TLanes.Zero;
            if (slot >= 0)
            {
                var places = TLanes.All(batch.Starts[slot + 1] - batch.Starts[slot]);
                penalty = TLanes.All(2 * _penalty) * places;
                norm = TLanes.MultiplyAdd(places, TLanes.MultiplyAdd(x, x, y * y) + TLanes.MultiplyAdd(z, z, w * w), norm);
            }

            a = TLanes.MultiplyAdd(penalty, x, a * inverse);
            b = TLanes.MultiplyAdd(penalty, y, b * inverse);
            c = TLanes.MultiplyAdd(penalty, z, c * inverse);
            d = TLanes.MultiplyAdd(penalty, w, d * inverse);
            if (table is not null)
            {
                Store(table + (long)e * PaddedDimension, a, b, c, d);
                continue;
            }

            a *= one - x * x;
            b *= one - y * y;
            c *= one - z * z;
            d *= one - w * w;
            if (weights is not null)
                WeightGradients(weights + (long)e * t, e, block, a, b, c, d);
            for (var i = (long)e * t; i < (long)e * t + t; i++)
            {
                var weight = TLanes.All(Graph.Weights.Pointer[i]);
                var row = partial + (long)Graph.Picks.Pointer[i] * EntityRows.BlockWidth;
                Store(
                    row,
                    TLanes.MultiplyAdd(weight, a, TLanes.Load(row)),
                    TLanes.MultiplyAdd(weight, b, TLanes.Load(row + 16)),
                    TLanes.MultiplyAdd(weight, c, TLanes.Load(row + 32)),
                    TLanes.MultiplyAdd(weight, d, TLanes.Load(row + 48)));
            }
        }

        _squaredNorms[task] = TLanes.Sum(norm);
    }

    /// <summary>&lt;g (1 - x0^2), C_kj&gt; over 64 columns for each pick of an entity; a call, to keep the caller's registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WeightGradients(float* target, int e, int block, TLanes a, TLanes b, TLanes c, TLanes d)
    {
        var codebook = _codebook.Pointer + block * EntityRows.BlockWidth;
        for (var j = 0; j < Graph.PerEntity; j++)
        {
            var row = codebook + (long)Graph.Picks.Pointer[(long)e * Graph.PerEntity + j] * PaddedDimension;
            target[j] = TLanes.Sum(
                TLanes.MultiplyAdd(a, TLanes.Load(row), b * TLanes.Load(row + 16))
                + TLanes.MultiplyAdd(c, TLanes.Load(row + 32), d * TLanes.Load(row + 48)));
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
