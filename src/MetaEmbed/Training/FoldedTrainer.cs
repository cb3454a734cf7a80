using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Training;

/// <summary>
/// Trains a <see cref="FoldedModel"/> for what a device will do: a step folds each positive's user in from their other
/// items, most of which are dropped at random, and ranks the positive above shared negatives by the sampled softmax. With
/// U the folded rows, n the items kept and dU the gradient of a folded row,
/// <code>
/// dT_j += w_j / sqrt(n) dU + (as positive or negative) g_j U,   dw_j += &lt;dU, T_j&gt; / sqrt(n),   db_j += g_j
/// </code>
/// </summary>
internal sealed unsafe class FoldedTrainer : IStageTrainer
{
    /// <summary>Rows of a gradient task.</summary>
    private const int SlotRun = 256;

    /// <summary>Positives of a folding task.</summary>
    private const int FoldRun = 64;

    private readonly Interactions _train;
    private readonly FoldedModel _model;
    private readonly CoarseTrainingOptions _options;
    private readonly Workers _workers;
    private readonly BlockSource _source;
    private readonly BlockBatch _batch;
    private readonly HistoryBatch _histories;
    private readonly SoftmaxBlocks _blocks;
    private readonly Matrix _users;
    private readonly Matrix _entityRows;
    private readonly LearningRate _learningRate;
    private readonly Adam _adam;
    private readonly float[]? _correction;
    private readonly float[] _scales;
    private readonly Action<int> _gradient;
    private readonly double[] _penalties;
    private int[] _places = [];
    private BatchRows? _rows;
    private float _lambda;

    internal FoldedTrainer(Interactions train, FoldedModel model, CoarseTrainingOptions options, Workers workers, RandomPurpose draws = RandomPurpose.FoldedBlocks)
    {
        _train = train;
        _model = model;
        _options = options;
        _workers = workers;
        // Other draws than those of the table that it starts from, which would be learnt by heart.
        _source = new BlockSource(train, options, draws);
        _batch = (BlockBatch)_source.Batch;
        _histories = new HistoryBatch(_batch.Count);
        _blocks = SoftmaxBlocks.Create(_batch, model.PaddedDimension, options.Temperature, workers, NameRows);
        _users = new Matrix(_batch.Count, model.PaddedDimension);
        _entityRows = new Matrix(train.UserCount + train.ItemCount, model.Dimension);
        _learningRate = new LearningRate(options, (long)options.MaxEpochs * _source.FullSteps);
        _adam = new Adam(workers);
        _correction = SoftmaxLoss.Correction(train, options);
        _scales = new float[_batch.Count];
        _gradient = GradientTask;
        _penalties = new double[(model.ItemCount + SlotRun - 1) / SlotRun];
    }

    public int StepsPerEpoch { get; private set; }

    public Assignment? UpdatedAssignment => null;

    public ReadOnlySpan<float> ItemBias => _model.ItemBias.Value.Span[.._model.ItemCount];

    public long OptimizerSteps => _adam.Steps;

    public Matrix ComputeEntityRows()
    {
        _model.FillRows(_train, _entityRows, _workers);
        return _entityRows;
    }

    public EpochLosses TrainEpoch(int epoch, bool updateAssignment, Action<int, double>? afterStep, CancellationToken cancellation)
    {
        StepsPerEpoch = _source.Begin(epoch);
        return TrainingEpoch.Run(
            epoch, StepsPerEpoch, _options, step =>
            {
                _source.Fill(step);
                return TrainStep();
            }, afterStep, cancellation);
    }

    public IReadOnlyList<TensorEntry> Tensors(bool optimizer) => _model.Tensors(optimizer);

    public void Restore(TrainingCheckpoint checkpoint, bool optimizer)
    {
        _model.Restore(checkpoint, optimizer);
        if (optimizer)
            _adam.Restore(checkpoint.WholeNumber("optimizer.steps"));
    }

    public void Dispose()
    {
        _source.Dispose();
        _blocks.Dispose();
        _users.Dispose();
        _entityRows.Dispose();
        _rows?.Dispose();
    }

    /// <summary>One step on the batch as it is filled.</summary>
    private (double Ranking, double Penalty) TrainStep()
    {
        _histories.Draw(_train, _batch, _options.HistoryDropout, _options.Seed, _adam.Steps);
        _workers.Run((_batch.Count + FoldRun - 1) / FoldRun, FoldTask);
        var ranking = _blocks.Compute();
        TakePlaces();
        _model.ClearGradients();
        _lambda = (float)(_options.L2Factor * 1e-4 / _batch.Count);
        Array.Clear(_penalties);
        _workers.Run((_rows!.Count + SlotRun - 1) / SlotRun, _gradient);
        _model.PassGradients(_workers);
        var rate = _learningRate.At(_adam.Steps);
        _adam.Advance();
        foreach (var parameter in _model.Trained)
            _adam.Update(parameter, rate * (parameter == _model.FoldWeight ? _options.FoldWeightRate : 1), _options.GradientClip, _options.WeightDecay);
        _model.Refresh(_workers);
        var penalty = 0.0;
        foreach (var part in _penalties)
            penalty += part;
        return (ranking, penalty);
    }

