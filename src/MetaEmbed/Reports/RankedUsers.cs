using System.Diagnostics;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Explanations;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Reports;

/// <summary>One full ranking for the users with test items, at most 50,000 of them (a seeded sample), and each one's metrics.</summary>
internal sealed record RankedUsers(int[] Users, int UsersInAll, int[] Cutoffs, DatasetSplit Split, RankedLists? Lists, UserMetrics PerUser, double Seconds)
{
    private const int MostUsers = 50_000;
    private const int Usual = 20;

    /// <summary>The cut-off that one figure is given at: 20, or the largest below it.</summary>
    public int UsualCutoff => Cutoffs.Where(k => k <= Usual).DefaultIfEmpty(Cutoffs[0]).Max();

    /// <summary>Ranks with a run's model.</summary>
    public static RankedUsers Of(OpenedModel model, IReadOnlyList<int> cutoffs, int threads, CancellationToken cancellation)
    {
        using var workers = new Workers(threads);
        var split = ValidationSplit.Create(model.Dataset, model.Run.Options.SplitSeed);
        var ascending = cutoffs.Distinct().Order().ToArray();
        var (users, all) = Choose(split.Test);
        var watch = Stopwatch.StartNew();
        var lists = FullRanking.TopItems(
            model.Rows, model.UserCount, model.Dataset.ItemCount, model.ItemBias, split.Train, users, ascending[^1], workers, cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        var hits = HitTable.For(users, split.Test, lists.Length);
        for (var i = 0; i < users.Length; i++)
            hits.Find(i, lists.Items(i), split.Test.Of(users[i]));
        return new RankedUsers(users, all, ascending, split, lists, EvaluationResult.From(hits, ascending, perUser: true).PerUser!, seconds);
    }

    /// <summary>Ranks with a baseline.</summary>
    public static RankedUsers Of(IUserScorer scorer, DatasetSplit split, IReadOnlyList<int> cutoffs, int threads, CancellationToken cancellation)
    {
        using var workers = new Workers(threads);
        var ascending = cutoffs.Distinct().Order().ToArray();
        var (users, all) = Choose(split.Test);
        var watch = Stopwatch.StartNew();
        var options = new EvaluationOptions { Cutoffs = ascending, PerUser = true, HeadShare = 0, SampleUsers = MostUsers, SampleSeed = 0 };
        var result = FullRanking.Evaluate(scorer, split.Train, split.Test, options, workers, cancellation);
        return new RankedUsers(users, all, ascending, split, null, result.PerUser!, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Means with intervals, by metric and cut-off.</summary>
    public IReadOnlyList<(string Metric, int Cutoff, Interval Value)> Metrics() =>
        [.. UserMetrics.Names.SelectMany(name => Cutoffs.Select(k => (name, k, Interval.Of(PerUser.Column(name, k)))))];

    private static (int[] Users, int InAll) Choose(Interactions test)
    {
        var all = Enumerable.Range(0, test.UserCount).Where(user => test.Of(user).Length > 0).ToArray();
        return (UserSample.Draw(all, MostUsers, seed: 0), all.Length);
    }
}
