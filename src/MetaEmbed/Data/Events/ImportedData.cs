using MetaEmbed.Inference;

namespace MetaEmbed.Data.Events;

/// <summary>Users that training has never met, numbered from 0 by themselves.</summary>
/// <param name="History">What is known of each.</param>
/// <param name="Test">What is asked for.</param>
/// <param name="Names">Number of each in the import's map of users.</param>
internal sealed record NewUsers(Interactions History, Interactions Test, int[] Names);

/// <summary>
/// Imported pairs under their final ids: users and items that are left are numbered anew without gaps, in the order in
/// which the sources first named them.
/// </summary>
/// <param name="Train">Training pairs.</param>
/// <param name="Test">Test pairs.</param>
/// <param name="UserNames">Number of each user in the import's map.</param>
/// <param name="ItemNames">Number of each item in the import's map.</param>
/// <param name="NewUsers">Held-out users, where there are any.</param>
internal sealed record ImportedData(Interactions Train, Interactions Test, int[] UserNames, int[] ItemNames, NewUsers? NewUsers)
{
    /// <summary>Numbers the parts of a split.</summary>
    public static ImportedData Of(PairSplit split)
    {
        if (split.Train.Count == 0)
            throw new UserMistakeException("no user has an item that is left to learn from", "lower --core, --min-rating or --test-share, or import more events");
        var (users, items) = split.Train.Met();
        var (testUsers, testItems) = split.Test.Met();
        Join(users, testUsers);
        Join(items, testItems);
        var newItems = Number(items, out var itemNames);
        Number(users, out var userNames);
        return new ImportedData(
            Rows(split.Train, userNames, newItems, itemNames.Length),
            Rows(split.Test, userNames, newItems, itemNames.Length),
            userNames,
            itemNames,
            split.NewHistory is null ? null : HeldOut(split.NewHistory, split.NewTest!, newItems, itemNames.Length));
    }

    private static NewUsers HeldOut(EventPairs history, EventPairs test, int[] newItems, int itemCount)
    {
        Number(history.Met().Users, out var names);
        return new NewUsers(Rows(history, names, newItems, itemCount), Rows(test, names, newItems, itemCount), names);
    }

    private static void Join(bool[] into, bool[] more)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] |= more[i];
    }

    // New ids by old ones, and the old ones in the order of the new.
    private static int[] Number(bool[] kept, out int[] names)
    {
        var numbers = new int[kept.Length];
        names = new int[kept.AsSpan().Count(true)];
        var next = 0;
        for (var i = 0; i < kept.Length; i++)
        {
            numbers[i] = next;
            if (kept[i])
                names[next++] = i;
        }

        return numbers;
    }

    private static Interactions Rows(EventPairs pairs, int[] users, int[] newItems, int itemCount)
    {
        var rowStart = new int[users.Length + 1];
        var items = new int[pairs.Count];
        for (var user = 0; user < users.Length; user++)
        {
            var row = pairs.ItemsOf(users[user]);
            for (var i = 0; i < row.Length; i++)
                items[rowStart[user] + i] = newItems[row[i]];
            rowStart[user + 1] = rowStart[user] + row.Length;
        }

        return new Interactions(itemCount, rowStart, items);
    }
}
