using MetaEmbed.Data;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>What an evaluation does whatever the scores come from: choose the users, rank, gather hits, average.</summary>
internal static class RankingEvaluation
{
    /// <summary>The cut-offs, ascending and distinct.</summary>
    /// <exception cref="UserMistakeException">There is none, or one is not positive.</exception>
    public static int[] Cutoffs(EvaluationOptions options)
    {
        var cutoffs = options.Cutoffs.Distinct().Order().ToArray();
        if (cutoffs.Length == 0 || cutoffs[0] < 1)
            throw new UserMistakeException(cutoffs.Length == 0 ? "there is no cut-off" : $"cut-off {cutoffs[0]} is not positive", "give whole numbers from 1");
        return cutoffs;
    }

    /// <summary>Evaluates.</summary>
    /// <param name="ranking">Makes the ranking for a number of users and a length of lists; called once, or not at all where no user has relevant items.</param>
    /// <param name="cutoffs">Cut-offs, ascending.</param>
    /// <param name="train">The train set: what the lists leave out, and what says which items are popular where nothing else does.</param>
    /// <param name="relevant">Items that count as hits.</param>
    /// <param name="options">The rest.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="popularity">What says which items are popular; null for the train set.</param>
    public static EvaluationResult Run(
        Func<int, int, IRanking> ranking,
        int[] cutoffs,
        Interactions train,
        Interactions relevant,
        EvaluationOptions options,
        Workers workers,
        CancellationToken cancellation,
        Interactions? popularity = null)
    {
        FullRanking.CheckInteractions(relevant, train.UserCount, train.ItemCount, nameof(relevant));
        var all = Enumerable.Range(0, relevant.UserCount).Where(user => relevant.Of(user).Length > 0).ToArray();
        var users = UserSample.Draw(all, options.SampleUsers, options.SampleSeed);
        var length = Math.Min(cutoffs[^1], relevant.ItemCount);
        var hits = HitTable.For(users, relevant, length);
        if (users.Length > 0)
        {
            using var ranker = ranking(users.Length, length);
            ranker.Rank(users, (i, items, _) => hits.Find(i, items, relevant.Of(users[i])), workers, cancellation);
        }

        var head = options.HeadShare > 0 ? ItemHead.Of(popularity ?? train, options.HeadShare) : null;
        return EvaluationResult.WithParts(hits, all.Length, head, relevant, cutoffs, options.PerUser);
    }
}
