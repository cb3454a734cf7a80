using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetaEmbed.Data;
using MetaEmbed.Experiments;

namespace MetaEmbed.Import.Tests;

/// <summary>What a listener of traces and metrics gets, under the documented names.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public void Activities_and_instruments_tell_of_import_training_and_export()
    {
        using var place = new Workplace();
        var file = Clusters.Write(place);
        using var root = new Activity("test").Start();
        var activities = new List<Activity>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TrainingTelemetry.Name or ImportTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                // Other tests import and train at the same time.
                if (activity.TraceId == root.TraceId)
                    activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(traces);
        var measured = new Dictionary<string, double>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name is TrainingTelemetry.Name or ImportTelemetry.Name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        meters.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        meters.Start();

        var shop = Dataset.Import(file, place["shop"]);
        var trainer = new Trainer { Coarse = Presets.Fast.Coarse with { CoarseCount = 8, Dimension = 16, StepsPerEpoch = 5 }, Threads = 1 };
        trainer.Train(shop, place["run"]).Export(place["a.metaembed"]);

        Assert.Equal(
            [ImportTelemetry.ImportActivity, TrainingTelemetry.StageActivity, TrainingTelemetry.TrainActivity, TrainingTelemetry.ExportActivity],
            activities.Select(activity => activity.OperationName));
        Assert.Equal(Clusters.Rows, (long)activities[0].GetTagItem("metaembed.rows")!);
        Assert.Equal("coarse", activities[1].GetTagItem("metaembed.stage"));
        Assert.NotEmpty(activities[1].Events);
        Assert.Equal(("fast", Clusters.Users, ActivityStatusCode.Ok), ((string)activities[2].GetTagItem("metaembed.preset")!, (int)activities[2].GetTagItem("metaembed.users")!, activities[2].Status));
        string[] names =
        [
            ImportTelemetry.Rows, TrainingTelemetry.Epochs, TrainingTelemetry.Steps, TrainingTelemetry.EpochDuration, TrainingTelemetry.EvaluationDuration,
            TrainingTelemetry.Loss, TrainingTelemetry.Ndcg,
        ];
        Assert.All(names, name => Assert.True(measured[name] > 0, name));
        Assert.True(measured[TrainingTelemetry.Epochs] >= 4);
        Assert.True(measured[TrainingTelemetry.Steps] >= 20);

        void Add(Instrument instrument, double value)
        {
            lock (measured)
                measured[instrument.Name] = measured.GetValueOrDefault(instrument.Name) + value;
        }
    }

    [Fact]
    public void What_fails_is_marked_as_failed()
    {
        using var place = new Workplace();
        using var root = new Activity("test").Start();
        var failed = new List<string>();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TrainingTelemetry.Name or ImportTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == root.TraceId && activity.Status == ActivityStatusCode.Error)
                    failed.Add(activity.OperationName);
            },
        };
        ActivitySource.AddActivityListener(traces);
        var shop = Dataset.Import(Clusters.Write(place), place["shop"]);
        place.Mistake([place.Write("empty.csv", "")]);
        Assert.ThrowsAny<Exception>(() => new Trainer { Threads = 1, MemoryLimit = 1 }.Train(shop, place["run"]));
        Assert.Equal([ImportTelemetry.ImportActivity, TrainingTelemetry.TrainActivity], failed);
    }
}
