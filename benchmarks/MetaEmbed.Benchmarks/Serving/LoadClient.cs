using System.Collections.Concurrent;
using System.Diagnostics;

namespace MetaEmbed.Benchmarks.Serving;

/// <summary>Asks a service as fast as it answers, or at a rate of its own.</summary>
internal sealed class LoadClient(int port, ReadOnlyMemory<byte>[] requests) : IDisposable
{
    /// <summary>Connections of an open loop; the server takes 2,000 (<c>--max-connections</c>). What is due when all are busy is not sent.</summary>
    private const int MostConnections = 1900;

    private readonly ConcurrentBag<LoadConnection> _free = [];
    private int _next;
    private int _connections;

    /// <summary>Closed loop: so many connections, each with one request under way.</summary>
    public async Task<LoadResult> ClosedAsync(int connections, double seconds)
    {
        var result = new LoadResult(10_000_000);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var connection = new LoadConnection();
            await connection.OpenAsync(port);
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                var sent = Stopwatch.GetTimestamp();
                result.Take(await connection.SendAsync(Next()), Stopwatch.GetTimestamp() - sent);
            }
        })));
        result.Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return result;
    }

    /// <summary>
    /// Open loop: requests are due at random times at a rate, whether the ones before were answered or not, and each is timed from
    /// when it was due; what this client is late by counts as well.
    /// </summary>
    public async Task<LoadResult> OpenAsync(double rate, double seconds, int seed = 1)
    {
        var result = new LoadResult((int)(rate * seconds * 1.2) + 1000);
        var random = new Random(seed);
        var under = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        var due = 0.0;
        while (due < seconds)
        {
            for (var now = Stopwatch.GetElapsedTime(started).TotalSeconds; due < now && due < seconds; due -= Math.Log(1 - random.NextDouble()) / rate)
            {
                var at = started + (long)(due * Stopwatch.Frequency);
                under.Add(OneAsync(at, result));
            }

            if (under.Count > 10_000)
                under.RemoveAll(task => task.IsCompleted);
            Thread.Sleep(1);
        }

        await Task.WhenAll(under);
        result.Seconds = Math.Max(seconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
        return result;
    }

    public void Dispose()
    {
        foreach (var connection in _free)
            connection.Dispose();
    }

    private async Task OneAsync(long due, LoadResult result)
    {
        await Task.Yield(); // the clock goes on while the request is sent
        if (!_free.TryTake(out var connection))
        {
            if (Interlocked.Increment(ref _connections) > MostConnections)
            {
                Interlocked.Decrement(ref _connections);
                result.TakeUnsent(); // the server has not seen it
                return;
            }

            connection = new LoadConnection();
            if (!await connection.TryOpenAsync(port))
            {
                connection.Dispose();
                Interlocked.Decrement(ref _connections);
                result.Take(0, 0);
                return;
            }
        }

        var status = await connection.SendAsync(Next());
        result.Take(status, Stopwatch.GetTimestamp() - due);
        if (status != 0)
        {
            _free.Add(connection);
            return;
        }

        connection.Dispose();
        Interlocked.Decrement(ref _connections);
    }

    private ReadOnlyMemory<byte> Next() => requests[(uint)Interlocked.Increment(ref _next) % (uint)requests.Length];
}
