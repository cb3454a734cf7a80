using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MetaEmbed.Serving.Watching;

/// <summary>
/// The meters as a text that Prometheus reads (exposition format 0.0.4). OpenTelemetry's own exporter of it is served as a
/// preview only; this one needs no package and is safe to compile ahead of time.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private static readonly string[] Meters = [ServingMetrics.Name, "System.Runtime"];
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = [];
    private readonly MeterListener _listener = new();
    private readonly Lock _looking = new();

    /// <summary>Begins to listen.</summary>
    public MetricsPage()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, new MetricFamily(instrument)));
        };
        _listener.MeasurementsCompleted = (instrument, state) => _families.TryRemove(instrument, out MetricFamily? _);
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => (family as MetricFamily)!.Take(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => (family as MetricFamily)!.Take(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => (family as MetricFamily)!.Take(value, tags));
        _listener.Start();
    }

    /// <summary>The type that the text is sent as.</summary>
    public static string ContentType => "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The text now.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        lock (_looking)
        {
            foreach (var family in _families.Values)
            {
                if (family.IsGauge)
                    family.Clear();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values.Where(family => family.Series.Length > 0).OrderBy(family => family.Instrument.Name, StringComparer.Ordinal))
                Write(text, family);
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static void Write(StringBuilder text, MetricFamily family)
    {
        var instrument = family.Instrument;
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.Replace('.', '_') + unit;
        var isCounter = instrument is Counter<long> or Counter<double> or ObservableCounter<long> or ObservableCounter<double>;
        if (isCounter)
            name += "_total";
        text.Append($"# HELP {name} {instrument.Description}\n# TYPE {name} {(family.IsHistogram ? "histogram" : isCounter ? "counter" : "gauge")}\n");
        foreach (var series in family.Series)
        {
            if (series.Boundaries is { } boundaries)
                WriteHistogram(text, name, series, boundaries);
            else
                text.Append(name).Append(Labels(series.Tags)).Append(' ').Append(Number(series.Value)).Append('\n');
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series, IReadOnlyList<double> boundaries)
    {
        var count = 0L;
        for (var bucket = 0; bucket <= boundaries.Count; bucket++)
        {
            count += series.InBucket(bucket);
            var bound = bucket < boundaries.Count ? Number(boundaries[bucket]) : "+Inf";
            text.Append($"{name}_bucket{Labels(series.Tags, $"le=\"{bound}\"")} {count}\n");
        }

        text.Append($"{name}_sum{Labels(series.Tags)} {Number(series.Value)}\n{name}_count{Labels(series.Tags)} {count}\n");
    }

    private static string Labels(KeyValuePair<string, object?>[] tags, string? further = null)
    {
        var labels = tags.Select(tag => $"{tag.Key.Replace('.', '_')}=\"{Escaped(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\"");
        var text = string.Join(',', further is null ? labels : labels.Append(further));
        return text.Length == 0 ? "" : $"{{{text}}}";
    }

    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
