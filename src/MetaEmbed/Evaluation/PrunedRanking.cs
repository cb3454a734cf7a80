using System.Collections.Concurrent;
using MetaEmbed.Data;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>
/// Ranks all items for many users, a block of users a task, without scoring every pair: a bound in 8 bits proves of most
/// items that they cannot enter a list (<see cref="PrunedBlock"/>). The lists are those of <see cref="BlockRanking"/>, to the bit.
/// </summary>
internal sealed unsafe class PrunedRanking : IRanking
{
    private readonly Matrix _rows;
    private readonly int _userCount;
    private readonly QuantizedPanels _panels;
    private readonly Interactions? _exclude;
    private readonly int _length;
    private readonly int _block;
    private readonly ConcurrentBag<Block> _free = [];

    /// <summary>Quantises and packs the items.</summary>
    /// <param name="rows">Users' rows, then items' rows.</param>
    /// <param name="userCount">Number of users.</param>
    /// <param name="itemBias">Items' biases, or empty.</param>
    /// <param name="exclude">Items that a user's list leaves out; null for none.</param>
    /// <param name="length">Length of the lists.</param>
    /// <param name="block">Users in a task; 0 chooses.</param>
    /// <param name="workers">Threads.</param>
    public PrunedRanking(Matrix rows, int userCount, float[] itemBias, Interactions? exclude, int length, int block, Workers workers)
    {
        _rows = rows;
        _userCount = userCount;
        _exclude = exclude;
        _length = length;

        // 256 users of 128 dimensions are 32 kB in 8 bits, their buffers 200 kB.
        _block = block > 0 ? block : 256;
        var items = rows.Pointer + (long)userCount * rows.Columns;
        var order = QuantizedPanels.Order(items, itemBias, rows.Rows - userCount, rows.Columns, TypicalNorm(rows, userCount));
        var panels = _panels = new QuantizedPanels(order, rows.Columns);
        workers.Run(panels.PanelCount, p => panels.Pack(p, new ContiguousRows(items, rows.Columns), itemBias));
    }

    /// <summary>
    /// Whether this is faster than scoring every pair: what the bound spares of a user's items x d products must outweigh
    /// the items that pass it, which grow with the length of the list; packing takes as long as some hundred users. The
    /// numbers are fitted to measurements on random rows, where the bound does worst (benchmark 'ranking DIR').
    /// </summary>
    /// <param name="users">Users to rank for.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="dimension">d.</param>
    /// <param name="length">Length of the lists.</param>
    public static bool Pays(int users, int items, int dimension, int length) =>
        users >= 2048 && (long)items * dimension >= 30_000L * (length + 50);

    /// <inheritdoc/>
    public void Rank(int[] users, RankedListSink sink, Workers workers, CancellationToken cancellation)
    {
        workers.Run((users.Length + _block - 1) / _block, task =>
        {
            if (cancellation.IsCancellationRequested)
                return;
            if (!_free.TryTake(out var block))
                block = new Block(_block, new PrunedBlock(_panels, _rows.Pointer + (long)_userCount * _rows.Columns, _block, _length));
            var first = task * _block;
            Rank(users.AsSpan(first, Math.Min(_block, users.Length - first)), first, block, sink);
            _free.Add(block);
        });
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        _panels.Dispose();
        foreach (var block in _free)
            block.Lists.Dispose();
    }

    private void Rank(ReadOnlySpan<int> users, int first, Block block, RankedListSink sink)
    {
        for (var i = 0; i < users.Length; i++)
        {
            block.Rows[i] = (nint)(_rows.Pointer + (long)users[i] * _rows.Columns);
            if (_exclude is not null)
                block.Excluded[i] = _exclude.RowStart[users[i]].._exclude.RowStart[users[i] + 1];
        }

        block.Lists.Rank(
            block.Rows.AsSpan(0, users.Length),
            _exclude is null ? default : _exclude.Items,
            _exclude is null ? default : block.Excluded,
            (place, items, scores) => sink(first + place, items, scores));
    }

    /// <summary>Mean norm of about 256 users' rows.</summary>
    private static float TypicalNorm(Matrix rows, int users)
    {
        var step = Math.Max(users / 256, 1);
        double sum = 0;
        var count = 0;
        for (var user = 0; user < users; user += step, count++)
        {
            var square = 0.0;
            foreach (var value in rows.Row(user))
                square += (double)value * value;
            sum += Math.Sqrt(square);
        }

        return count == 0 ? 0 : (float)(sum / count);
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Block(int users, PrunedBlock lists)
    {
        public readonly PrunedBlock Lists = lists;
        public readonly nint[] Rows = new nint[users];
        public readonly Range[] Excluded = new Range[users];
    }
}
