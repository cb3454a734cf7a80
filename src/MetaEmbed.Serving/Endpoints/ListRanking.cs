using System.Diagnostics;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Serving.Events;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Requests;
using MetaEmbed.Serving.Watching;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>What a list came of.</summary>
internal static class Basis
{
    /// <summary>The row that the file has of the user, or the user's history in the file.</summary>
    public const string User = "user";

    /// <summary>A row folded in from a history: that of the request, of the file, of the user's events, all of them together.</summary>
    public const string History = "history";

    /// <summary>Nothing is known: what is popular. The fallback.</summary>
    public const string Popular = "popular";
}

/// <summary>Ranks what a query asks for.</summary>
internal sealed class ListRanking(UserEvents events, ServingMetrics metrics)
{
    /// <summary>Adds the user's events to the query's history, and chooses what the list will come of.</summary>
    public string Prepare(ServedModel model, ListQuery query)
    {
        var recommender = model.Recommender;
        if (query.User is { } user)
        {
            query.EventCount = events.AddTo(user, model.Items, query.History);
            if (query.EventCount > 0)
                metrics.Folded(query.EventCount);
        }

        if (query.UnknownItems.Count > 0)
            metrics.Unknown("item", query.UnknownItems.Count);
        if (query.User is not null && query.KnownUser < 0)
            metrics.Unknown("user", 1);
        if (query.History.Count > 0 && recommender.CanFoldIn)
        {
            if (query.KnownUser >= 0)
                query.History.InsertRange(0, recommender.HistoryOf(query.KnownUser)); // the latest stand last
            return Basis.History;
        }

        if (query.KnownUser >= 0 && (HasRows(recommender) || recommender.HistoryOf(query.KnownUser).Length > 0))
        {
            LeaveOutHistory(query);
            return Basis.User;
        }

        LeaveOutHistory(query);
        return Basis.Popular;
    }

    /// <summary>Ranks one prepared query.</summary>
    /// <returns>How many items there are.</returns>
    public int Rank(ServedModel model, ListQuery query, string basis, Span<Recommendation> best)
    {
        using var span = ServingMetrics.Activities.StartActivity("rank");
        var started = Stopwatch.GetTimestamp();
        var recommender = model.Recommender;
        var count = basis switch
        {
            Basis.History => recommender.RecommendFromHistory(query.HistorySpan, best, query.Filter()),
            Basis.User => recommender.Recommend(query.KnownUser, best, query.Filter()),
            _ => recommender.Popular(best, query.Filter()),
        };
        metrics.Ranking(model.Name, basis, Stopwatch.GetElapsedTime(started).TotalSeconds);
        span?.SetTag("metaembed.model", model.Name).SetTag("metaembed.version", model.Version).SetTag("metaembed.basis", basis).SetTag("metaembed.k", best.Length);
        return count;
    }

    /// <summary>Ranks prepared queries together; the lists are those of <see cref="Rank"/>.</summary>
    public Recommendation[][] RankMany(ServedModel model, List<ListQuery> queries, List<string> bases, CancellationToken cancellation)
    {
        using var span = ServingMetrics.Activities.StartActivity("rank batch");
        var started = Stopwatch.GetTimestamp();
        var lists = new Recommendation[queries.Count][];
        var requests = new List<RecommendationRequest>();
        var places = new List<int>();
        for (var i = 0; i < queries.Count; i++)
        {
            metrics.List(model.Name, bases[i]);
            if (bases[i] == Basis.Popular)
            {
                var best = new Recommendation[Math.Min(queries[i].K, model.Recommender.ItemCount)];
                lists[i] = best[..model.Recommender.Popular(best, queries[i].Filter())];
                continue;
            }

            places.Add(i);
            requests.Add(Request(queries[i], bases[i]));
        }

        if (requests.Count > 0)
        {
            var longest = places.Max(place => queries[place].K);
            var ranked = model.Recommender.RecommendMany(requests, longest, threads: 1, cancellation);
            for (var i = 0; i < ranked.Length; i++)
                lists[places[i]] = ranked[i].Length > queries[places[i]].K ? ranked[i][..queries[places[i]].K] : ranked[i];
        }

        metrics.Rankings(model.Name, Stopwatch.GetElapsedTime(started).TotalSeconds);
        span?.SetTag("metaembed.model", model.Name).SetTag("metaembed.version", model.Version).SetTag("metaembed.lists", queries.Count);
        return lists;
    }

    private static RecommendationRequest Request(ListQuery query, string basis) => new()
    {
        User = basis == Basis.User ? query.KnownUser : -1,
        History = basis == Basis.History ? query.History.ToArray() : default,
        Exclude = query.Exclude.ToArray(),
        Allow = query.HasAllow ? query.Allow.ToArray() : (ReadOnlyMemory<int>?)null,
        Accept = query.Accept,
        IncludeHistory = query.IncludeHistory,
    };

    // A history that cannot be folded in is at least not recommended again.
    private static void LeaveOutHistory(ListQuery query)
    {
        if (!query.IncludeHistory)
            query.Exclude.AddRange(query.History);
    }

    private static bool HasRows(Recommender recommender) =>
        recommender.Info.Kind == ModelFileKind.Exact || recommender.Info.Text("users.code").Length > 0;
}
