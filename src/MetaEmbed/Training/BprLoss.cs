using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Bayesian personalised ranking (Rendle et al. 2009) over a batch of B triples, and its gradient:
/// <code>
/// s_i = &lt;h_u, h_n - h_p&gt; + b_n - b_p,   loss = 1/B sum softplus(s_i),   g_i = sigmoid(s_i) / B
/// dh_u += g_i (h_n - h_p),  dh_n += g_i h_u,  dh_p -= g_i h_u,  db_n += g_i,  db_p -= g_i
/// </code>
/// Triples are scored in runs; then each row of the gradient is summed by its one owner in the order of its places.
/// </summary>
internal abstract class BprLoss : RankingLoss
{
    private protected BprLoss(int capacity, int rows, int paddedDimension)
        : base(rows, paddedDimension)
    {
        Slopes = new NativeBuffer<float>((capacity + 15) / 16 * 16);
        SlotOfPlace = new NativeBuffer<int>(3L * capacity);
    }

    /// <summary>g_i.</summary>
    private protected NativeBuffer<float> Slopes { get; }

    private protected NativeBuffer<int> SlotOfPlace { get; }

    internal static BprLoss Create(int capacity, int entities, int paddedDimension, Workers workers)
    {
        var rows = (int)Math.Min(entities, 3L * capacity);
        return Vector512.IsHardwareAccelerated
            ? new BprLoss<SixteenLanes512>(capacity, rows, paddedDimension, workers)
            : new BprLoss<SixteenLanes256>(capacity, rows, paddedDimension, workers);
    }

    public override void Dispose()
    {
        base.Dispose();
        Slopes.Dispose();
        SlotOfPlace.Dispose();
    }
}

/// <summary><see cref="BprLoss"/> on this machine's vectors.</summary>
internal sealed unsafe class BprLoss<TLanes> : BprLoss
    where TLanes : struct, ISixteenLanes<TLanes>
{
    /// <summary>Triples of a scoring task.</summary>
    private const int TripleRun = 512;

    /// <summary>Rows of a gradient task.</summary>
    private const int SlotRun = 256;

    private readonly Workers _workers;
    private readonly double[] _losses;
    private readonly Action<int> _score;
    private readonly Action<int> _gradient;
    private TripleBatch _batch = null!;
    private BatchRows _rows = null!;
    private Parameter _bias = null!;
    private int _users;
    private float _factor;

    internal BprLoss(int capacity, int rows, int paddedDimension, Workers workers)
        : base(capacity, rows, paddedDimension)
    {
        _workers = workers;
        _losses = new double[(capacity + TripleRun - 1) / TripleRun];
        _score = ScoreTask;
        _gradient = GradientTask;
    }

    internal override double Compute(ITrainingBatch batch, BatchRows rows, Parameter bias, int users, float factor)
    {
        _batch = (TripleBatch)batch;
        _rows = rows;
        _bias = bias;
        _users = users;
        _factor = factor;
        var runs = (batch.Count + TripleRun - 1) / TripleRun;
        _workers.Run(runs, _score);
        bias.Gradient.Clear();
        _workers.Run((rows.Count + SlotRun - 1) / SlotRun, _gradient);
        var sum = 0.0;
        for (var run = 0; run < runs; run++)
            sum += _losses[run];
        return sum / batch.Count;
    }

    private void ScoreTask(int run)
    {
        var count = _batch.Count;
        var entities = _batch.Entities.Pointer;
        var slots = SlotOfPlace.Pointer;
        var slopes = Slopes.Pointer;
        var bias = _bias.Value.Pointer - _users;
        var dimension = Rows.Columns;
        var from = run * TripleRun;
        var to = Math.Min(from + TripleRun, count);
        for (var i = from; i < to; i++)
        {
            var u = slots[i] = _rows.Slots[entities[i]];
            var p = slots[count + i] = _rows.Slots[entities[count + i]];
            var n = slots[2 * count + i] = _rows.Slots[entities[2 * count + i]];
            var user = Rows.Pointer + (long)u * dimension;
            var positive = Rows.Pointer + (long)p * dimension;
            var negative = Rows.Pointer + (long)n * dimension;
            var sum = TLanes.Zero;
            for (var k = 0; k < dimension; k += 16)
                sum = TLanes.MultiplyAdd(TLanes.Load(user + k), TLanes.Load(negative + k) - TLanes.Load(positive + k), sum);
            slopes[i] = TLanes.Sum(sum) + (bias[entities[2 * count + i]] - bias[entities[count + i]]);
        }

        var share = TLanes.All((float)(1.0 / count));
        var losses = stackalloc float[16];
        var total = 0.0;
        for (var i = from; i < to; i += 16)
        {
            TLanes.Store(losses, Elementary.Softplus(TLanes.Load(slopes + i), out var slope));
            TLanes.Store(slopes + i, slope * share);
            for (var lane = 0; lane < Math.Min(16, to - i); lane++)
                total += losses[lane];
        }

        _losses[run] = total;
    }

    private void GradientTask(int task)
    {
        var count = _batch.Count;
        var dimension = Rows.Columns;
        var slots = SlotOfPlace.Pointer;
        var factor = TLanes.All(_factor);
        var to = Math.Min((task + 1) * SlotRun, _rows.Count);
        for (var slot = task * SlotRun; slot < to; slot++)
        {
            var target = RowGradient.Pointer + (long)slot * dimension;
            new Span<float>(target, dimension).Clear();
            var entity = _rows.RowPointer[slot];
            var slope = 0f;
            for (var at = _rows.Starts[slot]; at < _rows.Starts[slot + 1]; at++)
            {
                var place = _rows.Places[at];
                if (place < count)
                    AddUser(target, slots[place + count], slots[place + 2 * count], Slopes.Pointer[place]);
                else
                    slope += AddItem(target, place, count);
            }

            for (var k = 0; k < dimension; k += 16)
                TLanes.Store(target + k, TLanes.Load(target + k) * factor);
            if (entity >= _users)
                _bias.Gradient.Pointer[entity - _users] = slope;
        }
    }

    private void AddUser(float* target, int positive, int negative, float slope)
    {
        var g = TLanes.All(slope);
        var p = Rows.Pointer + (long)positive * Rows.Columns;
        var n = Rows.Pointer + (long)negative * Rows.Columns;
        for (var k = 0; k < Rows.Columns; k += 16)
            TLanes.Store(target + k, TLanes.MultiplyAdd(g, TLanes.Load(n + k) - TLanes.Load(p + k), TLanes.Load(target + k)));
    }

    private float AddItem(float* target, int place, int count)
    {
        var positive = place < 2 * count;
        var triple = positive ? place - count : place - 2 * count;
        var slope = positive ? -Slopes.Pointer[triple] : Slopes.Pointer[triple];
        var g = TLanes.All(slope);
        var user = Rows.Pointer + (long)SlotOfPlace.Pointer[triple] * Rows.Columns;
        for (var k = 0; k < Rows.Columns; k += 16)
            TLanes.Store(target + k, TLanes.MultiplyAdd(g, TLanes.Load(user + k), TLanes.Load(target + k)));
        return slope;
    }
}
