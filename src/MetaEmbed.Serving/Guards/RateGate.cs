using System.Threading.RateLimiting;
using MetaEmbed.Serving.Problems;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Guards;

/// <summary>A bucket of tokens for each client: the key's name, or the address where there are no keys.</summary>
internal sealed class RateGate : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _limiter;

    public RateGate(ServingOptions options)
    {
        if (options.Rate == 0)
            return;
        _limiter = PartitionedRateLimiter.Create<string, string>(client => RateLimitPartition.GetTokenBucketLimiter(client, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Burst > 0 ? options.Burst : 2 * options.Rate,
            TokensPerPeriod = Math.Max(1, options.Rate / 10),
            ReplenishmentPeriod = options.Rate >= 10 ? TimeSpan.FromSeconds(0.1) : TimeSpan.FromSeconds(1.0 / options.Rate),
            AutoReplenishment = true,
            QueueLimit = 0,
        }));
    }

    /// <summary>Counts a request.</summary>
    /// <exception cref="Problem">The client has sent too many.</exception>
    public void Enter(string client)
    {
        if (_limiter is null)
            return;
        using var lease = _limiter.AttemptAcquire(client);
        if (lease.IsAcquired)
            return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
        throw new Problem(StatusCodes.Status429TooManyRequests, "rate", "Too many requests", "This client has sent more requests than it may; try again later.")
        {
            RetryAfter = Math.Max(1, wait),
        };
    }

    public void Dispose() => _limiter?.Dispose();
}
