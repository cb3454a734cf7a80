using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetaEmbed.Experiments;

/// <summary>One training in traces and metrics, under the names of <see cref="TrainingTelemetry"/>.</summary>
internal sealed class TrainingTrace : IDisposable
{
    private static readonly Counter<long> Epochs = TrainingTelemetry.Meter.CreateCounter<long>(TrainingTelemetry.Epochs, "{epoch}");
    private static readonly Counter<long> Steps = TrainingTelemetry.Meter.CreateCounter<long>(TrainingTelemetry.Steps, "{step}");
    private static readonly Histogram<double> EpochDuration = TrainingTelemetry.Meter.CreateHistogram<double>(TrainingTelemetry.EpochDuration, "s");
    private static readonly Histogram<double> EvaluationDuration = TrainingTelemetry.Meter.CreateHistogram<double>(TrainingTelemetry.EvaluationDuration, "s");
    private static readonly Gauge<double> Loss = TrainingTelemetry.Meter.CreateGauge<double>(TrainingTelemetry.Loss);
    private static readonly Gauge<double> Ndcg = TrainingTelemetry.Meter.CreateGauge<double>(TrainingTelemetry.Ndcg);

    private readonly Activity? _training = TrainingTelemetry.Source.StartActivity(TrainingTelemetry.TrainActivity);
    private Activity? _stage;
    private string _stageName = "";
    private long _phaseBegan;
    private bool _done;

    /// <summary>Says what is trained on what.</summary>
    internal void Begin(TrainRequest request, RunDataset data) => _training?
        .SetTag("metaembed.preset", request.Preset)
        .SetTag("metaembed.dataset", data.Name)
        .SetTag("metaembed.users", data.Users)
        .SetTag("metaembed.items", data.Items)
        .SetTag("metaembed.interactions", data.Train);

    /// <summary>Enters a stage; the one before ends.</summary>
    internal void Stage(string stage)
    {
        if (_stageName == stage)
            return;
        _stage?.Dispose();
        _stage = TrainingTelemetry.Source.StartActivity(TrainingTelemetry.StageActivity)?.SetTag("metaembed.stage", stage);
        _stageName = stage;
    }

    /// <summary>Enters a phase, which is an epoch or an evaluation.</summary>
    internal void Phase(string stage)
    {
        Stage(stage);
        _phaseBegan = Stopwatch.GetTimestamp();
    }

    /// <summary>An epoch has ended.</summary>
    internal void Epoch(TrainingProgress state, TimeSpan time)
    {
        var tag = Tag(state);
        Epochs.Add(1, tag);
        Steps.Add(state.StepsPerEpoch, tag);
        EpochDuration.Record(time.TotalSeconds, tag);
        if (double.IsFinite(state.Loss))
            Loss.Record(state.Loss, tag);
    }

    /// <summary>A validation has ended.</summary>
    internal void Evaluated(TrainingProgress state, MetricSummary metrics)
    {
        EvaluationDuration.Record(Stopwatch.GetElapsedTime(_phaseBegan).TotalSeconds, Tag(state));
        foreach (var (cutoff, ndcg) in metrics.Ndcg)
            Ndcg.Record(ndcg, Tag(state), new KeyValuePair<string, object?>("metaembed.cutoff", cutoff));
        var (first, value) = metrics.Ndcg.First();
        _stage?.AddEvent(new ActivityEvent("validation", tags: new ActivityTagsCollection
        {
            ["metaembed.epoch"] = state.Epoch,
            [$"metaembed.ndcg@{first}"] = value,
        }));
    }

    /// <summary>The training has ended, or was interrupted.</summary>
    internal void Done(TrainResult result)
    {
        _done = true;
        _training?.SetTag("metaembed.epochs", result.Epochs).SetTag("metaembed.interrupted", result.Interrupted).SetStatus(ActivityStatusCode.Ok);
    }

    /// <summary>Ends the activities; a training that was not done has failed.</summary>
    public void Dispose()
    {
        _stage?.Dispose();
        if (!_done)
            _training?.SetStatus(ActivityStatusCode.Error);
        _training?.Dispose();
    }

    private static KeyValuePair<string, object?> Tag(TrainingProgress state) => new("metaembed.stage", state.Stage);
}
