using System.Numerics;
using System.Runtime.CompilerServices;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>
/// Keeps the items in 8 bits, a quarter of their decoded rows, and computes only scores that may enter a list
/// (<see cref="Pruning"/>), from rows decoded when they are wanted. The lists are those of <see cref="PanelScan"/>, to the bit.
/// Needs <see cref="QuantizedPanels.IsSupported"/>.
/// </summary>
internal sealed unsafe class BoundScan : ItemScan
{
    // 4 MiB of decoded rows: below, they stay in a cache, and scoring all of them is as quick (benchmark 'lists MODEL').
    private const long FewestNumbers = 1 << 20;

    private readonly RowCode _rows;
    private readonly QuantizedPanels _panels;
    private BoundColumns? _cosines;

    /// <summary>Decodes and packs all rows.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="bias">A bias for each item, or empty.</param>
    /// <param name="userNorm">About the norm of a user's row; a bad guess costs time only. Null for that of an item's.</param>
    /// <param name="damaged">Makes the mistake of a damaged file.</param>
    public BoundScan(RowCode rows, float[] bias, float? userNorm, Func<string, Exception> damaged)
    {
        _rows = rows;
        var d = rows.Dimension;
        var norms = new float[rows.Rows];
        var work = new float[QuantizedRow.WorkLength(d)];
        using var quantized = new QuantizedRows(rows.Rows, d);
        Largest = RowBlocks.Decode(rows, damaged, (panel, block) =>
        {
            fixed (float* first = block, at = work)
            {
                for (var j = 0; j < block.Length / d; j++)
                    norms[panel * ItemPanels.Width + j] = quantized.Set(panel * ItemPanels.Width + j, first + j * d, at);
            }
        });
        _panels = new QuantizedPanels(QuantizedPanels.Order(norms, bias, d, userNorm ?? Mean(norms)), d);
        for (var panel = 0; panel < _panels.PanelCount; panel++)
            _panels.Pack(panel, quantized, bias);
    }

    public override float Largest { get; }

    /// <summary>Whether this is faster than <see cref="PanelScan"/> on this machine, lists not being long.</summary>
    public static bool Pays(int items, int dimension) => QuantizedPanels.IsSupported && (long)items * dimension >= FewestNumbers;

    public override void Best(RankingScratch scratch) => Rank(new ReadOnlySpan<RankingScratch>(ref scratch), _panels.Scores, null);

    public override void Best(ReadOnlySpan<RankingScratch> users) => Rank(users, _panels.Scores, null);

    public override void Nearest(float[] inverseNorms, RankingScratch scratch) =>
        Rank(new ReadOnlySpan<RankingScratch>(ref scratch), Cosines(inverseNorms), inverseNorms);

    public override float Product(ReadOnlySpan<float> user, int item, Span<float> row) => RowBlocks.Product(_rows, user, item, row);

    public override void Dispose()
    {
        _cosines?.Dispose();
        _panels.Dispose();
    }

    private static float Mean(ReadOnlySpan<float> norms)
    {
        var sum = 0.0;
        foreach (var norm in norms)
            sum += norm;
        return (float)(sum / Math.Max(norms.Length, 1));
    }

    private void Rank(ReadOnlySpan<RankingScratch> users, BoundColumns columns, float[]? inverseNorms)
    {
        var pruning = users[0].Pruning(_panels, users.Length);
        var room = _rows.Floats is null ? users[0].Room(ExactScores.Count * _panels.Dimension) : null;
        var lists = new Lists(_panels, users, inverseNorms);
        pruning.Rank(columns, new Rows(_rows), room, ref lists);
    }

    /// <summary>Made by the first who needs them; of two at once one is kept.</summary>
    private BoundColumns Cosines(float[] inverseNorms)
    {
        if (Volatile.Read(ref _cosines) is { } ready)
            return ready;
        var made = BoundColumns.Cosines(_panels, inverseNorms);
        if (Interlocked.CompareExchange(ref _cosines, made, null) is not { } earlier)
            return made;
        made.Dispose();
        return earlier;
    }

    /// <summary>Rows where they lie in the file as floats, else decoded.</summary>
    private readonly struct Rows(RowCode code) : IItemRows
    {
        private readonly RowCode _code = code;
        private readonly ContiguousRows _floats = new(code.Floats, code.Dimension);
        private readonly bool _decodes = code.Floats is null;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float* Row(int item, float* room)
        {
            if (!_decodes)
                return _floats.Row(item, room);
            _code.Decode(item, new Span<float>(room, _code.Dimension));
            return room;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Fetch(int item)
        {
            if (!_decodes)
                _floats.Fetch(item);
        }
    }

    private readonly ref struct Lists(QuantizedPanels panels, ReadOnlySpan<RankingScratch> users, float[]? inverseNorms) : IPrunedLists
    {
        private readonly QuantizedPanels _panels = panels;
        private readonly ReadOnlySpan<RankingScratch> _users = users;
        private readonly float[]? _inverseNorms = inverseNorms;

        public int Users => _users.Length;

        public float* Row(int user) => _users[user].UserPointer;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TopK List(int user) => _users[user].Best;

        public ulong Admitted(int user, int panel, ulong candidates)
        {
            var scratch = _users[user];
            candidates &= _panels.Items(panel);
            for (var left = candidates; left != 0; left &= left - 1)
            {
                var lane = BitOperations.TrailingZeroCount(left);
                if (!scratch.Admits(_panels.Item(panel * ItemPanels.Width + lane)))
                    candidates &= ~(1UL << lane);
            }

            return candidates;
        }

        public void Rewind()
        {
            // What a user's list leaves out is a set, without an order.
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Score(float product, int place) =>
            _inverseNorms is null ? product + _panels.Bias(place) : product * _inverseNorms[_panels.Item(place)];
    }
}
