using System.Diagnostics;
using System.Diagnostics.Metrics;
using MetaEmbed.Import.Sources;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Import;

/// <summary>Tells progress, log and instruments where an import stands.</summary>
internal sealed class ImportReporter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private static readonly ActivitySource Traces = new(ImportTelemetry.Name);
    private static readonly Meter Meter = new(ImportTelemetry.Name);
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>(ImportTelemetry.Rows, "{row}");
    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>(ImportTelemetry.RejectedRows, "{row}");

    private readonly IProgress<ImportProgress>? _target;
    private readonly ILogger? _log;
    private readonly Activity? _activity = Traces.StartActivity(ImportTelemetry.ImportActivity);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _lastSent = TimeSpan.MinValue;
    private ImportProgress _state;
    private SourceFile? _file;
    private long _bytesBefore;
    private bool _done;

    public ImportReporter(IProgress<ImportProgress>? target, ILogger? log, int sources)
    {
        (_target, _log) = (target, log);
        _state = new ImportProgress(ImportStep.Reading, "", 0, sources, 0, TimeSpan.Zero);
    }

    /// <summary>Begins to read a source.</summary>
    public void Source(SourceFile file)
    {
        _bytesBefore += _file?.BytesRead ?? 0;
        _file = file;
        _state = _state with { Source = file.Name, SourceNumber = _state.SourceNumber + 1 };
        Send(TimeSpan.Zero);
    }

    /// <summary>Takes a number of events.</summary>
    public void Took(int events)
    {
        _state = _state with { Events = _state.Events + events };
        Send(Interval);
    }

    /// <summary>Enters a step.</summary>
    public void Step(ImportStep step)
    {
        _state = _state with { Step = step };
        Send(TimeSpan.Zero);
    }

    /// <summary>Ends.</summary>
    public void Done(ImportReport report)
    {
        _done = true;
        var counts = report.Manifest.Counts;
        Rows.Add(counts.Rows);
        Rejected.Add(counts.Rejected);
        _activity?.SetTag("metaembed.rows", counts.Rows).SetTag("metaembed.rejected", counts.Rejected)
            .SetTag("metaembed.users", counts.Users).SetTag("metaembed.items", counts.Items).SetStatus(ActivityStatusCode.Ok);
        if (_log is not null)
            ImportLog.Write(_log, report.Out, counts, report.Rejected);
        Step(ImportStep.Done);
    }

    /// <summary>Closes the activity; an import that was not done has failed.</summary>
    public void Dispose()
    {
        if (!_done)
            _activity?.SetStatus(ActivityStatusCode.Error);
        _activity?.Dispose();
    }

    private void Send(TimeSpan interval)
    {
        if (_target is null || (_lastSent != TimeSpan.MinValue && _watch.Elapsed - _lastSent < interval))
            return;
        _lastSent = _watch.Elapsed;
        _target.Report(_state with { Elapsed = _watch.Elapsed, Bytes = _bytesBefore + (_file?.BytesRead ?? 0) });
    }
}
