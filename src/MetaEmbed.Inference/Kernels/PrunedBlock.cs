using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// The best items of a block of users, or of one, by pruning: products in 8 bits prove of most items that their score
/// is below a user's k-th best so far (<see cref="ScoreBound"/>); of the rest the score is computed
/// (<see cref="ExactScores"/>). The lists are those of scoring every item, to the bit. An object belongs to one thread.
/// </summary>
/// <remarks>
/// A list's k-th best rises slowly at first. Where there are many panels, every sixteenth comes first, and a place in
/// that sample guesses, from below, the k-th best of all. Items below the guess are left out; a list of which then fewer
/// than k items reach the guess is made again without one (<see cref="ListSample"/>).
/// </remarks>
internal sealed unsafe class PrunedBlock : IDisposable
{
    private const int CacheLine = 64;

    // A user's items wait until there are enough to be scored at once; a panel may bring all of its items.
    private const int Waiting = ExactScores.Count + ItemPanels.Width;

    private readonly QuantizedPanels _panels;
    private readonly float* _itemRows;
    private readonly int _dimension;
    private readonly int _length;
    private readonly TopK[] _lists;
    private readonly ListSample? _sample;
    private readonly ExcludedPlaces _excluded;
    private readonly int[] _waiting;
    private readonly int[] _waitingCount;
    private readonly ulong[] _candidates;
    private readonly int[] _ready;
    private readonly nint[] _rows;
    private readonly int[] _items;
    private readonly float[] _scores;
    private readonly UserColumns _users;

