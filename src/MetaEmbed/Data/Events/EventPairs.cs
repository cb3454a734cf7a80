namespace MetaEmbed.Data.Events;

/// <summary>
/// Each user's items, distinct and ascending, with the time at which each pair was first met, where times are kept.
/// Like <see cref="Interactions"/> while ids are still those of the import.
/// </summary>
/// <param name="ItemCount">Number of items.</param>
/// <param name="RowStart">Where each user's items start, users + 1 long.</param>
/// <param name="Items">Items, user after user.</param>
/// <param name="Times">Time of each, microseconds since 1970; null where not kept.</param>
internal sealed record EventPairs(int ItemCount, int[] RowStart, int[] Items, long[]? Times)
{
    public int UserCount => RowStart.Length - 1;

    public int Count => Items.Length;

    public ReadOnlySpan<int> ItemsOf(int user) => Items.AsSpan(RowStart[user], RowStart[user + 1] - RowStart[user]);

    public ReadOnlySpan<long> TimesOf(int user) => Times.AsSpan(RowStart[user], RowStart[user + 1] - RowStart[user]);

    /// <summary>The pairs that a condition holds for; ids stay as they are.</summary>
    /// <param name="keep">Whether to keep a pair, by user and place in <see cref="Items"/>.</param>
    public EventPairs Where(Func<int, int, bool> keep)
    {
        var rowStart = new int[RowStart.Length];
        var kept = 0;
        var marks = new bool[Count];
        for (var user = 0; user < UserCount; user++)
        {
            for (var i = RowStart[user]; i < RowStart[user + 1]; i++)
            {
                marks[i] = keep(user, i);
                kept += marks[i] ? 1 : 0;
            }

            rowStart[user + 1] = kept;
        }

        return new EventPairs(ItemCount, rowStart, Pick(Items, marks, kept), Times is null ? null : Pick(Times, marks, kept));
    }

    /// <summary>Which users and which items have a pair.</summary>
    public (bool[] Users, bool[] Items) Met()
    {
        var users = new bool[UserCount];
        var items = new bool[ItemCount];
        for (var user = 0; user < UserCount; user++)
            users[user] = RowStart[user + 1] > RowStart[user];
        foreach (var item in Items)
            items[item] = true;
        return (users, items);
    }

    private static T[] Pick<T>(T[] from, bool[] marks, int kept)
    {
        if (kept == from.Length)
            return from;
        var picked = new T[kept];
        var next = 0;
        for (var i = 0; i < from.Length; i++)
        {
            if (marks[i])
                picked[next++] = from[i];
        }

        return picked;
    }
}
