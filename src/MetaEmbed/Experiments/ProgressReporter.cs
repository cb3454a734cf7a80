using System.Diagnostics;
using MetaEmbed.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MetaEmbed.Experiments;

/// <summary>
/// Collects where a training stands and sends it on, at most a few times a second but at once at events; tells the log
/// and the instruments of <see cref="TrainingTelemetry"/> too.
/// </summary>
internal sealed class ProgressReporter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IProgress<TrainingProgress>? _target;
    private readonly ILogger _log;
    private readonly TrainingTrace _trace = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lastSent = TimeSpan.MinValue;
    private TimeSpan _epochTime;
    private int _leastRemaining;
    private TrainingProgress _state = new("", "prepare", 0, 0, 0, double.NaN, null, double.NegativeInfinity, TimeSpan.Zero, null, null);

    internal ProgressReporter(IProgress<TrainingProgress>? target, ILogger? log) => (_target, _log) = (target, log ?? NullLogger.Instance);

    /// <summary>Since the start of the command.</summary>
    internal TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Begins, once the data are known.</summary>
    internal void Begin(TrainRequest request, RunDataset data)
    {
        _trace.Begin(request, data);
        TrainingLog.Begins(_log, data.Name, data.Users, data.Items, data.Train, request.Preset, request.RunFolder);
    }

    /// <summary>Enters the preparation of a stage.</summary>
    internal void Prepare(string stage, string message)
    {
        _trace.Stage(stage);
        _state = _state with { Stage = stage, Phase = "prepare" };
        Message(message);
    }

    /// <summary>Enters a phase of an epoch.</summary>
    internal void Phase(string stage, string phase, TwoPhaseSchedule schedule)
    {
        _state = _state with { Stage = stage, Phase = phase, Epoch = schedule.Epoch, Step = 0 };
        _leastRemaining = schedule.LeastRemaining;
        _trace.Phase(stage);
        Send(null, TimeSpan.Zero);
    }

    /// <summary>Takes a step.</summary>
    internal void Step(int step, int stepsPerEpoch, double loss)
    {
        _state = _state with { Step = step, StepsPerEpoch = stepsPerEpoch, Loss = loss };
        Send(null, Interval);
    }

    /// <summary>Takes an evaluation.</summary>
    internal void Evaluated(MetricSummary metrics, TwoPhaseSchedule schedule)
    {
        _state = _state with { LastValidation = metrics, BestValidation = schedule.Best };
        _leastRemaining = schedule.LeastRemaining;
        _trace.Evaluated(_state, metrics);
        var (cutoff, ndcg) = metrics.Ndcg.First();
        TrainingLog.Evaluated(_log, _state.Stage, schedule.Epoch, cutoff, ndcg);
        Send(null, TimeSpan.Zero);
    }

    /// <summary>Takes the time of an epoch, for the estimate of what remains.</summary>
    internal void EpochTook(TimeSpan time)
    {
        _epochTime = _epochTime == TimeSpan.Zero ? time : 0.8 * _epochTime + 0.2 * time;
        _trace.Epoch(_state, time);
        TrainingLog.Epoch(_log, _state.Stage, _state.Epoch, time.TotalSeconds, _state.Loss);
    }

    /// <summary>Sends a line.</summary>
    internal void Message(string message)
    {
        TrainingLog.Message(_log, message);
        Send(message, TimeSpan.Zero);
    }

    /// <summary>Ends.</summary>
    internal void Done(TrainResult result)
    {
        _trace.Done(result);
        if (result.Interrupted)
            TrainingLog.Interrupted(_log, result.Epochs, result.RunFolder);
        else
            TrainingLog.Finished(_log, result.Epochs, result.Seconds, result.RunFolder);
        _state = _state with { Phase = "done" };
        _leastRemaining = 0;
        Send(null, TimeSpan.Zero);
    }

    /// <summary>Closes the trace; one that was not done counts as failed.</summary>
    public void Dispose() => _trace.Dispose();

    private void Send(string? message, TimeSpan interval)
    {
        if (_target is null || (_lastSent != TimeSpan.MinValue && _watch.Elapsed - _lastSent < interval))
            return;
        _lastSent = _watch.Elapsed;
        var epochs = Math.Max(0, _leastRemaining - (_state.StepsPerEpoch > 0 ? _state.Step / (double)_state.StepsPerEpoch : 0));
        TimeSpan? remaining = _epochTime > TimeSpan.Zero ? epochs * _epochTime : null;
        _target.Report(_state with { Elapsed = _watch.Elapsed, Remaining = remaining, Message = message });
    }
}
