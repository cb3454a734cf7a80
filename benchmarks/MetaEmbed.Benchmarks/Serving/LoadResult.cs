using System.Diagnostics;

namespace MetaEmbed.Benchmarks.Serving;

/// <summary>What a load client measured: how long each answer took, by whether it was a list or a refusal.</summary>
internal sealed class LoadResult(int room)
{
    private readonly long[] _answered = new long[room];
    private readonly long[] _refused = new long[room];
    private int _answers;
    private int _refusals;
    private int _broken;
    private int _others;
    private int _unsent;

    public double Seconds { get; set; }

    public int Answers => Math.Min(_answers, room);

    public int Refusals => Math.Min(_refusals, room);

    /// <summary>Connections that the server did not take or broke.</summary>
    public int Broken => _broken;

    /// <summary>Statuses that are neither 200 nor 503.</summary>
    public int Others => _others;

    /// <summary>Requests that the client did not send, since all its connections waited for answers.</summary>
    public int Unsent => _unsent;

    public double AnswersPerSecond => Answers / Seconds;

    public void Take(int status, long ticks)
    {
        if (status == 200)
            Put(_answered, ref _answers, ticks);
        else if (status == 503)
            Put(_refused, ref _refusals, ticks);
        else
            Interlocked.Increment(ref status == 0 ? ref _broken : ref _others);
    }

    public void TakeUnsent() => Interlocked.Increment(ref _unsent);

    /// <summary>A row of the table: name, requests, answers and refusals a second, broken connections, other statuses, requests not sent, p50, p99, p99.9 of answers, p99 of refusals.</summary>
    public string Row(string name)
    {
        var answered = Sorted(_answered, Answers);
        var refused = Sorted(_refused, Refusals);
        return $"| {name} | {AnswersPerSecond:N0} | {Refusals / Seconds:N0} | {Broken} | {Others} | {Unsent} | {At(answered, 0.5)} | {At(answered, 0.99)} | {At(answered, 0.999)} | {At(refused, 0.99)} |";
    }

    private static void Put(long[] times, ref int count, long ticks)
    {
        var place = Interlocked.Increment(ref count) - 1;
        if (place < times.Length)
            times[place] = ticks;
    }

    private static long[] Sorted(long[] times, int count)
    {
        var sorted = times[..count];
        Array.Sort(sorted);
        return sorted;
    }

    private static string At(long[] sorted, double share) =>
        sorted.Length == 0 ? "-" : $"{1000.0 * sorted[(int)(share * (sorted.Length - 1))] / Stopwatch.Frequency:F2}";
}
