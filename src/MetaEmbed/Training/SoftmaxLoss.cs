using System.Runtime.Intrinsics;
using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Training;

/// <summary>
/// Sampled softmax over a positive p and the J negatives of its block, temperature tau, and its gradient. With
/// z_j = (&lt;h_u, h_j&gt; + b_j - c_j) / tau over the positive and the negatives, c the correction of an item,
/// <code>
/// loss = 1/B sum over positives of (log sum_j e^z_j - z_p),   g_j = (softmax(z)_j - [j = p]) / (B tau)
/// dh_u += sum_j g_j h_j,  dh_j += g_j h_u,  db_j += g_j
/// </code>
/// (Bengio and Senecal 2008; the correction c_j = log q_j is theirs, q the probability to be drawn.) A block is three
/// small dense products; each has its owner, and each row of the gradient is then summed in the order of its places.
/// </summary>
internal abstract class SoftmaxLoss : RankingLoss
{
    private protected SoftmaxLoss(int rows, int paddedDimension)
        : base(rows, paddedDimension)
    {
    }

    internal static SoftmaxLoss Create(
        BlockBatch batch, int entities, int paddedDimension, StageTrainingOptions options, float[]? correction, Workers workers)
    {
        var rows = Math.Min(entities, batch.All.Length);
        return Vector512.IsHardwareAccelerated
            ? new SoftmaxLoss<SixteenLanes512>(batch, rows, paddedDimension, options.Temperature, correction, workers)
            : new SoftmaxLoss<SixteenLanes256>(batch, rows, paddedDimension, options.Temperature, correction, workers);
    }

    /// <summary>c, one an item: log q where the options ask for it, with q from the items' degrees; else null.</summary>
    internal static float[]? Correction(Interactions train, StageTrainingOptions options)
    {
        if (!options.PopularityCorrection || options.NegativeSource == NegativeSource.Uniform)
            return null;
        // An item that is never drawn can only be scored as nothing: it counts as half an interaction.
        return Array.ConvertAll(train.CountByItem(), count => (float)ElementaryDouble.Log(Math.Max(count, 0.5) / Math.Max(train.Count, 1)));
    }
}

