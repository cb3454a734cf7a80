using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// What the positives of a step are folded in from: their users' other training items, of which each is dropped with
/// some probability. Lists lie one after the other.
/// </summary>
internal sealed class HistoryBatch
{
    private int[] _items = [];

    /// <param name="positives">B.</param>
    internal HistoryBatch(int positives) => Starts = new int[positives + 1];

    /// <summary>Where the list of each positive starts; B + 1 long.</summary>
    internal int[] Starts { get; }

    /// <summary>The items kept, list after list.</summary>
    internal ReadOnlySpan<int> Items => _items.AsSpan(0, Starts[^1]);

    /// <summary>Draws the lists of a batch.</summary>
    /// <param name="train">Training interactions.</param>
    /// <param name="batch">Positives as entities, users + item.</param>
    /// <param name="dropout">Probability to be dropped.</param>
    /// <param name="seed">Seed of the stage.</param>
    /// <param name="step">Step of the stage; with the seed and the place it decides what is dropped.</param>
    internal void Draw(Interactions train, BlockBatch batch, double dropout, long seed, long step)
    {
        var count = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            Starts[i] = count;
            var history = train.Of(batch.Users[i]);
            var positive = batch.Positives[i] - train.UserCount;
            if (_items.Length < count + history.Length)
                Array.Resize(ref _items, Math.Max(2 * _items.Length, count + history.Length));
            var stream = new RandomStream((ulong)seed, RandomPurpose.Histories, (ulong)step, (ulong)i);
            foreach (var item in history)
            {
                if (item != positive && stream.NextDouble() >= dropout)
                    _items[count++] = item;
            }
        }

        Starts[^1] = count;
    }
}
