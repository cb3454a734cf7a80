using System.Diagnostics.Metrics;

namespace MetaEmbed.Serving.Watching;

/// <summary>The sum, or the buckets, of one instrument with one set of tags.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, IReadOnlyList<double>? boundaries)
{
    private readonly long[]? _counts = boundaries is null ? null : new long[boundaries.Count + 1];
    private double _value;

    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    public IReadOnlyList<double>? Boundaries { get; } = boundaries;

    /// <summary>The sum of all measurements, or the last one of a gauge.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Measurements in a bucket, the lower buckets not counted.</summary>
    public long InBucket(int bucket) => Volatile.Read(ref _counts![bucket]);

    /// <summary>Takes a measurement.</summary>
    public void Take(double measurement, bool replaces)
    {
        if (replaces)
        {
            Volatile.Write(ref _value, measurement);
            return;
        }

        for (var seen = _value; ;)
        {
            var found = Interlocked.CompareExchange(ref _value, seen + measurement, seen);
            if (found.Equals(seen))
                break;
            seen = found;
        }

        if (_counts is null)
            return;
        var bucket = 0;
        while (bucket < Boundaries!.Count && measurement > Boundaries[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
    }

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != Tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!Equals(tags[i].Value, Tags[i].Value))
                return false;
        }

        return true;
    }
}

/// <summary>All series of one instrument.</summary>
internal sealed class MetricFamily(Instrument instrument)
{
    private readonly Lock _adding = new();
    private volatile MetricSeries[] _series = [];

    public Instrument Instrument { get; } = instrument;

    /// <summary>Whether a measurement stands for itself rather than being added up.</summary>
    public bool IsGauge { get; } = instrument.IsObservable;

    public bool IsHistogram { get; } = instrument is Histogram<double>;

    public MetricSeries[] Series => _series;

    public void Take(double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(tags).Take(measurement, IsGauge);

    /// <summary>Forgets the series of a gauge, which tells all of them at each look.</summary>
    public void Clear() => _series = [];

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in _series)
        {
            if (series.Has(tags))
                return series;
        }

        lock (_adding)
        {
            foreach (var series in _series)
            {
                if (series.Has(tags))
                    return series;
            }

            var added = new MetricSeries(tags.ToArray(), IsHistogram ? (Instrument as Histogram<double>)!.Advice?.HistogramBucketBoundaries ?? [] : null);
            _series = [.. _series, added];
            return added;
        }
    }
}
