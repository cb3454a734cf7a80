namespace MetaEmbed.Data.Events;

/// <summary>
/// The k-core of a bipartite graph: users with fewer than k_u items and items with fewer than k_i users are taken out,
/// again and again, until none is left. What remains does not depend on the order; each pair is visited twice.
/// </summary>
internal static class CoreFilter
{
    /// <summary>Finds it.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="userCore">k_u: items that a user needs.</param>
    /// <param name="itemCore">k_i: users that an item needs.</param>
    /// <returns>The pairs of the core; ids stay as they are.</returns>
    public static EventPairs Apply(EventPairs pairs, int userCore, int itemCore)
    {
        if (userCore <= 1 && itemCore <= 1)
            return pairs;
        var (usersOf, columnStart) = Transpose(pairs);
        var userDegree = new int[pairs.UserCount];
        var itemDegree = new int[pairs.ItemCount];
        var queue = new Queue<(int Id, bool IsUser)>();
        for (var user = 0; user < userDegree.Length; user++)
            Judge(userDegree, user, pairs.ItemsOf(user).Length, userCore, true);
        for (var item = 0; item < itemDegree.Length; item++)
            Judge(itemDegree, item, columnStart[item + 1] - columnStart[item], itemCore, false);

        // A degree of -1 marks what is out.
        while (queue.TryDequeue(out var gone))
        {
            var neighbours = gone.IsUser ? pairs.ItemsOf(gone.Id) : usersOf.AsSpan(columnStart[gone.Id], columnStart[gone.Id + 1] - columnStart[gone.Id]);
            var degrees = gone.IsUser ? itemDegree : userDegree;
            foreach (var neighbour in neighbours)
            {
                if (degrees[neighbour] >= 0)
                    Judge(degrees, neighbour, degrees[neighbour] - 1, gone.IsUser ? itemCore : userCore, !gone.IsUser);
            }
        }

        return pairs.Where((user, at) => userDegree[user] >= 0 && itemDegree[pairs.Items[at]] >= 0);

        void Judge(int[] degrees, int id, int degree, int core, bool isUser)
        {
            degrees[id] = degree < core ? -1 : degree;
            if (degree < core)
                queue.Enqueue((id, isUser));
        }
    }

    private static (int[] Users, int[] ColumnStart) Transpose(EventPairs pairs)
    {
        var columnStart = new int[pairs.ItemCount + 1];
        foreach (var item in pairs.Items)
            columnStart[item + 1]++;
        for (var item = 0; item < pairs.ItemCount; item++)
            columnStart[item + 1] += columnStart[item];
        var next = columnStart.AsSpan(0, pairs.ItemCount).ToArray();
        var users = new int[pairs.Count];
        for (var user = 0; user < pairs.UserCount; user++)
        {
            foreach (var item in pairs.ItemsOf(user))
                users[next[item]++] = user;
        }

        return (users, columnStart);
    }
}
