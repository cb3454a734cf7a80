namespace MetaEmbed.Serving.Guards;

/// <summary>Work that waits for its turn.</summary>
internal abstract class QueuedWork
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When it came, as <see cref="System.Diagnostics.Stopwatch"/> tells.</summary>
    public long Came { get; } = System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>Works of equal keys may be done together; null for one that is done alone.</summary>
    public abstract object? Key { get; }

    /// <summary>Ends when the work is done, or its turn has come where it does itself.</summary>
    public Task Done => _done.Task;

    /// <summary>Does works of one key, this one among them.</summary>
    public abstract void Do(IReadOnlyList<QueuedWork> together);

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
