using System.Diagnostics;
using System.Threading.Channels;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Serving.Events;

/// <summary>
/// Takes events: one writer appends what has gathered while it flushed the group before, flushes once for all of it, and only
/// then are they acknowledged and folded into answers. Without a folder it takes none.
/// </summary>
internal sealed partial class EventLog : IAsyncDisposable
{
    private const int MostWaiting = 4096;
    private const int LargestGroup = 1 << 20;

    // errno of a full disk and of a quota; Windows' two words for the first.
    private static readonly int[] FullErrors = OperatingSystem.IsWindows() ? [0x27, 0x70] : OperatingSystem.IsMacOS() ? [28, 69] : [28, 122];

    private readonly Channel<Pending> _waiting = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly UserEvents _users;
    private readonly ServingMetrics _metrics;
    private readonly ILogger _log;
    private readonly EventSegments? _segments;
    private readonly Task _writing = Task.CompletedTask;

    /// <summary>Opens the log and reads what it holds.</summary>
    /// <exception cref="UserMistakeException">It cannot be opened.</exception>
    public EventLog(ServingOptions options, UserEvents users, ServingMetrics metrics, ILogger<EventLog> log)
    {
        (_users, _metrics, _log) = (users, metrics, log);
        if (options.Events.Length == 0)
            return;
        var count = 0L;
        _segments = EventSegments.Open(options.Events, options.EventSegment, (user, item) =>
        {
            users.Add(user, item);
            count++;
        });
        Opened(log, count, users.Users, _segments.Cut, _segments.Damaged);
        metrics.WatchEvents(() => users.Users, () => _segments.Length);
        _writing = Task.Factory.StartNew(WriteAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Appends events; done when they are on disk and count in answers.</summary>
    /// <exception cref="Problem">There is no log, it cannot be written, or too many wait.</exception>
    public Task AppendAsync(IReadOnlyList<UserEvent> events)
    {
        if (_segments is null)
            throw new Problem(StatusCodes.Status501NotImplemented, "no-events", "No events are taken", "The service was started without an event log; give --events FOLDER.");
        var pending = new Pending(events, EventLines.Of(events));
        return _waiting.Writer.TryWrite(pending) ? pending.Written : throw Problem.Busy(1);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
        _segments?.Dispose();
    }

    private void WriteAll()
    {
        var group = new List<Pending>();
        var bytes = new MemoryStream();
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (bytes.Length < LargestGroup && _waiting.Reader.TryRead(out var pending))
            {
                group.Add(pending);
                bytes.Write(pending.Lines);
            }

            WriteGroup(group, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            group.Clear();
            bytes.SetLength(0);
        }
    }

    private void WriteGroup(List<Pending> group, ReadOnlySpan<byte> lines)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            _segments!.Append(lines);
            foreach (var one in group.SelectMany(pending => pending.Events))
                _users.Add(one.User, one.Item);
            _metrics.Flushed(group.Sum(pending => pending.Events.Count), Stopwatch.GetElapsedTime(started).TotalSeconds);
            group.ForEach(pending => pending.Succeed());
        }
        catch (Exception failure)
        {
            // Nothing of the group is acknowledged, and nothing of it stays in the file.
            Failed(_log, failure.Message);
            TryTrim();
            var problem = Told(failure);
            group.ForEach(pending => pending.Fail(problem));
        }
    }

    private void TryTrim()
    {
        try
        {
            _segments!.Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // it is tried again before the next group
        }
    }

    // .NET tells of a file that may not grow, EFBIG, by an argument out of range.
    private static Problem Told(Exception failure) => failure is ArgumentOutOfRangeException || (failure is IOException && FullErrors.Contains(failure.HResult & 0xffff))
        ? new Problem(StatusCodes.Status507InsufficientStorage, "disk-full", "The disk is full", "None of the events was taken; make room, then send them again.")
        : new Problem(StatusCodes.Status503ServiceUnavailable, "log", "The event log cannot be written", "None of the events was taken; send them again later.") { RetryAfter = 5 };

    [LoggerMessage(40, LogLevel.Information, "event log: {Events} events of {Users} users read, {Cut} bytes of a half-written end cut off, {Damaged} damaged lines left out")]
    private static partial void Opened(ILogger log, long events, long users, long cut, long damaged);

    [LoggerMessage(41, LogLevel.Error, "events cannot be written: {Reason}")]
    private static partial void Failed(ILogger log, string reason);

    /// <summary>Events that wait to be on disk.</summary>
    private sealed class Pending(IReadOnlyList<UserEvent> events, byte[] lines)
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<UserEvent> Events { get; } = events;

        public byte[] Lines { get; } = lines;

        public Task Written => _written.Task;

        public void Succeed() => _written.SetResult();

        public void Fail(Problem problem) => _written.SetException(problem);
    }
}