    /// <summary>Takes memory for a block.</summary>
    /// <param name="panels">The items in 8 bits; kept.</param>
    /// <param name="itemRows">The same items, items x d, row after row; kept.</param>
    /// <param name="users">Users in a block, at most.</param>
    /// <param name="length">Length of the lists.</param>
    public PrunedBlock(QuantizedPanels panels, float* itemRows, int users, int length)
    {
        _panels = panels;
        _itemRows = itemRows;
        _dimension = panels.Dimension;
        _length = length;
        _lists = new TopK[users];
        for (var i = 0; i < users; i++)
            _lists[i] = new TopK(length);
        _sample = ListSample.For(panels.PanelCount, users, length);
        _excluded = new ExcludedPlaces(users);
        _waiting = new int[users * Waiting];
        _waitingCount = new int[users];
        _candidates = new ulong[users + RegisterTile.Users];
        _ready = new int[users];
        _rows = new nint[users];
        _items = new int[length];
        _scores = new float[length];
        _users = new UserColumns(users, _dimension);
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
        users.CopyTo(_rows);
        _users.Load(users);
        for (var i = 0; i < users.Length; i++)
        {
            _lists[i].Clear();
            _users.SetLimit(i, float.NegativeInfinity);
        }

        RankPanels(users.Length);
        for (var i = 0; i < users.Length; i++)
        {
            var count = _lists[i].Finish(_items, _scores);
            if (_sample is not null && _sample.TooHigh(i, _scores.AsSpan(0, count), _length))
                count = RankAgain(i);
            sink(i, _items.AsSpan(0, count), _scores.AsSpan(0, count));
        }
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => _users.Dispose();

    private void RankPanels(int users)
    {
        if (_sample is not null)
        {
            _sample.Begin();
            for (var panel = ListSample.First; panel < _panels.PanelCount; panel += ListSample.Every)
                RankPanel(panel, users);
            ScoreAll(users);
            for (var i = 0; i < users; i++)
            {
                _sample.End(i);
                _users.SetLimit(i, Floor(i));
            }

            _excluded.Rewind();
        }

        for (var panel = 0; panel < _panels.PanelCount; panel++)
        {
            if (_sample is null || panel % ListSample.Every != ListSample.First)
                RankPanel(panel, users);
        }

        ScoreAll(users);
    }

    /// <summary>Makes the list of a user whose guess was too high.</summary>
    private int RankAgain(int user)
    {
        _sample!.Forget(user);
        _excluded.Rewind();
        _users.SetLimit(user, float.NegativeInfinity);
        _users.LoadAlone(user, (float*)_rows[user]);
        for (var panel = 0; panel < _panels.PanelCount; panel++)
            RankOne(panel, user);
        Score(user);
        return _lists[user].Finish(_items, _scores);
    }

    private void RankPanel(int panel, int users)
    {
        if (users == 1)
            RankOne(panel, 0);
        else
            RankTiles(panel, users);
    }

    private void RankOne(int panel, int user)
    {
        _users.SetThresholds(_panels, panel, user, 1);
        var candidates = BoundTile.MarkOne(_users.Alone, _panels, panel, _users.Scales[user], _users.Thresholds[user]);
        if (candidates != 0 && Add(user, panel, candidates))
            Score(user);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RankTiles(int panel, int users)
    {
        _users.SetThresholds(_panels, panel, 0, users);
        fixed (ulong* candidates = _candidates)
        {
            for (var i = 0; i < users; i += RegisterTile.Users)
                BoundTile.Mark(_users.Tile(i), _panels, panel, _users.Scales + i, _users.Thresholds + i, candidates + i);
        }

        // In passes of their own: the tiles are not interrupted, and rows have come when they are used.
        var ready = 0;
        for (var i = 0; i < users; i++)
        {
            if (_candidates[i] != 0 && Add(i, panel, _candidates[i]))
                _ready[ready++] = i;
        }

        for (var i = 0; i < ready; i++)
            Score(_ready[i]);
    }

    /// <summary>Lets a panel's candidates wait; where there are enough, fetches their rows and says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Add(int user, int panel, ulong candidates)
    {
        candidates = _excluded.Without(user, panel, candidates);
        var waiting = _waiting.AsSpan(user * Waiting, Waiting);
        var count = _waitingCount[user];
        for (; candidates != 0; candidates &= candidates - 1)
        {
            var place = panel * ItemPanels.Width + BitOperations.TrailingZeroCount(candidates);
            if (place < _panels.ItemCount)
                waiting[count++] = place;
        }

        _waitingCount[user] = count;
        if (count < ExactScores.Count)
            return false;
        for (var j = 0; j < count && Sse.IsSupported; j++)
        {
            var row = (byte*)(_itemRows + (long)_panels.Item(waiting[j]) * _dimension);
            for (var ahead = 0; ahead < _dimension * sizeof(float); ahead += CacheLine)
                Sse.Prefetch0(row + ahead);
        }

        return true;
    }

    private void ScoreAll(int users)
    {
        for (var i = 0; i < users; i++)
            Score(i);
    }

    /// <summary>Computes the scores of a user's waiting items and offers them to the list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(int user)
    {
        var rows = stackalloc nint[ExactScores.Count];
        var sums = stackalloc float[ExactScores.Count];
        var best = _lists[user];
        var sample = _sample?.Open(user);
        var waiting = _waiting.AsSpan(user * Waiting, _waitingCount[user]);
        while (waiting.Length > 0)
        {
            var count = Math.Min(waiting.Length, ExactScores.Count);
            for (var j = 0; j < ExactScores.Count; j++)
                rows[j] = (nint)(_itemRows + (long)_panels.Item(waiting[Math.Min(j, count - 1)]) * _dimension);
            ExactScores.Sums((float*)_rows[user], rows, _dimension, sums);
            var floor = Floor(user);
            for (var j = 0; j < count; j++)
            {
                // Items do not come in ascending order: one of equal score may still belong before the last of the list.
                var score = sums[j] + _panels.Bias(waiting[j]);
                if (score < floor)
                    continue;
                best.Add(_panels.Item(waiting[j]), score);
                sample?.Add(_panels.Item(waiting[j]), score);
            }

            waiting = waiting[count..];
        }

        _users.SetLimit(user, Floor(user));
        _waitingCount[user] = 0;
    }

    /// <summary>A score below this is of no use to a user's list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Floor(int user) => _sample is null ? _lists[user].Limit : MathF.Max(_lists[user].Limit, _sample.Floor(user));
}
