using System.Runtime.CompilerServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>The best items of a block of users, by <see cref="Pruning"/>, for many blocks one after the other.</summary>
internal sealed unsafe class PrunedBlock : IDisposable
{
    private readonly QuantizedPanels _panels;
    private readonly float* _itemRows;
    private readonly Pruning _pruning;
    private readonly TopK[] _lists;
    private readonly ExcludedPlaces _excluded;
    private readonly int[] _items;
    private readonly float[] _scores;

    /// <summary>Takes memory for a block.</summary>
    /// <param name="panels">The items in 8 bits; kept.</param>
    /// <param name="itemRows">The same items, items x d, row after row; kept.</param>
    /// <param name="users">Users in a block, at most.</param>
    /// <param name="length">Length of the lists.</param>
    public PrunedBlock(QuantizedPanels panels, float* itemRows, int users, int length)
    {
        _panels = panels;
        _itemRows = itemRows;
        _pruning = new Pruning(panels, users);
        _lists = new TopK[users];
        for (var i = 0; i < users; i++)
            _lists[i] = new TopK(length);
        _excluded = new ExcludedPlaces(users);
        _items = new int[length];
        _scores = new float[length];
    }

    /// <summary>Takes the list of a user: its place in the block, items best first, their scores.</summary>
    public delegate void Sink(int place, ReadOnlySpan<int> items, ReadOnlySpan<float> scores);

    /// <summary>Ranks all items for some users.</summary>
    /// <param name="users">Addresses of the users' rows.</param>
    /// <param name="excluded">Items that lists leave out; or empty.</param>
    /// <param name="own">Which of those are a user's, for each user; or empty.</param>
    /// <param name="sink">Gets each list.</param>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public void Rank(ReadOnlySpan<nint> users, ReadOnlySpan<int> excluded, ReadOnlySpan<Range> own, Sink sink)
    {
        _excluded.Load(_panels, excluded, own);
        for (var i = 0; i < users.Length; i++)
            _lists[i].Clear();
        var lists = new Lists(_panels, users, _lists, _excluded);
        _pruning.Rank(_panels.Scores, new ContiguousRows(_itemRows, _panels.Dimension), null, ref lists);
        for (var i = 0; i < users.Length; i++)
        {
            var count = _lists[i].Finish(_items, _scores);
            sink(i, _items.AsSpan(0, count), _scores.AsSpan(0, count));
        }
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => _pruning.Dispose();

    private readonly ref struct Lists(QuantizedPanels panels, ReadOnlySpan<nint> users, TopK[] lists, ExcludedPlaces excluded) : IPrunedLists
    {
        private readonly QuantizedPanels _panels = panels;
        private readonly ReadOnlySpan<nint> _users = users;
        private readonly TopK[] _lists = lists;
        private readonly ExcludedPlaces _excluded = excluded;

        public int Users => _users.Length;

        public float* Row(int user) => (float*)_users[user];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TopK List(int user) => _lists[user];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Admitted(int user, int panel, ulong candidates) => _excluded.Without(user, panel, candidates & _panels.Items(panel));

        public void Rewind() => _excluded.Rewind();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Score(float product, int place) => product + _panels.Bias(place);
    }
}
