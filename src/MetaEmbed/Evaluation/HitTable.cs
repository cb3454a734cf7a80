using MetaEmbed.Data;

namespace MetaEmbed.Evaluation;

/// <summary>
/// The hits of each evaluated user: rank and item, in the order of the ranks. A user has at most min(n, k) of them, so
/// every user's place is known before the ranking and tasks share nothing.
/// </summary>
internal sealed class HitTable
{
    private readonly int[] _start;
    private readonly int[] _count;
    private readonly int[] _ranks;
    private readonly int[] _items;

    private HitTable(int[] users, int[] relevant, int[] start)
    {
        Users = users;
        Relevant = relevant;
        _start = start;
        _count = new int[users.Length];
        _ranks = new int[start[^1]];
        _items = new int[start[^1]];
    }

    /// <summary>The users, each with at least one relevant item.</summary>
    public int[] Users { get; }

    /// <summary>n of each user.</summary>
    public int[] Relevant { get; }

    /// <summary>Makes room for hits.</summary>
    /// <param name="users">The users, each with at least one relevant item.</param>
    /// <param name="relevant">Relevant items.</param>
    /// <param name="length">Length of the lists.</param>
    public static HitTable For(int[] users, Interactions relevant, int length)
    {
        var counts = Array.ConvertAll(users, user => relevant.Of(user).Length);
        return new HitTable(users, counts, Starts(counts, length));
    }

    /// <summary>Ranks of a user's hits, from 1, ascending.</summary>
    public ReadOnlySpan<int> Ranks(int index) => _ranks.AsSpan(_start[index], _count[index]);

    /// <summary>Finds the hits in a user's list; safe from any thread, for one user once.</summary>
    /// <param name="index">Index into <see cref="Users"/>.</param>
    /// <param name="list">The list, best first.</param>
    /// <param name="relevant">The user's relevant items, ascending.</param>
    public void Find(int index, ReadOnlySpan<int> list, ReadOnlySpan<int> relevant)
    {
        var at = _start[index];
        for (var i = 0; i < list.Length; i++)
        {
            if (relevant.BinarySearch(list[i]) < 0)
                continue;
            _ranks[at] = i + 1;
            _items[at++] = list[i];
        }

        _count[index] = at - _start[index];
    }

    /// <summary>
    /// The same lists, with the items of one part as the only relevant ones: ranks stay those of the full ranking, n
    /// counts the part's relevant items, and users without any drop out.
    /// </summary>
    /// <param name="part">Which items are in the head.</param>
    /// <param name="side">True for the head, false for the tail.</param>
    /// <param name="relevant">Relevant items of all parts.</param>
    public HitTable Part(bool[] part, bool side, Interactions relevant)
    {
        var users = new List<int>();
        var sources = new List<int>();
        var counts = new List<int>();
        for (var i = 0; i < Users.Length; i++)
        {
            var n = 0;
            foreach (var item in relevant.Of(Users[i]))
                n += part[item] == side ? 1 : 0;
            if (n == 0)
                continue;
            users.Add(Users[i]);
            sources.Add(i);
            counts.Add(n);
        }

        var table = new HitTable([.. users], [.. counts], Starts([.. counts], int.MaxValue));
        for (var i = 0; i < sources.Count; i++)
        {
            var at = table._start[i];
            for (var h = _start[sources[i]]; h < _start[sources[i]] + _count[sources[i]]; h++)
            {
                if (part[_items[h]] != side)
                    continue;
                table._ranks[at] = _ranks[h];
                table._items[at++] = _items[h];
            }

            table._count[i] = at - table._start[i];
        }

        return table;
    }

    private static int[] Starts(int[] counts, int length)
    {
        var start = new int[counts.Length + 1];
        for (var i = 0; i < counts.Length; i++)
            start[i + 1] = checked(start[i] + Math.Min(counts[i], length));
        return start;
    }
}
