namespace MetaEmbed.Inference.Ranking;

/// <summary>
/// Keeps what several threads use alive until the last of them is done: closing while rankings run is safe, what they use goes
/// when the last one ends.
/// </summary>
internal sealed class Lease(Action free)
{
    // The owner's share, and one for each call under way.
    private int _shares = 1;
    private int _closed;

    /// <summary>Begins a call; false once closed.</summary>
    public bool TryEnter()
    {
        while (true)
        {
            var shares = Volatile.Read(ref _shares);
            if (shares == 0 || Volatile.Read(ref _closed) != 0)
                return false;
            if (Interlocked.CompareExchange(ref _shares, shares + 1, shares) == shares)
                return true;
        }
    }

    /// <summary>Ends a call.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _shares) == 0)
            free();
    }

    /// <summary>Lets no further call begin.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            Leave();
    }
}
