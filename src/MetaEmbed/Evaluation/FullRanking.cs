using MetaEmbed.Data;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>
/// Full ranking: the score of every user with every item, <c>score(u, i) = &lt;h_u, h_i&gt; + b_i</c> in 32-bit floats,
/// best first, ties to the smaller item. Items may be excluded user by user (the train items); nothing is sampled. A
/// users x items matrix is never made. Results have the same bits at any number of threads and any vector width.
/// </summary>
public static class FullRanking
{
    /// <summary>Ranks all items for each user with relevant items and averages the metrics over those users.</summary>
    /// <param name="entityRows">(users + items) x d: user u is row u, item i is row users + i.</param>
    /// <param name="userCount">Number of users.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="itemBias">A bias for each item, or empty for none.</param>
    /// <param name="exclude">Items left out of a user's ranking: the train set.</param>
    /// <param name="relevant">Items that count as hits: the validation or test set. One that is excluded too is never hit.</param>
    /// <param name="options">Cut-offs, per-user metrics.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends the evaluation within a few milliseconds.</param>
    /// <exception cref="UserMistakeException">A row or bias is not finite, or a cut-off is not positive.</exception>
    /// <exception cref="ArgumentException">Shapes do not fit together.</exception>
    public static EvaluationResult Evaluate(
        Matrix entityRows,
        int userCount,
        int itemCount,
        ReadOnlySpan<float> itemBias,
        Interactions exclude,
        Interactions relevant,
        EvaluationOptions options,
        Workers workers,
        CancellationToken cancellation = default)
    {
        CheckShapes(entityRows, userCount, itemCount, itemBias, exclude);
        CheckInteractions(relevant, userCount, itemCount, nameof(relevant));
        var cutoffs = options.Cutoffs.Distinct().Order().ToArray();
        if (cutoffs.Length == 0 || cutoffs[0] < 1)
            throw new UserMistakeException(cutoffs.Length == 0 ? "there is no cut-off" : $"cut-off {cutoffs[0]} is not positive", "give whole numbers from 1");
        FiniteRows.Check(entityRows, userCount, itemBias, workers);

        // A user's hits are at most min(n, k): their places are known before the ranking, so tasks share nothing.
        var users = Enumerable.Range(0, userCount).Where(user => relevant.Of(user).Length > 0).ToArray();
        var length = Math.Min(cutoffs[^1], itemCount);
        var relevantCount = new int[users.Length];
        var hitStart = new int[users.Length + 1];
        for (var i = 0; i < users.Length; i++)
        {
            relevantCount[i] = relevant.Of(users[i]).Length;
            hitStart[i + 1] = hitStart[i] + Math.Min(relevantCount[i], length);
        }

        var hitCount = new int[users.Length];
        var hitRanks = new int[hitStart[^1]];
        if (users.Length > 0)
        {
            using var ranking = new BlockRanking(entityRows, userCount, itemBias.ToArray(), exclude, length, options.UserBlock, workers);
            ranking.Rank(
                users,
                (i, items, _) => hitCount[i] = Hits.Find(items, relevant.Of(users[i]), hitRanks.AsSpan(hitStart[i]..hitStart[i + 1])),
                workers,
                cancellation);
        }

        return EvaluationResult.From(users, relevantCount, hitStart, hitCount, hitRanks, cutoffs, options.PerUser);
    }

    /// <summary>The best items of some users.</summary>
    /// <param name="entityRows">(users + items) x d: user u is row u, item i is row users + i.</param>
    /// <param name="userCount">Number of users.</param>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="itemBias">A bias for each item, or empty for none.</param>
    /// <param name="exclude">Items left out of a user's list; null for none.</param>
    /// <param name="users">The users, in any order; null for all.</param>
    /// <param name="k">Length of the lists; a user with fewer items left gets those.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends it within a few milliseconds.</param>
    /// <exception cref="UserMistakeException">A row or bias is not finite, k is not positive, or a user does not exist.</exception>
    /// <exception cref="ArgumentException">Shapes do not fit together.</exception>
    public static RankedLists TopItems(
        Matrix entityRows,
        int userCount,
        int itemCount,
        ReadOnlySpan<float> itemBias,
        Interactions? exclude,
        int[]? users,
        int k,
        Workers workers,
        CancellationToken cancellation = default)
    {
        CheckShapes(entityRows, userCount, itemCount, itemBias, exclude);
        if (k < 1)
            throw new UserMistakeException($"k {k} is not positive", "give a whole number from 1");
        users = users is null ? [.. Enumerable.Range(0, userCount)] : [.. users];
        foreach (var user in users)
        {
            if ((uint)user >= (uint)userCount)
                throw new UserMistakeException($"there is no user {user}", userCount == 0 ? "the dataset has none" : $"give one from 0 to {userCount - 1}");
        }

        FiniteRows.Check(entityRows, userCount, itemBias, workers);
        var lists = new RankedLists(users, Math.Min(k, itemCount));
        if (users.Length == 0 || itemCount == 0)
            return lists;
        using var ranking = new BlockRanking(entityRows, userCount, itemBias.ToArray(), exclude, lists.Length, block: 0, workers);
        ranking.Rank(users, lists.Set, workers, cancellation);
        return lists;
    }

    private static void CheckShapes(Matrix entityRows, int userCount, int itemCount, ReadOnlySpan<float> itemBias, Interactions? exclude)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(userCount);
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        if (entityRows.Rows != (long)userCount + itemCount)
            throw new ArgumentException($"{entityRows.Rows} rows are not those of {userCount} users and {itemCount} items", nameof(entityRows));
        if (itemBias.Length != 0 && itemBias.Length != itemCount)
            throw new ArgumentException($"{itemBias.Length} biases for {itemCount} items", nameof(itemBias));
        if (exclude is not null)
            CheckInteractions(exclude, userCount, itemCount, nameof(exclude));
    }

    private static void CheckInteractions(Interactions interactions, int userCount, int itemCount, string name)
    {
        if (interactions.UserCount != userCount || interactions.ItemCount != itemCount)
            throw new ArgumentException($"interactions of {interactions.UserCount} users and {interactions.ItemCount} items, expected {userCount} and {itemCount}", name);
    }
}
