using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Sampled softmax (Bengio and Senecal 2008) over the rows of a batch: the offset of an item in <see cref="SoftmaxBlocks"/>
/// is its bias, less its log probability to be drawn where popular negatives are corrected. Each row of the gradient is
/// summed by its one owner in the order of its places.
/// </summary>
internal sealed unsafe class SoftmaxLoss : RankingLoss
{
    /// <summary>Rows of a gradient task.</summary>
    private const int SlotRun = 256;

    private readonly Workers _workers;
    private readonly SoftmaxBlocks _blocks;
    private readonly float[]? _correction;
    private readonly NativeBuffer<int> _slotOfPlace;
    private readonly Action<int> _gradient;
    private readonly BlockBatch _sizes;
    private BlockBatch _batch;
    private BatchRows _rows = null!;
    private Parameter _bias = null!;
    private int _users;
    private float _factor;

    /// <param name="batch">Sizes of the blocks.</param>
    /// <param name="rows">Most distinct entities of a batch.</param>
    /// <param name="paddedDimension">D.</param>
    /// <param name="temperature">tau.</param>
    /// <param name="correction">What is taken off each item's score, or null.</param>
    /// <param name="workers">Threads.</param>
    internal SoftmaxLoss(BlockBatch batch, int rows, int paddedDimension, double temperature, float[]? correction, Workers workers)
        : base(rows, paddedDimension)
    {
        _sizes = _batch = batch;
        _workers = workers;
        _correction = correction;
        _slotOfPlace = new NativeBuffer<int>(batch.All.Length);
        _blocks = SoftmaxBlocks.Create(batch, paddedDimension, temperature, workers, NameRows);
        _gradient = GradientTask;
    }

    /// <summary>What is taken off each item's score: log q where the options ask for it; else null.</summary>
    internal static float[]? Correction(Interactions train, StageTrainingOptions options) =>
        options.PopularityCorrection && options.NegativeSource != NegativeSource.Uniform
            ? Array.ConvertAll(DrawProbability.OfNegatives(train, options), q => (float)ElementaryDouble.Log(q))
            : null;

    internal override double Compute(ITrainingBatch batch, BatchRows rows, Parameter bias, int users, float factor)
    {
        _batch = (BlockBatch)batch;
        if (_batch.Count != _sizes.Count || _batch.BlockSize != _sizes.BlockSize || _batch.Shared != _sizes.Shared)
            throw new ArgumentException("the batch has other blocks than the loss was made for", nameof(batch));
        _rows = rows;
        _bias = bias;
        _users = users;
        _factor = factor;
        var loss = _blocks.Compute();
        bias.Gradient.Clear();
        _workers.Run((rows.Count + SlotRun - 1) / SlotRun, _gradient);
        return loss;
    }

    public override void Dispose()
    {
        base.Dispose();
        _blocks.Dispose();
        _slotOfPlace.Dispose();
    }

    private void NameRows(int block)
    {
        var count = _batch.Count;
        for (var i = block * _batch.BlockSize; i < Math.Min((block + 1) * _batch.BlockSize, count); i++)
        {
            _blocks.Users[i] = Row(Slot(i));
            var positive = Slot(count + i);
            _blocks.Positives[i] = Row(positive);
            _blocks.PositiveOffsets[i] = Offset(positive);
        }

        for (var j = block * _batch.Shared; j < (block + 1) * _batch.Shared; j++)
        {
            var slot = Slot(2 * count + j);
            _blocks.Negatives[j] = Row(slot);
            _blocks.NegativeOffsets[j] = Offset(slot);
        }
    }

    private int Slot(int place) => _slotOfPlace.Pointer[place] = _rows.Slots[_batch.Entities.Pointer[place]];

    private float* Row(int slot) => Rows.Pointer + (long)slot * Rows.Columns;

    private float Offset(int slot)
    {
        var item = _rows.RowPointer[slot] - _users;
        return _correction is null ? _bias.Value.Pointer[item] : _bias.Value.Pointer[item] - _correction[item];
    }

    private void GradientTask(int task)
    {
        var count = _batch.Count;
        var to = Math.Min((task + 1) * SlotRun, _rows.Count);
        for (var slot = task * SlotRun; slot < to; slot++)
        {
            var target = RowGradient.Row(slot);
            target.Clear();
            var slope = 0f;
            for (var at = _rows.Starts[slot]; at < _rows.Starts[slot + 1]; at++)
            {
                var place = _rows.Places[at];
                if (place < count)
                {
                    RowSums.Add(1, _blocks.UserGradient.Row(place), target);
                }
                else if (place < 2 * count)
                {
                    var g = _blocks.PositiveSlopes.Pointer[place - count];
                    slope += g;
                    RowSums.Add(g, Rows.Row(_slotOfPlace.Pointer[place - count]), target);
                }
                else
                {
                    slope += _blocks.NegativeSlopes.Pointer[place - 2 * count];
                    RowSums.Add(1, _blocks.NegativeGradient.Row(place - 2 * count), target);
                }
            }

            RowSums.Scale(_factor, target);
            var entity = _rows.RowPointer[slot];
            if (entity >= _users)
                _bias.Gradient.Pointer[entity - _users] = slope;
        }
    }
}
