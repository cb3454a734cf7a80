using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Training;

/// <summary>Losses of an epoch, means over its steps.</summary>
/// <param name="Loss">Ranking loss and penalty.</param>
/// <param name="Ranking">BPR.</param>
/// <param name="Penalty">L2.</param>
public readonly record struct EpochLosses(double Loss, double Ranking, double Penalty);

/// <summary>How a stage takes its steps.</summary>
/// <param name="LearningRate">Of Adam.</param>
/// <param name="WeightDecay">Added to the gradient.</param>
/// <param name="BatchSize">B, triples a step.</param>
/// <param name="Negatives">Negatives a positive.</param>
/// <param name="L2Factor">In units of 1e-4.</param>
/// <param name="GradientClip">Bound of each gradient element; 0 for none.</param>
/// <param name="Seed">Keys the triples.</param>
internal sealed record StepOptions(
    double LearningRate, double WeightDecay, int BatchSize, int Negatives, double L2Factor, double GradientClip, long Seed);

/// <summary>
/// Steps and epochs of a stage, whatever the model: batches of BPR triples, the model's own backward pass, Adam on what
/// the model trains.
/// </summary>
internal class StageTrainer : IStageTrainer
{
    private readonly IStageModel _model;
    private readonly StepOptions _options;
    private readonly Workers _workers;
    private readonly TripleSampler _sampler;
    private readonly TripleBatch _batch;
    private readonly BatchRows _rows;
    private readonly BprLoss _loss;
    private readonly Adam _adam = new();
    private readonly Matrix _entityRows;
    private EpochTriples? _current;
    private Task<EpochTriples>? _next;
    private int _nextEpoch;

    /// <param name="train">Training interactions.</param>
    /// <param name="model">The model, owned by the caller.</param>
    /// <param name="options">How to step.</param>
    /// <param name="workers">Threads, owned by the caller.</param>
    internal StageTrainer(Interactions train, IStageModel model, StepOptions options, Workers workers)
    {
        _model = model;
        _options = options;
        _workers = workers;
        _sampler = new TripleSampler(train, options.Seed, options.Negatives);
        // A batch larger than an epoch is an epoch: no memory for what cannot come.
        var batchSize = (int)Math.Clamp((long)train.Count * options.Negatives, 1, options.BatchSize);
        _batch = new TripleBatch(batchSize);
        _rows = new BatchRows(model.Propagation.Graph.Entities, 3 * batchSize);
        _loss = BprLoss.Create(batchSize, model.Propagation.Graph.Entities, model.Propagation.PaddedDimension, workers);
        _entityRows = new Matrix(model.Propagation.Graph.Entities, model.Propagation.Dimension);
    }

    public int StepsPerEpoch { get; private set; }

    public Assignment UpdatedAssignment => _model.UpdatedAssignment;

    public ReadOnlySpan<float> ItemBias => _model.ItemBias.Value.Span[.._model.ItemCount];

    public long OptimizerSteps => _adam.Steps;

    public Matrix ComputeEntityRows()
    {
        _model.Forward();
        _model.Propagation.FinishAll(_entityRows);
        return _entityRows;
    }

    public EpochLosses TrainEpoch(int epoch, bool updateAssignment, Action<int, double>? afterStep, CancellationToken cancellation)
    {
        var triples = Draw(epoch);
        StepsPerEpoch = (triples.Count + _batch.Capacity - 1) / _batch.Capacity;
        double ranking = 0, penalty = 0;
        for (var step = 0; step < StepsPerEpoch; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            triples.Fill(step * _batch.Capacity, _batch, _model.UserCount);
            var (stepRanking, stepPenalty) = TrainStep(_batch, updateAssignment && step == 0);
            ranking += stepRanking;
            penalty += stepPenalty;
            if (!double.IsFinite(ranking + penalty))
                throw Diverged(epoch, step);
            afterStep?.Invoke(step + 1, (ranking + penalty) / (step + 1));
        }

        var steps = Math.Max(StepsPerEpoch, 1);
        return new EpochLosses((ranking + penalty) / steps, ranking / steps, penalty / steps);
    }

    /// <summary>One step: forward, loss, backward, Adam; then, if asked for, the update of S by this step's H.</summary>
    internal (double Ranking, double Penalty) TrainStep(TripleBatch batch, bool updateAssignment)
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

        var factor = 1f / (_model.Propagation.Layers + 1);
        var ranking = _loss.Compute(batch, _rows, _model.ItemBias, _model.UserCount, factor);
        var lambda = _options.L2Factor * 1e-4 / batch.Count;
        var penalty = lambda * _model.Backward(_rows, _loss.RowGradient, (float)lambda);
        _adam.Advance();
        foreach (var parameter in _model.Trained)
            _adam.Update(parameter, _options.LearningRate, _options.GradientClip, _options.WeightDecay);
        if (metaRows is not null)
        {
            using (metaRows)
                _model.UpdateAssignment(_entityRows, metaRows, _workers);
        }

        return (ranking, penalty);
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
        _next?.Wait();
        _batch.Dispose();
        _rows.Dispose();
        _loss.Dispose();
        _entityRows.Dispose();
    }

    /// <summary>The epoch's triples; with more than one thread the next epoch's are drawn while this one trains.</summary>
    private EpochTriples Draw(int epoch)
    {
        var spare = _current;
        var drawn = _next?.GetAwaiter().GetResult();
        if (drawn is null || _nextEpoch != epoch)
        {
            _current = _sampler.Draw(epoch, _workers, drawn ?? spare);
            spare = drawn is null ? null : spare;
        }
        else
        {
            _current = drawn;
        }

        _next = null;
        if (_workers.Count > 1)
        {
            _nextEpoch = epoch + 1;
            _next = Task.Factory.StartNew(
                () => _sampler.Draw(epoch + 1, null, spare), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        return _current;
    }

    private Inference.UserMistakeException Diverged(int epoch, int step) => new(
        $"the loss is no longer a number in epoch {epoch}, step {step + 1}",
        $"lower learning-rate (now {_options.LearningRate}) or gradient-clip (now {_options.GradientClip}); checkpoints of earlier epochs are kept");
}
