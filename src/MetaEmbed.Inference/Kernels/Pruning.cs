using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>The lists that <see cref="Pruning"/> makes, one a user.</summary>
internal interface IPrunedLists
{
    /// <summary>Number of users.</summary>
    int Users { get; }

    /// <summary>The row of a user.</summary>
    unsafe float* Row(int user);

    /// <summary>The list of a user.</summary>
    TopK List(int user);

    /// <summary>The candidates of a panel that are items and may enter a user's list. Panels ascend from each <see cref="Rewind"/> on.</summary>
    ulong Admitted(int user, int panel, ulong candidates);

    /// <summary>Panels begin again at the first one.</summary>
    void Rewind();

    /// <summary>The score of the item at a place, of the product of its row with the user's.</summary>
    float Score(float product, int place);
}

/// <summary>
/// The best items of some users, or of one, by pruning: products in 8 bits prove of most items that their score
/// is below a user's k-th best so far (<see cref="ScoreBound"/>); of the rest the score is computed
/// (<see cref="ExactScores"/>). The lists are those of scoring every item, to the bit. An object belongs to one thread.
/// </summary>
/// <remarks>
/// A list's k-th best rises slowly at first. Where there are many panels, every sixteenth comes first, and a place in
/// that sample guesses, from below, the k-th best of all. Items below the guess are left out; a list of which then fewer
/// than k items reach the guess is made again without one (<see cref="ListSample"/>).
/// </remarks>
/// <param name="panels">The items in 8 bits; kept.</param>
/// <param name="users">Users at most.</param>
internal sealed unsafe class Pruning(QuantizedPanels panels, int users) : IDisposable
{
    // A user's items wait until there are enough to be scored at once; a panel may bring all of its items.
    private const int Waiting = ExactScores.Count + ItemPanels.Width;

    private readonly ListSample _sample = new(users);
    private readonly int[] _waiting = new int[users * Waiting];
    private readonly int[] _waitingCount = new int[users];
    private readonly ulong[] _candidates = new ulong[users + RegisterTile.Users];
    private readonly int[] _ready = new int[users];
    private readonly nint[] _rows = new nint[users];
    private readonly UserColumns _users = new(users, panels.Dimension);
    private BoundColumns _columns = panels.Scores;

    /// <summary>The items.</summary>
    public QuantizedPanels Panels => panels;

    /// <summary>Users at most.</summary>
    public int Users => _rows.Length;

    /// <summary>Fills empty lists.</summary>
    /// <param name="columns">The columns of the kind of score.</param>
    /// <param name="rows">The items' rows.</param>
    /// <param name="room">Room for <see cref="ExactScores.Count"/> rows, where they do not lie in memory as they are.</param>
    /// <param name="lists">The lists.</param>
    /// <exception cref="ArgumentException">A score is not a number.</exception>
    public void Rank<TRows, TLists>(BoundColumns columns, TRows rows, float* room, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        var count = lists.Users;
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            _rows[i] = (nint)lists.Row(i);
            _waitingCount[i] = 0;
            _users.SetLimit(i, float.NegativeInfinity);
            length = Math.Max(length, lists.List(i).Length);
        }

        _columns = columns;
        _users.Load(_rows.AsSpan(0, count));
        if (!_sample.Begin(panels.PanelCount, count, length))
        {
            RankPanels(0, 1, skipSample: false, rows, room, ref lists);
            return;
        }

        RankPanels(ListSample.First, ListSample.Every, skipSample: false, rows, room, ref lists);
        for (var i = 0; i < count; i++)
        {
            _sample.End(i);
            _users.SetLimit(i, Floor(i, lists.List(i)));
        }

        RankPanels(0, 1, skipSample: true, rows, room, ref lists);
        for (var i = 0; i < count; i++)
        {
            if (_sample.TooHigh(i, lists.List(i)))
                RankAgain(i, rows, room, ref lists);
        }
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => _users.Dispose();

    private void RankPanels<TRows, TLists>(int first, int step, bool skipSample, TRows rows, float* room, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        var users = lists.Users;
        lists.Rewind();
        for (var panel = first; panel < panels.PanelCount; panel += step)
        {
            if (skipSample && panel % ListSample.Every == ListSample.First)
                continue;
            if (users == 1)
                RankOne(panel, 0, rows, room, ref lists);
            else
                RankTiles(panel, users, rows, room, ref lists);
        }

        for (var i = 0; i < users; i++)
            Score(i, rows, room, ref lists);
    }

