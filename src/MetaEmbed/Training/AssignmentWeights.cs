using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Training;

/// <summary>
/// Training of the weights of S once the assignment rests, by an Adam of their own. Their gradient is the one through
/// tanh(S C); the expanded graph is built anew after each step, but the slope of its entries is left out. A weight of 0 is no
/// pick and stays 0; a weight that would fall below 0 becomes 0.
/// </summary>
internal sealed unsafe class AssignmentWeights : IDisposable
{
    private const string Name = "assignment.weights";

    private readonly CoarseModel _model;
    private readonly CoarseTrainingOptions _options;
    private readonly Parameter _weights;
    private readonly NativeBuffer<float> _parts;
    private readonly int _count;
    private readonly Workers _workers;
    private Adam _adam;

    private AssignmentWeights(CoarseModel model, CoarseTrainingOptions options, Workers workers)
    {
        _model = model;
        _options = options;
        _workers = workers;
        _count = model.Assignment.Weights.Length;
        _weights = new Parameter(_count);
        _parts = new NativeBuffer<float>((long)_count * model.Propagation.BlockCount);
        _adam = new Adam(workers);
    }

    /// <summary>For a model whose weights of S the options train; else null.</summary>
    internal static AssignmentWeights? Create(IStageModel model, StageTrainingOptions options, Workers workers) =>
        model is CoarseModel coarse && options is CoarseTrainingOptions { AssignmentRestStep: > 0, AssignmentWeightRate: > 0 } trained
            ? new AssignmentWeights(coarse, trained, workers)
            : null;

    /// <summary>Before the backward pass of a step: asks for the gradient if the assignment rests.</summary>
    /// <param name="step">Of the stage, from 1.</param>
    /// <returns>Whether it rests.</returns>
    internal bool Begin(long step)
    {
        var rests = step >= _options.AssignmentRestStep;
        _model.Propagation.AssignmentGradient = rests ? _parts : null;
        return rests;
    }

    /// <summary>After the backward pass of a step at which the assignment rests: moves the weights.</summary>
    /// <param name="rate">The other parameters' learning rate at this step.</param>
    internal void Move(double rate)
    {
        var weights = _weights.Value.Span;
        if (_adam.Steps == 0)
            _model.Assignment.Weights.CopyTo(weights);
        var gradient = _weights.Gradient.Span;
        for (var i = 0; i < _count; i++)
        {
            var sum = 0f;
            for (var part = (long)i; part < _parts.Length; part += _count)
                sum += _parts.Pointer[part];
            gradient[i] = weights[i] > 0 ? sum : 0;
        }

        _adam.Advance();
        _adam.Update(_weights, rate * _options.AssignmentWeightRate, _options.GradientClip, weightDecay: 0);
        for (var i = 0; i < _count; i++)
            weights[i] = MathF.Max(weights[i], 0);
        _model.SetAssignmentWeights(weights[.._count]);
    }

    /// <summary>Adam's moments.</summary>
    internal IEnumerable<TensorEntry> Tensors()
    {
        yield return Moment(".m", _weights.FirstMoment);
        yield return Moment(".v", _weights.SecondMoment);
    }

    /// <summary>Goes on after a number of steps of the stage; the model has its assignment back already.</summary>
    internal void Restore(TrainingCheckpoint checkpoint, long steps)
    {
        _adam = new Adam(_workers);
        _adam.Restore(Math.Max(0, steps - _options.AssignmentRestStep + 1));
        _model.Assignment.Weights.CopyTo(_weights.Value.Span);
        var (rows, perRow) = (_model.Assignment.Rows, _model.Assignment.PerRow);
        checkpoint.Values<float>(Name + ".m", rows, perRow).CopyTo(_weights.FirstMoment.Span);
        checkpoint.Values<float>(Name + ".v", rows, perRow).CopyTo(_weights.SecondMoment.Span);
    }

    public void Dispose()
    {
        _model.Propagation.AssignmentGradient = null;
        _weights.Dispose();
        _parts.Dispose();
    }

    private TensorEntry Moment(string suffix, NativeBuffer<float> values) =>
        TensorEntry.Of(Name + suffix, values.Span[.._count].ToArray(), _model.Assignment.Rows, _model.Assignment.PerRow);
}
