using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using MetaEmbed.Data;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>
/// Ranks all items for many users. A task owns a block of users: their packed rows stay in the second-level cache
/// while the panels of items pass by, each held in the first-level cache for the whole block. Of the scores of a tile
/// only those above a user's k-th best so far are looked at one by one; there, in ascending order of items, excluded
/// items are left out. No more than a tile of scores is ever kept.
/// </summary>
internal sealed unsafe class BlockRanking : IRanking
{
    private const int CacheLine = 64;

    private readonly Matrix _rows;
    private readonly ItemPanels _panels;
    private readonly Interactions? _exclude;
    private readonly int _length;
    private readonly int _block;
    private readonly ConcurrentBag<Scratch> _free = [];

    /// <summary>Packs the items.</summary>
    /// <param name="rows">Users' rows, then items' rows.</param>
    /// <param name="userCount">Number of users.</param>
    /// <param name="itemBias">Items' biases, or empty.</param>
    /// <param name="exclude">Items that a user's list leaves out; null for none.</param>
    /// <param name="length">Length of the lists.</param>
    /// <param name="block">Users in a task; 0 chooses.</param>
    /// <param name="workers">Threads.</param>
    public BlockRanking(Matrix rows, int userCount, float[] itemBias, Interactions? exclude, int length, int block, Workers workers)
    {
        _rows = rows;
        _exclude = exclude;
        _length = length;

        // 256 users of 128 dimensions are 128 kB, their buffers 200 kB; long lists make the buffers larger.
        _block = block > 0 ? block : length <= 256 ? 256 : ScoreTile.Users;
        var itemCount = rows.Rows - userCount;
        var panels = _panels = new ItemPanels(itemCount, rows.Columns);
        workers.Run(panels.PanelCount, p =>
        {
            var first = p * ItemPanels.Width;
            var count = Math.Min(ItemPanels.Width, itemCount - first);
            panels.Pack(p, rows.RowRange(userCount + first, count), itemBias.Length == 0 ? default : itemBias.AsSpan(first, count));
        });
    }

    /// <inheritdoc/>
    public void Rank(int[] users, RankedListSink sink, Workers workers, CancellationToken cancellation)
    {
        workers.Run((users.Length + _block - 1) / _block, task =>
        {
            if (cancellation.IsCancellationRequested)
                return;
            if (!_free.TryTake(out var scratch))
                scratch = new Scratch(_block, _rows.Columns, _length);
            var first = task * _block;
            RankBlock(users.AsSpan(first, Math.Min(_block, users.Length - first)), first, scratch, sink);
            _free.Add(scratch);
        });
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        _panels.Dispose();
        foreach (var scratch in _free)
            scratch.Dispose();
    }

    private void RankBlock(ReadOnlySpan<int> users, int first, Scratch scratch, RankedListSink sink)
    {
        Load(users, scratch);
        for (var panel = 0; panel < _panels.PanelCount; panel++)
            RankPanel(panel, users.Length, scratch);
        for (var i = 0; i < users.Length; i++)
        {
            var count = scratch.Lists[i].Finish(scratch.Items, scratch.BestScores);
            sink(first + i, scratch.Items.AsSpan(0, count), scratch.BestScores.AsSpan(0, count));
        }
    }

    private void Load(ReadOnlySpan<int> users, Scratch scratch)
    {
        Span<nint> tile = stackalloc nint[ScoreTile.Users];
        for (var i = 0; i < users.Length; i += ScoreTile.Users)
        {
            var count = Math.Min(ScoreTile.Users, users.Length - i);
            for (var r = 0; r < count; r++)
                tile[r] = (nint)(_rows.Pointer + (long)users[i + r] * _rows.Columns);
            ScoreTile.PackUsers(scratch.Users + (long)i * _rows.Columns, tile[..count], _rows.Columns);
        }

        // Nothing is above the limit of a place in the last tile that has no user.
        new Span<float>(scratch.Limits, scratch.Places).Fill(float.PositiveInfinity);
        for (var i = 0; i < users.Length; i++)
        {
            scratch.Limits[i] = scratch.Lists[i].Limit;
            scratch.Next[i] = _exclude is null ? 0 : _exclude.RowStart[users[i]];
            scratch.End[i] = _exclude is null ? 0 : _exclude.RowStart[users[i] + 1];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RankPanel(int panel, int users, Scratch scratch)
    {
        float* rows = _panels.Rows(panel), bias = _panels.Bias(panel), scores = scratch.Scores;
        var dimension = _panels.Dimension;
        var lists = scratch.Lists;

        // The next panel comes into the second-level cache meanwhile, a share of it with each tile.
        var next = (byte*)(panel + 1 < _panels.PanelCount ? _panels.Rows(panel + 1) : rows);
        var share = dimension * ItemPanels.Width * sizeof(float) / ((users + ScoreTile.Users - 1) / ScoreTile.Users) + 1;
        for (var i = 0; i < users; i += ScoreTile.Users, next += share)
        {
            if (Sse.IsSupported)
            {
                for (var ahead = 0; ahead < share; ahead += CacheLine)
                    Sse.Prefetch1(next + ahead);
            }

            var above = ScoreTile.Score(scratch.Users + (long)i * dimension, rows, bias, dimension, scratch.Limits + i, scores);
            for (; above != 0; above &= above - 1)
            {
                var r = BitOperations.TrailingZeroCount(above);
                var best = lists[i + r];
                var own = scores + r * ItemPanels.Width;
                Admit(ScoreTile.AboveOrNaN(own, best.Limit), own, panel * ItemPanels.Width, best, ref scratch.Next[i + r], scratch.End[i + r]);
                scratch.Limits[i + r] = best.Limit;
            }
        }
    }

    private void Admit(ulong passing, float* scores, int firstItem, TopK best, ref int next, int end)
    {
        var excluded = _exclude is null ? default : _exclude.Items;
        for (; passing != 0; passing &= passing - 1)
        {
            var lane = BitOperations.TrailingZeroCount(passing);
            var item = firstItem + lane;
            while (next < end && excluded[next] < item)
                next++;
            if (next == end || excluded[next] != item)
                best.Add(item, scores[lane]);
        }
    }

    /// <summary>What one thread needs for a block.</summary>
    private sealed class Scratch : IDisposable
    {
        public readonly TopK[] Lists;
        public readonly int[] Next;
        public readonly int[] End;
        public readonly int[] Items;
        public readonly float[] BestScores;
        public readonly int Places;
        public float* Users;
        public float* Limits;
        public float* Scores;

        public Scratch(int block, int dimension, int length)
        {
            Lists = new TopK[block];
            for (var i = 0; i < block; i++)
                Lists[i] = new TopK(length);
            Next = new int[block];
            End = new int[block];
            Items = new int[length];
            BestScores = new float[length];
            Places = (block + ScoreTile.Users - 1) / ScoreTile.Users * ScoreTile.Users;
            Users = (float*)NativeMemory.AlignedAlloc((nuint)Places * (nuint)dimension * sizeof(float), 64);
            Limits = (float*)NativeMemory.AlignedAlloc((nuint)Places * sizeof(float), 64);
            Scores = (float*)NativeMemory.AlignedAlloc(ScoreTile.Users * ItemPanels.Width * sizeof(float), 64);
        }

        public void Dispose()
        {
            NativeMemory.AlignedFree(Users);
            NativeMemory.AlignedFree(Limits);
            NativeMemory.AlignedFree(Scores);
            Users = Limits = Scores = null;
        }
    }
}
