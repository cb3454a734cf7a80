namespace MetaEmbed.Numerics;

/// <summary>
/// A fixed set of threads that runs numbered tasks. Tasks are handed out in order to whichever thread is free, so a
/// task must own what it writes: then the result does not depend on the number of threads. The calling thread works
/// along; one caller at a time.
/// </summary>
public sealed class Workers : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ManualResetEventSlim _finished = new(false);
    private Action<int>? _task;
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _running;
    private volatile bool _stop;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many threads work on a call, the caller included; 0 for one per processor.</param>
    public Workers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Count = threads == 0 ? Environment.ProcessorCount : threads;
        _threads = new Thread[Count - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Loop) { IsBackground = true, Name = $"worker {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads that work on a call, the caller included.</summary>
    public int Count { get; }

    /// <summary>Runs <paramref name="task"/> for 0 .. count - 1 and returns when all are done.</summary>
    /// <param name="count">Number of tasks.</param>
    /// <param name="task">The task; it gets its number. Keep the delegate: a closure made per call costs an allocation.</param>
    /// <exception cref="AggregateException">A task failed; the remaining tasks were not started.</exception>
    public void Run(int count, Action<int> task)
    {
        if (count <= 0)
            return;
        if (_threads.Length == 0 || count == 1)
        {
            for (var i = 0; i < count; i++)
                task(i);
            return;
        }

        _task = task;
        _count = count;
        _failure = null;
        _finished.Reset();
        Volatile.Write(ref _next, 0);
        var helpers = Math.Min(_threads.Length, count - 1);
        Volatile.Write(ref _running, helpers);
        _wake.Release(helpers);
        Work();
        _finished.Wait();
        _task = null;
        if (_failure is not null)
            throw new AggregateException(_failure);
    }

    /// <summary>Stops the threads.</summary>
    public void Dispose()
    {
        if (_stop)
            return;
        _stop = true;
        if (_threads.Length > 0)
            _wake.Release(_threads.Length);
        foreach (var thread in _threads)
            thread.Join();
        _wake.Dispose();
        _finished.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            _wake.Wait();
            if (_stop)
                return;
            Work();
            if (Interlocked.Decrement(ref _running) == 0)
                _finished.Set();
        }
    }

    private void Work()
    {
        var task = _task!;
        var count = _count;
        while (true)
        {
            var i = Interlocked.Increment(ref _next) - 1;
            if (i >= count)
                return;
            try
            {
                task(i);
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
                Volatile.Write(ref _next, count);
            }
        }
    }
}
