namespace MetaEmbed.Data.Events;

/// <summary>
/// Events in the order they were read: 8 bytes each for user and item, 8 more for a time and 8 more for a weight where
/// these are kept. Grows in blocks, which are given back one by one when the table is emptied.
/// </summary>
internal sealed class EventTable(bool keepsTimes, bool keepsWeights)
{
    private const int BlockBits = 18;
    private const int BlockSize = 1 << BlockBits;
    private readonly List<Block?> _blocks = [];
    private int _used = BlockSize;

    /// <summary>Number of events.</summary>
    public long Count { get; private set; }

    /// <summary>Whether events have their time.</summary>
    public bool KeepsTimes => keepsTimes;

    /// <summary>Whether events have their weight.</summary>
    public bool KeepsWeights => keepsWeights;

    /// <summary>Appends an event.</summary>
    public void Add(int user, int item, long time, double weight)
    {
        if (_used == BlockSize)
        {
            _blocks.Add(new Block(
                new (int, int)[BlockSize], keepsTimes ? new long[BlockSize] : null, keepsWeights ? new double[BlockSize] : null));
            _used = 0;
        }

        var block = _blocks[^1]!;
        block.Pairs[_used] = (user, item);
        if (block.Times is { } times)
            times[_used] = time;
        if (block.Weights is { } weights)
            weights[_used] = weight;
        _used++;
        Count++;
    }

    /// <summary>Number of events of each user.</summary>
    /// <param name="users">Number of users.</param>
    public int[] CountByUser(int users)
    {
        var counts = new int[users];
        for (var index = 0; index < _blocks.Count; index++)
        {
            foreach (var (user, _) in _blocks[index]!.Pairs.AsSpan(0, Filled(index)))
                counts[user]++;
        }

        return counts;
    }

    /// <summary>Gives all events in their order and forgets them block by block.</summary>
    /// <param name="take">Takes user, item, time (0 where not kept) and weight (1 where not kept).</param>
    public void Drain(Action<int, int, long, double> take)
    {
        for (var index = 0; index < _blocks.Count; index++)
        {
            var block = _blocks[index]!;
            var filled = Filled(index);
            for (var i = 0; i < filled; i++)
                take(block.Pairs[i].User, block.Pairs[i].Item, block.Times?[i] ?? 0, block.Weights?[i] ?? 1);
            _blocks[index] = null;
        }

        _blocks.Clear();
        _used = BlockSize;
        Count = 0;
    }

    private int Filled(int block) => block == _blocks.Count - 1 ? _used : BlockSize;

    private sealed record Block((int User, int Item)[] Pairs, long[]? Times, double[]? Weights);
}
