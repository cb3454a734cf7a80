namespace MetaEmbed.Inference.Ranking;

/// <summary>Scratch that waits for the next ranking; taking and giving back allocate nothing and never wait.</summary>
internal sealed class ScratchPool(int items, int dimension) : IDisposable
{
    private readonly RankingScratch?[] _slots = new RankingScratch?[64];

    public RankingScratch Take()
    {
        var start = Environment.CurrentManagedThreadId;
        for (var i = 0; i < _slots.Length; i++)
        {
            ref var slot = ref _slots[(start + i) % _slots.Length];
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } scratch)
                return scratch;
        }

        return new RankingScratch(items, dimension);
    }

    public void Give(RankingScratch scratch)
    {
        scratch.Accept = null;
        var start = Environment.CurrentManagedThreadId;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _slots[(start + i) % _slots.Length], scratch, null) is null)
                return;
        }

        scratch.Dispose();
    }

    public void Dispose()
    {
        foreach (ref var slot in _slots.AsSpan())
            Interlocked.Exchange(ref slot, null)?.Dispose();
    }
}
