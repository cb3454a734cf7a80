using System.Threading.RateLimiting;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;

namespace MetaEmbed.Serving.Guards;

/// <summary>
/// Lets as many rankings run as there are processors, a few wait, and turns the others away at once: under more load than it
/// can carry, the service answers what it can as fast as before.
/// </summary>
internal sealed class Admission : IDisposable
{
    private readonly ConcurrencyLimiter _limiter;
    private readonly TimeSpan _patience;

    public Admission(ServingOptions options, ServingMetrics metrics)
    {
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.Permits,
            QueueLimit = options.Queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _patience = TimeSpan.FromSeconds(options.Timeout);
        metrics.Watch(
            () => options.Permits - (_limiter.GetStatistics()?.CurrentAvailablePermits ?? 0), () => _limiter.GetStatistics()?.CurrentQueuedCount ?? 0);
    }

    /// <summary>Waits for a turn; dispose what it gives when the ranking is done.</summary>
    /// <exception cref="Problem">Too many wait already.</exception>
    public ValueTask<RateLimitLease> EnterAsync(CancellationToken cancellation)
    {
        var lease = _limiter.AttemptAcquire();
        return lease.IsAcquired ? ValueTask.FromResult(lease) : WaitAsync(cancellation);
    }

    public void Dispose() => _limiter.Dispose();

    private async ValueTask<RateLimitLease> WaitAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            var lease = await _limiter.AcquireAsync(1, patience.Token);
            return lease.IsAcquired ? lease : throw Problem.Busy(1);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Problem.Busy(1);
        }
    }
}
