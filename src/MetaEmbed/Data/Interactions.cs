using System.Runtime.CompilerServices;

namespace MetaEmbed.Data;

/// <summary>
/// Which items each user has met: a sparse 0/1 matrix of users x items by rows. The items of a user are distinct and
/// ascending.
/// </summary>
public sealed class Interactions
{
    private readonly int[] _rowStart;
    private readonly int[] _items;

    /// <summary>Takes over the two arrays; they must not be changed afterwards.</summary>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="rowStart">Where each user's items start, users + 1 long, from 0 to the length of <paramref name="items"/>.</param>
    /// <param name="items">The items, ascending within a user.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Interactions(int itemCount, int[] rowStart, int[] items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        if (rowStart.Length == 0 || rowStart[0] != 0 || rowStart[^1] != items.Length)
            throw new ArgumentException("row starts must go from 0 to the number of items stored", nameof(rowStart));
        for (var user = 0; user + 1 < rowStart.Length; user++)
        {
            var previous = -1;
            if (rowStart[user + 1] < rowStart[user])
                throw new ArgumentException("row starts must not fall", nameof(rowStart));
            for (var i = rowStart[user]; i < rowStart[user + 1]; i++)
            {
                if (items[i] <= previous || items[i] >= itemCount)
                    throw new ArgumentException($"items of user {user} must be distinct, ascending and below {itemCount}", nameof(items));
                previous = items[i];
            }
        }

        ItemCount = itemCount;
        _rowStart = rowStart;
        _items = items;
    }

    /// <summary>Number of users, those without items included.</summary>
    public int UserCount => _rowStart.Length - 1;

    /// <summary>Number of items, those that nobody met included.</summary>
    public int ItemCount { get; }

    /// <summary>Number of (user, item) pairs.</summary>
    public int Count => _items.Length;

    /// <summary>Where each user's items start in <see cref="Items"/>; users + 1 long.</summary>
    public ReadOnlySpan<int> RowStart => _rowStart;

    /// <summary>All items, user after user.</summary>
    public ReadOnlySpan<int> Items => _items;

    /// <summary>The items of one user, ascending.</summary>
    /// <param name="user">The user.</param>
    public ReadOnlySpan<int> Of(int user) => _items.AsSpan(_rowStart[user], _rowStart[user + 1] - _rowStart[user]);

    /// <summary>Whether a user has met an item.</summary>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    public bool Contains(int user, int item) => Of(user).BinarySearch(item) >= 0;

    /// <summary>Number of users of each item.</summary>
    public int[] CountByItem()
    {
        var counts = new int[ItemCount];
        foreach (var item in _items)
            counts[item]++;
        return counts;
    }

    /// <summary>The same pairs by item: row i has the users of item i, ascending.</summary>
    public Interactions Transpose()
    {
        var start = new int[ItemCount + 1];
        foreach (var item in _items)
            start[item + 1]++;
        for (var item = 0; item < ItemCount; item++)
            start[item + 1] += start[item];
        var next = start.AsSpan(0, ItemCount).ToArray();
        var users = new int[_items.Length];
        for (var user = 0; user < UserCount; user++)
        {
            foreach (var item in Of(user))
                users[next[item]++] = user;
        }

        return new Interactions(UserCount, start, users);
    }
}