    /// <summary>Makes the list of a user whose guess was too high.</summary>
    private void RankAgain<TRows, TLists>(int user, TRows rows, float* room, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        lists.List(user).Clear();
        lists.Rewind();
        _sample.Forget(user);
        _users.SetLimit(user, float.NegativeInfinity);
        _users.LoadAlone(user, (float*)_rows[user]);
        for (var panel = 0; panel < panels.PanelCount; panel++)
            RankOne(panel, user, rows, room, ref lists);
        Score(user, rows, room, ref lists);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RankOne<TRows, TLists>(int panel, int user, TRows rows, float* room, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        _users.SetThresholds(_columns, panel, user, 1);
        var candidates = BoundTile.MarkOne(_users.Alone, panels, _columns, panel, _users.Scales[user], _users.Thresholds[user]);
        if (candidates != 0 && Add(user, panel, candidates, rows, ref lists))
            Score(user, rows, room, ref lists);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RankTiles<TRows, TLists>(int panel, int users, TRows rows, float* room, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        _users.SetThresholds(_columns, panel, 0, users);
        fixed (ulong* candidates = _candidates)
        {
            for (var i = 0; i < users; i += RegisterTile.Users)
                BoundTile.Mark(_users.Tile(i), panels, _columns, panel, _users.Scales + i, _users.Thresholds + i, candidates + i);
        }

        // In passes of their own: the tiles are not interrupted, and rows have come when they are used.
        var ready = 0;
        for (var i = 0; i < users; i++)
        {
            if (_candidates[i] != 0 && Add(i, panel, _candidates[i], rows, ref lists))
                _ready[ready++] = i;
        }

        for (var i = 0; i < ready; i++)
            Score(_ready[i], rows, room, ref lists);
    }

    /// <summary>Lets a panel's candidates wait; where there are enough, fetches their rows and says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Add<TRows, TLists>(int user, int panel, ulong candidates, TRows rows, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        var waiting = _waiting.AsSpan(user * Waiting, Waiting);
        var count = _waitingCount[user];
        for (candidates = lists.Admitted(user, panel, candidates); candidates != 0; candidates &= candidates - 1)
            waiting[count++] = panel * ItemPanels.Width + BitOperations.TrailingZeroCount(candidates);
        _waitingCount[user] = count;
        if (count < ExactScores.Count)
            return false;
        for (var j = 0; j < count; j++)
            rows.Fetch(panels.Item(waiting[j]));
        return true;
    }

    /// <summary>Computes the scores of a user's waiting items and offers them to the list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score<TRows, TLists>(int user, TRows rows, float* room, ref TLists lists)
        where TRows : struct, IItemRows
        where TLists : struct, IPrunedLists, allows ref struct
    {
        var addresses = stackalloc nint[ExactScores.Count];
        var sums = stackalloc float[ExactScores.Count];
        var best = lists.List(user);
        var sample = _sample.Open(user);
        var waiting = _waiting.AsSpan(user * Waiting, _waitingCount[user]);
        while (waiting.Length > 0)
        {
            var count = Math.Min(waiting.Length, ExactScores.Count);
            for (var j = 0; j < count; j++)
                addresses[j] = (nint)rows.Row(panels.Item(waiting[j]), room + (long)j * panels.Dimension);
            for (var j = count; j < ExactScores.Count; j++)
                addresses[j] = addresses[0];
            ExactScores.Sums((float*)_rows[user], addresses, panels.Dimension, sums);
            var floor = Floor(user, best);
            for (var j = 0; j < count; j++)
            {
                // Items do not come in ascending order: one of equal score may still belong before the last of the list.
                var score = lists.Score(sums[j], waiting[j]);
                if (score < floor)
                    continue;
                best.Add(panels.Item(waiting[j]), score);
                sample?.Add(panels.Item(waiting[j]), score);
            }

            waiting = waiting[count..];
        }

        _users.SetLimit(user, Floor(user, best));
        _waitingCount[user] = 0;
    }

    /// <summary>A score below this is of no use to a user's list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Floor(int user, TopK best) => MathF.Max(best.Limit, _sample.Floor(user));
}
