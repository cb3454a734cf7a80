using System.Diagnostics;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;

namespace MetaEmbed.Serving.Guards;

/// <summary>
/// Lets as many rankings run as there are processors, a few wait, and turns the others away at once: under more load than it
/// can carry, the service answers what it can as fast as before. Lists that wait for one model are ranked together, which takes
/// little longer than one of them: the rows of the items are read once for all.
/// </summary>
internal sealed class Admission
{
    /// <summary>Most works done together: two tiles of users.</summary>
    private const int MostTogether = 16;

    private readonly Lock _gate = new();
    private readonly LinkedList<QueuedWork> _waiting = new();
    private readonly int _permits;
    private readonly int _most;
    private readonly TimeSpan _patience;
    private int _running;

    public Admission(ServingOptions options, ServingMetrics metrics)
    {
        (_permits, _most, _patience) = (options.Permits, options.Queue, TimeSpan.FromSeconds(options.Timeout));
        metrics.Watch(() => Volatile.Read(ref _running), () => _waiting.Count);
    }

    /// <summary>Whether a work that came now would be turned away.</summary>
    public bool IsFull => Volatile.Read(ref _running) >= _permits && _waiting.Count >= _most;

    /// <summary>Does work now where nothing waits, else in its turn, with what waits beside it.</summary>
    /// <exception cref="Problem">Too many wait already.</exception>
    public Task DoAsync(QueuedWork work)
    {
        if (!TryBegin(work))
            return work.Done;
        Do([work]);
        return work.Done;
    }

    /// <summary>Waits for a turn; dispose what it gives when the work is done.</summary>
    /// <exception cref="Problem">Too many wait already.</exception>
    public async ValueTask<IDisposable> EnterAsync()
    {
        var turn = new Turn(this);
        if (!TryBegin(turn))
            await turn.Done;
        return turn;
    }

    /// <summary>Begins at once, or joins the queue.</summary>
    private bool TryBegin(QueuedWork work)
    {
        lock (_gate)
        {
            if (_running < _permits)
            {
                _running++;
                return true;
            }

            if (_waiting.Count >= _most)
                throw Problem.Busy(1);
            _waiting.AddLast(work);
            return false;
        }
    }

    // Works, and passes the place on: to another thread, so that the answer of this one does not wait for the next.
    private void Do(IReadOnlyList<QueuedWork> works)
    {
        try
        {
            works[0].Do(works);
            foreach (var work in works)
                work.Succeed();
        }
        catch (Exception failure)
        {
            foreach (var work in works)
                work.Fail(failure);
        }
        finally
        {
            Next();
        }
    }

    private void Next()
    {
        List<QueuedWork> works;
        lock (_gate)
        {
            works = TakeWaiting();
            if (works.Count == 0)
            {
                _running--;
                return;
            }
        }

        if (works[0] is Turn)
            works[0].Succeed();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.This.Do(state.works), (This: this, works), preferLocal: false);
    }

    // The first that waits, and those behind it that can be done with it.
    private List<QueuedWork> TakeWaiting()
    {
        var works = new List<QueuedWork>();
        for (var node = _waiting.First; node is not null && works.Count < MostTogether;)
        {
            var (at, work) = (node, node.Value);
            node = node.Next;
            if (works.Count > 0 && (works[0].Key is null || !ReferenceEquals(works[0].Key, work.Key)))
                continue;
            _waiting.Remove(at);
            if (Stopwatch.GetElapsedTime(work.Came) > _patience)
                work.Fail(Problem.Busy(1)); // whoever asked has hardly waited
            else
                works.Add(work);
        }

        return works;
    }

    /// <summary>A turn of somebody who does the work.</summary>
    private sealed class Turn(Admission owner) : QueuedWork, IDisposable
    {
        public override object? Key => null;

        public override void Do(IReadOnlyList<QueuedWork> together) => throw new InvalidOperationException("a turn does nothing");

        public void Dispose() => owner.Next();
    }
}