/// <summary><see cref="SoftmaxLoss"/> on this machine's vectors.</summary>
internal sealed unsafe class SoftmaxLoss<TLanes> : SoftmaxLoss
    where TLanes : struct, ISixteenLanes<TLanes>
{
    /// <summary>Rows of a gradient task.</summary>
    private const int SlotRun = 256;

    private readonly Workers _workers;
    private readonly float[]? _correction;
    private readonly float _inverseTemperature;
    private readonly double[] _losses;
    private readonly Matrix _positiveGradient;
    private readonly Matrix _negativeGradient;
    private readonly NativeBuffer<float> _positiveSlopes;
    private readonly NativeBuffer<float> _negativeSlopes;
    private readonly NativeBuffer<int> _slotOfPlace;
    private readonly Stack<SoftmaxBlock<TLanes>> _idle = [];
    private readonly Action<int> _score;
    private readonly Action<int> _gradient;
    private BlockBatch _batch;
    private BatchRows _rows = null!;
    private Parameter _bias = null!;
    private int _users;
    private float _factor;

    internal SoftmaxLoss(BlockBatch batch, int rows, int paddedDimension, double temperature, float[]? correction, Workers workers)
        : base(rows, paddedDimension)
    {
        _batch = batch;
        _workers = workers;
        _correction = correction;
        _inverseTemperature = (float)(1 / temperature);
        _losses = new double[batch.Blocks];
        _positiveGradient = new Matrix(batch.Count, paddedDimension);
        _negativeGradient = new Matrix(batch.Blocks * batch.Shared, paddedDimension);
        _positiveSlopes = new NativeBuffer<float>(batch.Count);
        _negativeSlopes = new NativeBuffer<float>((long)batch.Blocks * batch.Shared);
        _slotOfPlace = new NativeBuffer<int>(batch.All.Length);
        for (var i = 0; i < workers.Count; i++)
            _idle.Push(new SoftmaxBlock<TLanes>(batch.BlockSize, batch.Shared, paddedDimension));
        _score = ScoreTask;
        _gradient = GradientTask;
    }

    internal override double Compute(ITrainingBatch batch, BatchRows rows, Parameter bias, int users, float factor)
    {
        _batch = (BlockBatch)batch;
        _rows = rows;
        _bias = bias;
        _users = users;
        _factor = factor;
        _workers.Run(_batch.Blocks, _score);
        bias.Gradient.Clear();
        _workers.Run((rows.Count + SlotRun - 1) / SlotRun, _gradient);
        var sum = 0.0;
        foreach (var loss in _losses)
            sum += loss;
        return sum / _batch.Count;
    }

    public override void Dispose()
    {
        base.Dispose();
        _positiveGradient.Dispose();
        _negativeGradient.Dispose();
        _positiveSlopes.Dispose();
        _negativeSlopes.Dispose();
        _slotOfPlace.Dispose();
        foreach (var block in _idle)
            block.Dispose();
    }

    private void ScoreTask(int index)
    {
        SoftmaxBlock<TLanes> block;
        lock (_idle)
            block = _idle.Pop();
        var first = index * _batch.BlockSize;
        var count = Math.Min(_batch.BlockSize, _batch.Count - first);
        var shared = _batch.Shared;
        var firstNegative = index * shared;
        var bias = _bias.Value.Pointer;
        block.Count = count;
        for (var i = 0; i < count; i++)
        {
            var (user, positive) = (Slot(first + i), Slot(_batch.Count + first + i));
            block.Users[i] = Row(user);
            block.Positives[i] = Row(positive);
            block.PositiveOffsets[i] = Offset(_rows.RowPointer[positive] - _users);
        }

        for (var j = 0; j < shared; j++)
        {
            var slot = Slot(2 * _batch.Count + firstNegative + j);
            block.Negatives[j] = Row(slot);
            block.NegativeOffsets[j] = Offset(_rows.RowPointer[slot] - _users);
        }

        _losses[index] = block.Compute(
            _inverseTemperature,
            _inverseTemperature / _batch.Count,
            _positiveGradient.Pointer + (long)first * _positiveGradient.Columns,
            _positiveSlopes.Pointer + first,
            _negativeGradient.Pointer + (long)firstNegative * _negativeGradient.Columns,
            _negativeSlopes.Pointer + firstNegative);
        lock (_idle)
            _idle.Push(block);

        int Slot(int place) => _slotOfPlace.Pointer[place] = _rows.Slots[_batch.Entities.Pointer[place]];

        float* Row(int slot) => Rows.Pointer + (long)slot * Rows.Columns;

        float Offset(int item) => _correction is null ? bias[item] : bias[item] - _correction[item];
    }

    private void GradientTask(int task)
    {
        var count = _batch.Count;
        var dimension = Rows.Columns;
        var factor = TLanes.All(_factor);
        var to = Math.Min((task + 1) * SlotRun, _rows.Count);
        for (var slot = task * SlotRun; slot < to; slot++)
        {
            var target = RowGradient.Pointer + (long)slot * dimension;
            new Span<float>(target, dimension).Clear();
            var slope = 0f;
            for (var at = _rows.Starts[slot]; at < _rows.Starts[slot + 1]; at++)
            {
                var place = _rows.Places[at];
                if (place < count)
                {
                    Add(1, _positiveGradient.Pointer + (long)place * dimension, target, dimension);
                }
                else if (place < 2 * count)
                {
                    var g = _positiveSlopes.Pointer[place - count];
                    slope += g;
                    Add(g, Rows.Pointer + (long)_slotOfPlace.Pointer[place - count] * dimension, target, dimension);
                }
                else
                {
                    slope += _negativeSlopes.Pointer[place - 2 * count];
                    Add(1, _negativeGradient.Pointer + (long)(place - 2 * count) * dimension, target, dimension);
                }
            }

            for (var k = 0; k < dimension; k += 16)
                TLanes.Store(target + k, TLanes.Load(target + k) * factor);
            var entity = _rows.RowPointer[slot];
            if (entity >= _users)
                _bias.Gradient.Pointer[entity - _users] = slope;
        }
    }

    private static void Add(float weight, float* source, float* target, int dimension)
    {
        var w = TLanes.All(weight);
        for (var k = 0; k < dimension; k += 16)
            TLanes.Store(target + k, TLanes.MultiplyAdd(w, TLanes.Load(source + k), TLanes.Load(target + k)));
    }
}
