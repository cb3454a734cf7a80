using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Training;

/// <summary>
/// Steps and epochs of a stage, whatever the model and the loss: batches, the loss on their rows, the model's own
/// backward pass, Adam on what the model trains, and the updates of the assignment.
/// </summary>
internal sealed class StageTrainer : IStageTrainer
{
    private readonly IStageModel _model;
    private readonly StageTrainingOptions _options;
    private readonly double _l2Factor;
    private readonly Workers _workers;
    private readonly BatchSource _source;
    private readonly BatchRows _rows;
    private readonly RankingLoss _loss;
    private readonly LearningRate _learningRate;
    private readonly Adam _adam;
    private readonly AssignmentWeights? _weights;
    private readonly Matrix _entityRows;

    /// <param name="train">Training interactions.</param>
    /// <param name="model">The model, owned by the caller.</param>
    /// <param name="options">How to step.</param>
    /// <param name="l2Factor">Factor of the L2 term on composed rows, in units of 1e-4; a constant where C is frozen.</param>
    /// <param name="workers">Threads, owned by the caller.</param>
    internal StageTrainer(Interactions train, IStageModel model, StageTrainingOptions options, double l2Factor, Workers workers)
    {
        _model = model;
        _options = options;
        _l2Factor = l2Factor;
        _workers = workers;
        _source = options.Loss == RankingLossKind.Bpr ? new TripleSource(train, options, workers) : new BlockSource(train, options);
        _rows = new BatchRows(model.Propagation.Graph.Entities, _source.Places);
        _loss = RankingLoss.Create(train, options, _source, model, workers);
        _learningRate = new LearningRate(options, (long)options.MaxEpochs * _source.FullSteps);
        _adam = new Adam(workers);
        _weights = AssignmentWeights.Create(model, options, workers);
        _entityRows = new Matrix(model.Propagation.Graph.Entities, model.Propagation.Dimension);
        if (options.WeightAveraging == 0)
            return;
        foreach (var parameter in model.Trained)
            parameter.StartAverage();
    }

    public int StepsPerEpoch { get; private set; }

    public Assignment? UpdatedAssignment => _model.UpdatedAssignment;

    public ReadOnlySpan<float> ItemBias => (_model.ItemBias.Average ?? _model.ItemBias.Value).Span[.._model.ItemCount];

    public long OptimizerSteps => _adam.Steps;

    public Matrix ComputeEntityRows()
    {
        using var averages = new AveragedWeights(_model);
        _model.Forward();
        _model.Propagation.FinishAll(_entityRows);
        return _entityRows;
    }

    public EpochLosses TrainEpoch(int epoch, bool updateAssignment, Action<int, double>? afterStep, CancellationToken cancellation)
    {
        StepsPerEpoch = _source.Begin(epoch);
        return TrainingEpoch.Run(
            epoch, StepsPerEpoch, _options, step =>
            {
                _source.Fill(step);
                return TrainStep(_source.Batch, updateAssignment && UpdateDue(step));
            }, afterStep, cancellation);
    }

    /// <summary>One step: forward, loss, backward, Adam; then, if asked for, the update of S by this step's H.</summary>
    internal (double Ranking, double Penalty) TrainStep(ITrainingBatch batch, bool updateAssignment)
    {
        _rows.Set(batch.All);
        _model.Forward();
        _model.Propagation.Finish(_rows.Rows, _loss.Rows);
        Matrix? metaRows = null;
        if (updateAssignment)
        {
            _model.Propagation.FinishAll(_entityRows);
            metaRows = new Matrix(_model.Propagation.Graph.MetaCount, _model.Propagation.Dimension);
            _model.Propagation.FinishMeta(metaRows);
        }

        var trainWeights = _weights?.Begin(_adam.Steps + 1) == true;
        var factor = 1f / (_model.Propagation.Layers + 1);
        var ranking = _loss.Compute(batch, _rows, _model.ItemBias, _model.UserCount, factor);
        var penalty = BiasPenalty(_options.BiasL2Factor * 1e-4 / batch.Count);
        var lambda = _l2Factor * 1e-4 / batch.Count;
        penalty += lambda * _model.Backward(_rows, _loss.RowGradient, (float)lambda);
        var rate = _learningRate.At(_adam.Steps);
        _adam.Advance();
        foreach (var parameter in _model.Trained)
        {
            _adam.Update(parameter, rate, _options.GradientClip, _options.WeightDecay);
            parameter.Follow(_options.WeightAveraging, _adam.Steps);
        }

        if (trainWeights)
            _weights!.Move(rate);
        using (metaRows)
        {
            // What is no number has no assignment; the caller refuses the step.
            if (metaRows is not null && double.IsFinite(ranking + penalty))
                _model.UpdateAssignment(_entityRows, metaRows, _workers);
        }

        return (ranking, penalty);
    }

    public IReadOnlyList<TensorEntry> Tensors(bool optimizer)
    {
        if (optimizer)
            return [.. _model.Tensors(optimizer: true), .. _weights?.Tensors() ?? []];
        using var averages = new AveragedWeights(_model);
        return _model.Tensors(optimizer: false);
    }

    public void Restore(TrainingCheckpoint checkpoint, bool optimizer)
    {
        _model.Restore(checkpoint, optimizer);
        if (optimizer)
        {
            _adam.Restore(checkpoint.WholeNumber("optimizer.steps"));
            _weights?.Restore(checkpoint, _adam.Steps);
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _rows.Dispose();
        _loss.Dispose();
        _weights?.Dispose();
        _entityRows.Dispose();
    }

    /// <summary>Whether an epoch's step updates the assignment, where its epoch may.</summary>
    private bool UpdateDue(int step)
    {
        if (_model.UpdatedAssignment is null || Rests(_adam.Steps + 1))
            return false;
        if (_options.UpdateEverySteps == 0)
            return step == 0;
        var since = _adam.Steps + 1 - _options.FirstUpdateStep;
        return since >= 0 && since % _options.UpdateEverySteps == 0;
    }

    private bool Rests(long step) => _options is CoarseTrainingOptions { AssignmentRestStep: > 0 } coarse && step >= coarse.AssignmentRestStep;

    /// <summary>lambda b^2 for each place of an item; its slope goes to the gradient of the biases.</summary>
    private double BiasPenalty(double lambda)
    {
        if (lambda == 0)
            return 0;
        var sum = 0.0;
        var users = _model.UserCount;
        var values = _model.ItemBias.Value.Span;
        var gradient = _model.ItemBias.Gradient.Span;
        for (var slot = 0; slot < _rows.Count; slot++)
        {
            var item = _rows.Rows[slot] - users;
            if (item < 0)
                continue;
            var weight = lambda * _rows.PlaceCount(slot);
            sum += weight * values[item] * values[item];
            gradient[item] += (float)(2 * weight * values[item]);
        }

        return sum;
    }
}
