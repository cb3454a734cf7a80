using MetaEmbed.Data;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Models;
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
    /// <param name="options">Cut-offs, per-user metrics, parts, sample.</param>
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
        var cutoffs = RankingEvaluation.Cutoffs(options);
        FiniteRows.Check(entityRows, userCount, itemBias, workers);
        var bias = itemBias.ToArray();
        return RankingEvaluation.Run(
            (users, length) => Ranking(entityRows, userCount, bias, exclude, users, length, options.UserBlock, options.Prune, workers),
            cutoffs, exclude, relevant, options, workers, cancellation);
    }

    /// <summary>The same for scores that are no inner product: the scorer fills all of a user's scores.</summary>
    /// <param name="scorer">Gives the scores.</param>
    /// <param name="exclude">Items left out of a user's ranking: the train set.</param>
    /// <param name="relevant">Items that count as hits: the validation or test set. One that is excluded too is never hit.</param>
    /// <param name="options">Cut-offs, per-user metrics, parts, sample.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends the evaluation within a block of users.</param>
    /// <exception cref="UserMistakeException">A cut-off is not positive.</exception>
    /// <exception cref="ArgumentException">Shapes do not fit together, or a score is not a number.</exception>
    public static EvaluationResult Evaluate(
        IUserScorer scorer, Interactions exclude, Interactions relevant, EvaluationOptions options, Workers workers, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        CheckInteractions(exclude, scorer.UserCount, scorer.ItemCount, nameof(exclude));
        return RankingEvaluation.Run(
            (_, length) => new ScorerRanking(scorer, exclude, length), RankingEvaluation.Cutoffs(options), exclude, relevant, options, workers, cancellation);
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
        CancellationToken cancellation = default) =>
        TopItems(entityRows, userCount, itemCount, itemBias, exclude, users, k, prune: null, workers, cancellation);

    /// <summary>The same, told whether to prune; null chooses. The lists do not depend on it.</summary>
    internal static RankedLists TopItems(
        Matrix entityRows,
        int userCount,
        int itemCount,
        ReadOnlySpan<float> itemBias,
        Interactions? exclude,
        int[]? users,
        int k,
        bool? prune,
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
        using var ranking = Ranking(entityRows, userCount, itemBias.ToArray(), exclude, users.Length, lists.Length, block: 0, prune, workers);
        ranking.Rank(users, lists.Set, workers, cancellation);
        return lists;
    }

    private static IRanking Ranking(
        Matrix rows, int userCount, float[] bias, Interactions? exclude, int users, int length, int block, bool? prune, Workers workers) =>
        QuantizedPanels.IsSupported && (prune ?? PrunedRanking.Pays(users, rows.Rows - userCount, rows.Columns, length))
            ? new PrunedRanking(rows, userCount, bias, exclude, length, block, workers)
            : new BlockRanking(rows, userCount, bias, exclude, length, block, workers);

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

    internal static void CheckInteractions(Interactions interactions, int userCount, int itemCount, string name)
    {
        if (interactions.UserCount != userCount || interactions.ItemCount != itemCount)
            throw new ArgumentException($"interactions of {interactions.UserCount} users and {interactions.ItemCount} items, expected {userCount} and {itemCount}", name);
    }
}
