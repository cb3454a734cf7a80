using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MetaEmbed.Serving.Watching;

/// <summary>What the service counts and times. The names stand in docs/serving.md; no measurement carries an id of a user or an item.</summary>
internal sealed class ServingMetrics : IDisposable
{
    /// <summary>Name of the meter and of the source of activities.</summary>
    public const string Name = "MetaEmbed.Serving";

    /// <summary>Spans of rankings, below the request's own.</summary>
    public static readonly ActivitySource Activities = new(Name);

    // From a ranking of a small model to the longest that is waited for.
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _rankings;
    private readonly Histogram<double> _flushes;
    private readonly Counter<long> _lists;
    private readonly Counter<long> _folded;
    private readonly Counter<long> _unknown;
    private readonly Counter<long> _events;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _tools;
    private readonly Dictionary<string, (string Version, double LoadedAt, double Seconds)> _models = [];

    public ServingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _requests = _meter.CreateHistogram("metaembed.request.duration", "s", "Time from the headers of a request to the end of its answer.", advice: Buckets);
        _rankings = _meter.CreateHistogram("metaembed.ranking.duration", "s", "Time of the ranking alone, after the wait for a turn.", advice: Buckets);
        _flushes = _meter.CreateHistogram("metaembed.events.flush.duration", "s", "Time to write a group of events and flush it to disk.", advice: Buckets);
        _lists = _meter.CreateCounter<long>("metaembed.lists", "{list}", "Lists answered, by what they came of; the fallback is basis=popular.");
        _folded = _meter.CreateCounter<long>("metaembed.events.folded", "{event}", "Events that were folded into an answer.");
        _unknown = _meter.CreateCounter<long>("metaembed.unknown", "{id}", "Users and items of requests that the model does not know.");
        _events = _meter.CreateCounter<long>("metaembed.events", "{event}", "Events that were written and acknowledged.");
        _reloads = _meter.CreateCounter<long>("metaembed.reloads", "{reload}", "New files that were taken or refused.");
        _tools = _meter.CreateCounter<long>("metaembed.tools", "{call}", "Calls of tools by assistants, by tool and problem.");
        _meter.CreateObservableGauge("metaembed.model.info", ModelInfo, null, "1 for the version that serves.");
        _meter.CreateObservableGauge("metaembed.model.loaded", Loaded, "s", "When the model was loaded, in seconds since 1970.");
        _meter.CreateObservableGauge("metaembed.model.load.duration", LoadSeconds, "s", "How long reading, checking and warming took.");
    }

    public void Request(string route, int status, string? problem, double seconds) => _requests.Record(
        seconds, new KeyValuePair<string, object?>("route", route), new KeyValuePair<string, object?>("status", status), new KeyValuePair<string, object?>("problem", problem ?? ""));

    public void Ranking(string model, string basis, double seconds)
    {
        _rankings.Record(seconds, new KeyValuePair<string, object?>("model", model));
        List(model, basis);
    }

    public void Rankings(string model, double seconds) => _rankings.Record(seconds, new KeyValuePair<string, object?>("model", model));

    public void List(string model, string basis) =>
        _lists.Add(1, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("basis", basis));

    public void Folded(int events) => _folded.Add(events);

    public void Unknown(string what, int count) => _unknown.Add(count, new KeyValuePair<string, object?>("what", what));

    public void Flushed(int events, double seconds)
    {
        _events.Add(events);
        _flushes.Record(seconds);
    }

    public void Reloaded(string model, bool accepted) =>
        _reloads.Add(1, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("outcome", accepted ? "taken" : "refused"));

    public void Tool(string tool, string problem) => _tools.Add(1, new KeyValuePair<string, object?>("tool", tool), new KeyValuePair<string, object?>("problem", problem));

    /// <summary>A version begins to serve.</summary>
    public void Serves(string model, string version, DateTimeOffset loadedAt, double loadSeconds)
    {
        lock (_models)
            _models[model] = (version, loadedAt.ToUnixTimeMilliseconds() / 1000.0, loadSeconds);
    }

    /// <summary>Tells how many rankings run and wait.</summary>
    public void Watch(Func<long> running, Func<long> waiting)
    {
        _meter.CreateObservableGauge("metaembed.rankings.active", running, "{ranking}", "Rankings under way.");
        _meter.CreateObservableGauge("metaembed.queue.length", waiting, "{request}", "Requests that wait for their ranking.");
    }

    /// <summary>Tells how many users have events in memory, and how many bytes the log has.</summary>
    public void WatchEvents(Func<long> users, Func<long> bytes)
    {
        _meter.CreateObservableGauge("metaembed.events.users", users, "{user}", "Users whose events are in memory.");
        _meter.CreateObservableGauge("metaembed.events.bytes", bytes, "By", "Bytes of the event log that is being written.");
    }

    public void Dispose() => _meter.Dispose();

    private Measurement<long>[] ModelInfo() => Each(model => new Measurement<long>(
        1, new KeyValuePair<string, object?>("model", model.Key), new KeyValuePair<string, object?>("version", model.Value.Version)));

    private Measurement<double>[] Loaded() => Each(model => new Measurement<double>(model.Value.LoadedAt, new KeyValuePair<string, object?>("model", model.Key)));

    private Measurement<double>[] LoadSeconds() => Each(model => new Measurement<double>(model.Value.Seconds, new KeyValuePair<string, object?>("model", model.Key)));

    private T[] Each<T>(Func<KeyValuePair<string, (string Version, double LoadedAt, double Seconds)>, T> measure)
    {
        lock (_models)
            return [.. _models.Select(measure)];
    }
}
