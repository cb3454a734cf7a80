using MetaEmbed.Data;

namespace MetaEmbed.Evaluation;

/// <summary>Metrics of a full ranking, averaged over the users with at least one relevant item; all 0 if there is none.</summary>
public sealed class EvaluationResult
{
    internal static readonly (string Name, RankingMetric Of)[] Metrics =
    [
        ("recall", Evaluation.Recall.Of),
        ("ndcg", Evaluation.Ndcg.Of),
        ("precision", Evaluation.Precision.Of),
        ("hit-rate", Evaluation.HitRate.Of),
        ("mrr", ReciprocalRank.Of),
        ("map", AveragePrecision.Of),
    ];

    private readonly Dictionary<int, double>[] _averages;

    private EvaluationResult(int users, int[] cutoffs, Dictionary<int, double>[] averages, UserMetrics? perUser)
    {
        Users = users;
        Cutoffs = cutoffs;
        _averages = averages;
        PerUser = perUser;
    }

    internal delegate double RankingMetric(ReadOnlySpan<int> hitRanks, int relevant, int cutoff);

    /// <summary>Users averaged over.</summary>
    public int Users { get; }

    /// <summary>The cut-offs k, ascending and distinct.</summary>
    public IReadOnlyList<int> Cutoffs { get; }

    /// <summary>Mean <see cref="Evaluation.Recall"/> by cut-off.</summary>
    public IReadOnlyDictionary<int, double> Recall => _averages[0];

    /// <summary>Mean <see cref="Evaluation.Ndcg"/> by cut-off.</summary>
    public IReadOnlyDictionary<int, double> Ndcg => _averages[1];

    /// <summary>Mean <see cref="Evaluation.Precision"/> by cut-off.</summary>
    public IReadOnlyDictionary<int, double> Precision => _averages[2];

    /// <summary>Mean <see cref="Evaluation.HitRate"/> by cut-off.</summary>
    public IReadOnlyDictionary<int, double> HitRate => _averages[3];

    /// <summary>Mean <see cref="ReciprocalRank"/> by cut-off.</summary>
    public IReadOnlyDictionary<int, double> Mrr => _averages[4];

    /// <summary>Mean <see cref="AveragePrecision"/> by cut-off.</summary>
    public IReadOnlyDictionary<int, double> Map => _averages[5];

    /// <summary>Users with relevant items; more than <see cref="Users"/> where a sample of them was evaluated.</summary>
    public int UsersInAll { get; private init; }

    /// <summary>
    /// The same lists, with the relevant items of the head only: those of <see cref="ItemHead"/>. Averaged over the users
    /// who have one; n is the number of theirs. Null where <see cref="EvaluationOptions.HeadShare"/> is 0.
    /// </summary>
    public EvaluationResult? Head { get; private init; }

    /// <summary>The same for the tail, all items outside the head.</summary>
    public EvaluationResult? Tail { get; private init; }

    /// <summary>The metrics of each user, if <see cref="EvaluationOptions.PerUser"/> asked for them.</summary>
    public UserMetrics? PerUser { get; }

    /// <summary>Metrics from hits. Sums run over users in the order given, so they are the same at any number of threads.</summary>
    /// <param name="hits">The hits.</param>
    /// <param name="cutoffs">Cut-offs, ascending.</param>
    /// <param name="perUser">Whether to keep each user's metrics.</param>
    internal static EvaluationResult From(HitTable hits, int[] cutoffs, bool perUser)
    {
        var users = hits.Users;
        var table = perUser ? new UserMetrics(users, hits.Relevant, cutoffs) : null;
        var averages = new Dictionary<int, double>[Metrics.Length];
        for (var metric = 0; metric < Metrics.Length; metric++)
        {
            var of = Metrics[metric].Of;
            averages[metric] = [];
            for (var c = 0; c < cutoffs.Length; c++)
            {
                var sum = 0.0;
                for (var i = 0; i < users.Length; i++)
                {
                    var value = of(hits.Ranks(i), hits.Relevant[i], cutoffs[c]);
                    sum += value;
                    table?.Set(i, metric, c, value);
                }

                averages[metric].Add(cutoffs[c], users.Length == 0 ? 0 : sum / users.Length);
            }
        }

        return new EvaluationResult(users.Length, cutoffs, averages, table) { UsersInAll = users.Length };
    }

    /// <summary>Metrics of all relevant items, and of head and tail where there are such parts.</summary>
    /// <param name="hits">The hits.</param>
    /// <param name="usersInAll">Users with relevant items, sampled or not.</param>
    /// <param name="head">Which items are in the head; null for no parts.</param>
    /// <param name="relevant">Relevant items.</param>
    /// <param name="cutoffs">Cut-offs, ascending.</param>
    /// <param name="perUser">Whether to keep each user's metrics.</param>
    internal static EvaluationResult WithParts(HitTable hits, int usersInAll, bool[]? head, Interactions relevant, int[] cutoffs, bool perUser)
    {
        var whole = From(hits, cutoffs, perUser);
        return new EvaluationResult(whole.Users, cutoffs, whole._averages, whole.PerUser)
        {
            UsersInAll = usersInAll,
            Head = head is null ? null : From(hits.Part(head, true, relevant), cutoffs, perUser: false),
            Tail = head is null ? null : From(hits.Part(head, false, relevant), cutoffs, perUser: false),
        };
    }
}
