using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Draws the blocks of a step: B positives, with replacement, put in the order of their users (then of their items),
/// so that a block has few users; and J negatives for each block, with replacement. Negatives are not compared with a
/// user's items: a hit has the probability that popularity gives it, and the softmax bears it.
/// </summary>
internal sealed class BlockSampler
{
    private readonly Interactions _train;
    private readonly ulong _seed;
    private readonly PositiveSource _positives;
    private readonly NegativeSource _negatives;
    private readonly int[] _usersWithItems;
    private readonly RandomPurpose _purpose;
    private readonly ulong[] _order;

    internal BlockSampler(
        Interactions train, long seed, int batchSize, PositiveSource positives, NegativeSource negatives, RandomPurpose purpose = RandomPurpose.Blocks)
    {
        _train = train;
        _seed = (ulong)seed;
        _positives = positives;
        _negatives = negatives;
        _purpose = purpose;
        _order = new ulong[batchSize];
        _usersWithItems = [.. Enumerable.Range(0, train.UserCount).Where(user => train.Of(user).Length > 0)];
    }

    /// <summary>Whether there is anything to draw.</summary>
    internal bool Empty => _usersWithItems.Length == 0;

    /// <summary>Fills a batch.</summary>
    /// <param name="epoch">The epoch; with the step and the seed it decides what is drawn.</param>
    /// <param name="step">Step of the epoch.</param>
    /// <param name="batch">The batch.</param>
    internal void Draw(int epoch, int step, BlockBatch batch)
    {
        var users = batch.Users;
        var positives = batch.Positives;
        var stream = new RandomStream(_seed, _purpose, (ulong)epoch, 2 * (ulong)step);
        for (var i = 0; i < _order.Length; i++)
        {
            int user, at;
            if (_positives == PositiveSource.ByUser)
            {
                user = _usersWithItems[stream.NextInt32(_usersWithItems.Length)];
                at = _train.RowStart[user] + stream.NextInt32(_train.Of(user).Length);
            }
            else
            {
                at = stream.NextInt32(_train.Count);
                user = UserOf(at);
            }

            _order[i] = ((ulong)user << 32) | (uint)_train.Items[at];
        }

        _order.AsSpan().Sort();
        for (var i = 0; i < _order.Length; i++)
        {
            users[i] = (int)(_order[i] >> 32);
            positives[i] = (int)(uint)_order[i];
        }

        var negatives = batch.Negatives;
        stream = new RandomStream(_seed, _purpose, (ulong)epoch, 2 * (ulong)step + 1);
        for (var i = 0; i < negatives.Length; i++)
        {
            negatives[i] = _train.UserCount + _negatives switch
            {
                NegativeSource.Uniform => stream.NextInt32(_train.ItemCount),
                NegativeSource.Popularity => _train.Items[stream.NextInt32(_train.Count)],
                _ => positives[stream.NextInt32(positives.Length)],
            };
        }

        for (var i = 0; i < positives.Length; i++)
            positives[i] += _train.UserCount;
    }

    /// <summary>The user of an interaction, by its place among all: binary search in the starts of the users.</summary>
    private int UserOf(int at)
    {
        var starts = _train.RowStart;
        int low = 0, high = _train.UserCount - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (starts[middle] <= at)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
