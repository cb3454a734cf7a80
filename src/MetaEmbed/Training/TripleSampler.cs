using System.Runtime.CompilerServices;
using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// The triples of an epoch: as many draws as there are train interactions; draw i takes a user uniformly (one without
/// train items, or without free ones, is skipped), one of their items uniformly, and distinct items outside their train
/// set, uniformly. All triples are then put in a uniformly random order: each goes to a random bucket, and each bucket is
/// shuffled (Rao 1961, Sandelius 1962), so that any number of threads gives the same order.
/// </summary>
/// <remarks>A triple is kept as a number, draw * negatives + j: 4 bytes in the order, 4 for the negative item.</remarks>
internal sealed class TripleSampler
{
    /// <summary>Draws of a task.</summary>
    private const int DrawRun = 16384;

    private readonly Interactions _train;
    private readonly ulong _seed;
    private readonly int _negatives;
    private readonly int _runs;
    private readonly int _buckets;

    internal TripleSampler(Interactions train, long seed, int negatives)
    {
        if ((long)train.Count * negatives > int.MaxValue)
            throw new ArgumentException("an epoch of more than 2^31 triples is not supported", nameof(train));
        _train = train;
        _seed = (ulong)seed;
        _negatives = negatives;
        _runs = (train.Count + DrawRun - 1) / DrawRun;
        // About 8,000 triples a bucket: its shuffle stays in the first-level cache.
        _buckets = Math.Clamp((int)((long)train.Count * negatives / 8192), 1, 4096);
    }

    /// <summary>Draws an epoch.</summary>
    /// <param name="epoch">Its number; the triples depend on it and the seed alone.</param>
    /// <param name="workers">Threads to use, or null for the calling one.</param>
    /// <param name="reuse">An epoch that is no longer needed, whose memory is taken; null for new memory.</param>
    internal EpochTriples Draw(int epoch, Workers? workers, EpochTriples? reuse = null)
    {
        var epochTriples = reuse ?? new EpochTriples(_train.Count, _negatives);
        var counts = new int[_runs * _buckets];
        Run(workers, _runs, run => DrawRunOf(epoch, run, epochTriples, counts));
        var total = 0;
        var starts = new int[_buckets + 1];
        for (var bucket = 0; bucket < _buckets; bucket++)
        {
            starts[bucket] = total;
            for (var run = 0; run < _runs; run++)
            {
                var count = counts[run * _buckets + bucket];
                counts[run * _buckets + bucket] = total;
                total += count;
            }
        }

        starts[_buckets] = total;
        epochTriples.Count = total;
        Run(workers, _runs, run => Scatter(epoch, run, epochTriples, counts.AsSpan(run * _buckets, _buckets)));
        Run(workers, _buckets, bucket =>
            Shuffle(epoch, bucket, epochTriples.Order.AsSpan(starts[bucket], starts[bucket + 1] - starts[bucket])));
        return epochTriples;
    }

    private static void Run(Workers? workers, int count, Action<int> task)
    {
        if (workers is not null)
        {
            workers.Run(count, task);
            return;
        }

        for (var i = 0; i < count; i++)
            task(i);
    }

    private void DrawRunOf(int epoch, int run, EpochTriples target, int[] counts)
    {
        var to = Math.Min((run + 1) * DrawRun, _train.Count);
        var counted = counts.AsSpan(run * _buckets, _buckets);
        for (var draw = run * DrawRun; draw < to; draw++)
        {
            var stream = new RandomStream(_seed, RandomPurpose.Triples, (ulong)epoch, (ulong)draw);
            var user = stream.NextInt32(_train.UserCount);
            var items = _train.Of(user);
            var negatives = target.Negatives.AsSpan(draw * _negatives, _negatives);
            target.Users[draw] = user;
            var drawn = 0;
            if (items.Length > 0)
            {
                target.Positives[draw] = items[stream.NextInt32(items.Length)];
                drawn = DrawNegatives(ref stream, items, negatives);
            }

            negatives[drawn..].Fill(-1);
            for (var j = 0; j < drawn; j++)
                counted[BucketOf(epoch, draw * _negatives + j)]++;
        }
    }

