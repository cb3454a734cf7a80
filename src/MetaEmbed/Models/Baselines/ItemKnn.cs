using MetaEmbed.Data;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models.Baselines;

/// <summary>
/// Item-based nearest neighbours (Sarwar et al. 2001; in the form of Ferrari Dacrema, Cremonesi and Jannach 2019). With
/// c_ij the number of users who met both items and d_i the number of users of item i,
/// <code>
/// s_ij = c_ij / (sqrt(d_i d_j) + h),   N(j) = the K items i of largest s_ij > 0, i not j, ties to the smaller id
/// score(u, j) = sum over items i of u that are in N(j) of s_ij
/// </code>
/// The matrix of similarities is never made: an item's counts are gathered, its K best kept. Sums run over a user's items
/// in ascending order, so scores have the same bits at any number of threads.
/// </summary>
public sealed class ItemKnn : IUserScorer
{
    private const int ItemsPerTask = 64;

    private readonly Interactions _train;

    // The lists turned round: for each item i the items j whose neighbour it is, ascending.
    private readonly int[] _start;
    private readonly int[] _items;
    private readonly float[] _similarities;

    private ItemKnn(Interactions train, int[] start, int[] items, float[] similarities)
    {
        _train = train;
        _start = start;
        _items = items;
        _similarities = similarities;
    }

    /// <inheritdoc/>
    public int UserCount => _train.UserCount;

    /// <inheritdoc/>
    public int ItemCount => _train.ItemCount;

    /// <summary>Number of (item, neighbour) pairs kept; a pair takes 8 bytes.</summary>
    public int Pairs => _items.Length;

    /// <summary>Finds the neighbours of every item.</summary>
    /// <param name="train">The train set.</param>
    /// <param name="options">K and h.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends it within a task.</param>
    public static ItemKnn Train(Interactions train, ItemKnnOptions options, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        var items = train.ItemCount;
        var users = train.Transpose();
        var keep = Math.Min(options.Neighbours, Math.Max(items - 1, 1));
        var lists = new (int[] Items, float[] Similarities)[items];
        var free = new System.Collections.Concurrent.ConcurrentBag<Scratch>();
        workers.Run((items + ItemsPerTask - 1) / ItemsPerTask, task =>
        {
            if (cancellation.IsCancellationRequested)
                return;
            if (!free.TryTake(out var scratch))
                scratch = new Scratch(items, keep);
            for (var j = task * ItemsPerTask; j < Math.Min((task + 1) * ItemsPerTask, items); j++)
                lists[j] = scratch.NeighboursOf(j, train, users, options.Shrinkage);
            free.Add(scratch);
        });
        cancellation.ThrowIfCancellationRequested();
        return TurnRound(train, lists);
    }

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Span<float> scores)
    {
        scores.Clear();
        for (var u = 0; u < users.Length; u++)
        {
            var row = scores.Slice(u * ItemCount, ItemCount);
            foreach (var i in _train.Of(users[u]))
            {
                for (var at = _start[i]; at < _start[i + 1]; at++)
                    row[_items[at]] += _similarities[at];
            }
        }
    }

    private static ItemKnn TurnRound(Interactions train, (int[] Items, float[] Similarities)[] lists)
    {
        var start = new int[lists.Length + 1];
        foreach (var (items, _) in lists)
        {
            foreach (var i in items)
                start[i + 1]++;
        }

        for (var i = 0; i < lists.Length; i++)
            start[i + 1] = checked(start[i] + start[i + 1]);
        var next = start.AsSpan(0, lists.Length).ToArray();
        var turned = new int[start[^1]];
        var similarities = new float[start[^1]];
        for (var j = 0; j < lists.Length; j++)
        {
            for (var n = 0; n < lists[j].Items.Length; n++)
            {
                var at = next[lists[j].Items[n]]++;
                turned[at] = j;
                similarities[at] = lists[j].Similarities[n];
            }
        }

        return new ItemKnn(train, start, turned, similarities);
    }

    /// <summary>What one thread needs to find neighbours.</summary>
    private sealed class Scratch(int items, int keep)
    {
        private readonly int[] _counts = new int[items];
        private readonly int[] _touched = new int[items];
        private readonly TopK _best = new(keep);
        private readonly int[] _bestItems = new int[keep];
        private readonly float[] _bestScores = new float[keep];

        public (int[] Items, float[] Similarities) NeighboursOf(int j, Interactions train, Interactions usersOf, double shrinkage)
        {
            var touched = 0;
            var users = usersOf.Of(j);
            foreach (var user in users)
            {
                foreach (var i in train.Of(user))
                {
                    if (_counts[i]++ == 0)
                        _touched[touched++] = i;
                }
            }

            foreach (var i in _touched.AsSpan(0, touched))
            {
                if (i != j)
                    _best.Add(i, (float)(_counts[i] / (Math.Sqrt((double)users.Length * usersOf.Of(i).Length) + shrinkage)));
                _counts[i] = 0;
            }

            var count = _best.Finish(_bestItems, _bestScores);
            return (_bestItems.AsSpan(0, count).ToArray(), _bestScores.AsSpan(0, count).ToArray());
        }
    }
}
