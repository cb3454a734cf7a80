using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// The batches of a stage, epoch by epoch. With more than one thread the next epoch is drawn while this one trains; what
/// is drawn depends on the seed and the epoch alone.
/// </summary>
internal abstract class BatchSource : IDisposable
{
    /// <summary>The batch that <see cref="Fill"/> fills.</summary>
    internal abstract ITrainingBatch Batch { get; }

    /// <summary>Most places of a batch.</summary>
    internal abstract int Places { get; }

    /// <summary>Steps of an epoch if every draw succeeds.</summary>
    internal abstract int FullSteps { get; }

    /// <summary>Draws an epoch.</summary>
    /// <returns>Its number of steps.</returns>
    internal abstract int Begin(int epoch);

    /// <summary>Fills the batch with a step of the epoch.</summary>
    internal abstract void Fill(int step);

    public abstract void Dispose();
}

/// <summary>A <see cref="BatchSource"/> whose epochs are drawn as a whole.</summary>
/// <typeparam name="TEpoch">What an epoch is kept in; its memory is used again.</typeparam>
internal abstract class BatchSource<TEpoch>(Workers workers) : BatchSource
    where TEpoch : class
{
    private Task<TEpoch>? _next;
    private int _nextEpoch;

    /// <summary>The epoch under way.</summary>
    private protected TEpoch? Current { get; private set; }

    /// <summary>Draws an epoch.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="threads">Threads to use, or null for the calling one.</param>
    /// <param name="reuse">An epoch that is no longer needed, or null.</param>
    private protected abstract TEpoch Draw(int epoch, Workers? threads, TEpoch? reuse);

    /// <summary>Makes an epoch the current one.</summary>
    private protected TEpoch Take(int epoch)
    {
        var spare = Current;
        var drawn = _next?.GetAwaiter().GetResult();
        if (drawn is null || _nextEpoch != epoch)
        {
            Current = Draw(epoch, workers, drawn ?? spare);
            spare = drawn is null ? null : spare;
        }
        else
        {
            Current = drawn;
        }

        _next = null;
        if (workers.Count > 1)
        {
            _nextEpoch = epoch + 1;
            _next = Task.Factory.StartNew(
                () => Draw(epoch + 1, null, spare), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        return Current;
    }

    public override void Dispose() => _next?.Wait();
}
