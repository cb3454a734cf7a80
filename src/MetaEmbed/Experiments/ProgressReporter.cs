using System.Diagnostics;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Collects where a training stands and sends it on, at most a few times a second but at once at events.</summary>
internal sealed class ProgressReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IProgress<TrainingProgress>? _target;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lastSent = TimeSpan.MinValue;
    private TimeSpan _epochTime;
    private int _leastRemaining;
    private TrainingProgress _state = new("", "prepare", 0, 0, 0, double.NaN, null, double.NegativeInfinity, TimeSpan.Zero, null, null);

    internal ProgressReporter(IProgress<TrainingProgress>? target) => _target = target;

    /// <summary>Since the start of the command.</summary>
    internal TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Enters the preparation of a stage.</summary>
    internal void Prepare(string stage, string message)
    {
        _state = _state with { Stage = stage, Phase = "prepare" };
        Message(message);
    }

    /// <summary>Enters a phase of an epoch.</summary>
    internal void Phase(string stage, string phase, TwoPhaseSchedule schedule)
    {
        _state = _state with { Stage = stage, Phase = phase, Epoch = schedule.Epoch, Step = 0 };
        _leastRemaining = schedule.LeastRemaining;
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
        Send(null, TimeSpan.Zero);
    }

    /// <summary>Takes the time of an epoch, for the estimate of what remains.</summary>
    internal void EpochTook(TimeSpan time) =>
        _epochTime = _epochTime == TimeSpan.Zero ? time : 0.8 * _epochTime + 0.2 * time;

    /// <summary>Sends a line.</summary>
    internal void Message(string message) => Send(message, TimeSpan.Zero);

    /// <summary>Ends.</summary>
    internal void Done()
    {
        _state = _state with { Phase = "done" };
        _leastRemaining = 0;
        Send(null, TimeSpan.Zero);
    }

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