    private void FoldTask(int task)
    {
        for (var i = task * FoldRun; i < Math.Min((task + 1) * FoldRun, _batch.Count); i++)
        {
            var history = _histories.Items[_histories.Starts[i].._histories.Starts[i + 1]];
            _scales[i] = history.IsEmpty ? 0 : (float)(1 / Math.Sqrt(history.Length));
            _model.Fold(history, _users.Row(i));
        }
    }

    private void NameRows(int block)
    {
        var (count, users) = (_batch.Count, _train.UserCount);
        for (var i = block * _batch.BlockSize; i < Math.Min((block + 1) * _batch.BlockSize, count); i++)
        {
            var item = _batch.Positives[i] - users;
            _blocks.Users[i] = _users.Pointer + (long)i * _users.Columns;
            _blocks.Positives[i] = RowOf(item);
            _blocks.PositiveOffsets[i] = Offset(item);
        }

        for (var j = block * _batch.Shared; j < (block + 1) * _batch.Shared; j++)
        {
            var item = _batch.Negatives[j] - users;
            _blocks.Negatives[j] = RowOf(item);
            _blocks.NegativeOffsets[j] = Offset(item);
        }

        float* RowOf(int item) => _model.Items.Value.Pointer + (long)item * _model.PaddedDimension;

        float Offset(int item) => _model.ItemBias.Value.Pointer[item] - (_correction is null ? 0 : _correction[item]);
    }

    /// <summary>The items of a step by place: B positives, then the negatives, then the histories.</summary>
    private void TakePlaces()
    {
        var items = _batch.All[_batch.Count..];
        var count = items.Length + _histories.Items.Length;
        if (_places.Length < count)
        {
            _places = new int[count + count / 4];
            _rows?.Dispose();
            _rows = new BatchRows(_model.ItemCount, _places.Length);
        }

        for (var i = 0; i < items.Length; i++)
            _places[i] = items[i] - _train.UserCount;
        _histories.Items.CopyTo(_places.AsSpan(items.Length));
        _rows!.Set(_places.AsSpan(0, count));
    }

    private void GradientTask(int task)
    {
        var rows = _rows!;
        var padded = _model.PaddedDimension;
        var histories = _batch.All.Length - _batch.Count;
        for (var slot = task * SlotRun; slot < Math.Min((task + 1) * SlotRun, rows.Count); slot++)
        {
            var item = rows.RowPointer[slot];
            var row = _model.Row(item);
            var target = new Span<float>(_model.Items.Gradient.Pointer + (long)item * padded, padded);
            var weight = _model.FoldWeight.Value.Pointer[item];
            float slope = 0, weightSlope = 0;
            for (var at = rows.Starts[slot]; at < rows.Starts[slot + 1]; at++)
            {
                var place = rows.Places[at];
                if (place < _batch.Count)
                {
                    var g = _blocks.PositiveSlopes.Pointer[place];
                    slope += g;
                    RowSums.Add(g, _users.Row(place), target);
                }
                else if (place < histories)
                {
                    slope += _blocks.NegativeSlopes.Pointer[place - _batch.Count];
                    RowSums.Add(1, _blocks.NegativeGradient.Row(place - _batch.Count), target);
                }
                else
                {
                    var positive = PositiveOf(place - histories);
                    var scale = _scales[positive];
                    var gradient = _blocks.UserGradient.Row(positive);
                    RowSums.Add(weight * scale, gradient, target);
                    weightSlope = MathF.FusedMultiplyAdd(scale, RowSums.Dot(gradient, row), weightSlope);
                }
            }

            var places = rows.PlaceCount(slot);
            RowSums.Add(2 * _lambda * places, row, target);
            _penalties[task] += _lambda * places * (double)RowSums.Dot(row, row);
            _model.ItemBias.Gradient.Pointer[item] = slope;
            _model.FoldWeight.Gradient.Pointer[item] = weightSlope;
        }
    }

    /// <summary>The positive whose history a place among the histories belongs to.</summary>
    private int PositiveOf(int place)
    {
        var found = Array.BinarySearch(_histories.Starts, place);
        if (found < 0)
            return ~found - 1;
        // Empty histories share a start: the last of them has the place.
        while (_histories.Starts[found + 1] == place)
            found++;
        return found;
    }
}