    /// <summary>Distinct items that are not in a sorted list; fewer where fewer are left. Returns how many.</summary>
    private int DrawNegatives(ref RandomStream stream, ReadOnlySpan<int> items, Span<int> negatives)
    {
        var free = _train.ItemCount - items.Length;
        var wanted = Math.Min(negatives.Length, free);
        if (free < 4 * (long)wanted || items.Length > _train.ItemCount / 2)
            return DrawFromFew(ref stream, items, negatives[..wanted], free);
        for (var j = 0; j < wanted; j++)
        {
            int item;
            do
                item = stream.NextInt32(_train.ItemCount);
            while (negatives[..j].Contains(item) || Contains(items, item));
            negatives[j] = item;
        }

        return wanted;
    }

    /// <summary>The same where rejection would take long: ranks among the free items, drawn distinct (Floyd).</summary>
    private static int DrawFromFew(ref RandomStream stream, ReadOnlySpan<int> items, Span<int> negatives, int free)
    {
        for (var j = 0; j < negatives.Length; j++)
        {
            var last = free - negatives.Length + j;
            var rank = stream.NextInt32(last + 1);
            negatives[j] = negatives[..j].Contains(rank) ? last : rank;
        }

        for (var j = 0; j < negatives.Length; j++)
        {
            // The item of a rank: skip each train item at or below it.
            var item = negatives[j];
            foreach (var taken in items)
            {
                if (taken > item)
                    break;
                item++;
            }

            negatives[j] = item;
        }

        return negatives.Length;
    }

    /// <summary>Binary search without branches on the outcome.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Contains(ReadOnlySpan<int> items, int item)
    {
        var from = 0;
        for (var length = items.Length; length > 1;)
        {
            var half = length >> 1;
            from = items[from + half] <= item ? from + half : from;
            length -= half;
        }

        return items[from] == item;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int BucketOf(int epoch, int triple) =>
        new RandomStream(_seed, RandomPurpose.Shuffle, (ulong)epoch, (ulong)triple).NextInt32(_buckets);

    private void Scatter(int epoch, int run, EpochTriples target, Span<int> next)
    {
        var order = target.Order.AsSpan();
        var to = Math.Min((run + 1) * DrawRun, _train.Count) * _negatives;
        for (var triple = run * DrawRun * _negatives; triple < to; triple++)
        {
            if (target.Negatives[triple] >= 0)
                order[next[BucketOf(epoch, triple)]++] = triple;
        }
    }

    private void Shuffle(int epoch, int bucket, Span<int> triples)
    {
        var stream = new RandomStream(_seed, RandomPurpose.Shuffle, (ulong)epoch, ulong.MaxValue - (ulong)bucket);
        for (var i = triples.Length - 1; i > 0; i--)
        {
            var j = stream.NextInt32(i + 1);
            (triples[i], triples[j]) = (triples[j], triples[i]);
        }
    }
}

/// <summary>An epoch's triples in the order of training.</summary>
internal sealed class EpochTriples
{
    private readonly int _negativesPerDraw;
    private readonly int[] _order;

    internal EpochTriples(int draws, int negativesPerDraw)
    {
        _negativesPerDraw = negativesPerDraw;
        Users = new int[draws];
        Positives = new int[draws];
        Negatives = new int[draws * negativesPerDraw];
        _order = new int[draws * negativesPerDraw];
    }

    /// <summary>Number of triples; fewer than there is room for where users or negatives were lacking.</summary>
    internal int Count { get; set; }

    /// <summary>User of each draw.</summary>
    internal int[] Users { get; }

    /// <summary>Positive item of each draw.</summary>
    internal int[] Positives { get; }

    /// <summary>Negative items, draw after draw; -1 where there was none.</summary>
    internal int[] Negatives { get; }

    /// <summary>Triples in the order of training, <see cref="Count"/> of them.</summary>
    internal ArraySegment<int> Order => new(_order, 0, Count);

    /// <summary>Fills a batch with the triples from a place on, as many as fit and are left.</summary>
    /// <param name="from">First triple.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="userCount">U: item i becomes entity U + i.</param>
    internal void Fill(int from, TripleBatch batch, int userCount)
    {
        batch.Count = Math.Min(batch.Capacity, Count - from);
        var users = batch.Users;
        var positives = batch.Positives;
        var negatives = batch.Negatives;
        for (var i = 0; i < users.Length; i++)
        {
            var triple = _order[from + i];
            var draw = (int)((uint)triple / (uint)_negativesPerDraw);
            users[i] = Users[draw];
            positives[i] = userCount + Positives[draw];
            negatives[i] = userCount + Negatives[triple];
        }
    }
}
