using MetaEmbed.Data;
using MetaEmbed.Evaluation;

namespace MetaEmbed.Reports;

/// <summary>Users of about the same activity.</summary>
/// <param name="Least">Fewest training items of one.</param>
/// <param name="Most">Most training items of one.</param>
/// <param name="Users">How many.</param>
/// <param name="Ndcg">Their NDCG.</param>
/// <param name="Recall">Their recall.</param>
public sealed record ActivityGroup(int Least, int Most, int Users, Interval Ndcg, Interval Recall)
{
    private const int Groups = 5;

    /// <summary>Cuts users into up to five groups of about equal size; users of equal activity stay together.</summary>
    /// <param name="users">The users.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="ndcg">NDCG of each.</param>
    /// <param name="recall">Recall of each.</param>
    internal static IReadOnlyList<ActivityGroup> Of(ReadOnlySpan<int> users, Interactions train, double[] ndcg, double[] recall)
    {
        var places = new int[users.Length];
        var degrees = new int[users.Length];
        for (var i = 0; i < places.Length; i++)
            (places[i], degrees[i]) = (i, train.Of(users[i]).Length);
        Array.Sort((int[])degrees.Clone(), places);
        var groups = new List<ActivityGroup>();
        for (var first = 0; first < places.Length;)
        {
            var end = Math.Max(first + 1, (int)((long)places.Length * (groups.Count + 1) / Groups));
            while (end < places.Length && degrees[places[end]] == degrees[places[end - 1]])
                end++;
            var part = places.AsSpan(first, end - first).ToArray();
            groups.Add(new ActivityGroup(
                degrees[part[0]], degrees[part[^1]], part.Length, Interval.Of(Array.ConvertAll(part, i => ndcg[i])), Interval.Of(Array.ConvertAll(part, i => recall[i]))));
            first = end;
        }

        return groups;
    }
}

/// <summary>Items of about the same popularity, which together have about the same number of training interactions as every other group.</summary>
/// <param name="Items">How many.</param>
/// <param name="Least">Fewest training users of one.</param>
/// <param name="Most">Most training users of one.</param>
/// <param name="Held">Held-out pairs with one of them.</param>
/// <param name="Recall">Share of those pairs whose item is in the user's list.</param>
/// <param name="TrainShare">Share of all training interactions.</param>
/// <param name="ListShare">Share of all places in lists.</param>
public sealed record PopularityGroup(int Items, int Least, int Most, long Held, double Recall, double TrainShare, double ListShare)
{
    private const int Groups = 5;

    /// <summary>Cuts the items into up to five groups, the most popular first; items of equal popularity stay together.</summary>
    /// <param name="lists">The lists.</param>
    /// <param name="length">How much of each list counts.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="relevant">Held-out items.</param>
    internal static IReadOnlyList<PopularityGroup> Of(RankedLists lists, int length, Interactions train, Interactions relevant)
    {
        var degrees = train.CountByItem();
        var (held, hits, places) = (new long[degrees.Length], new long[degrees.Length], new long[degrees.Length]);
        for (var i = 0; i < lists.Users.Length; i++)
        {
            var wanted = relevant.Of(lists.Users[i]);
            foreach (var item in wanted)
                held[item]++;
            foreach (var item in lists.Items(i)[..Math.Min(length, lists.Items(i).Length)])
            {
                places[item]++;
                hits[item] += wanted.BinarySearch(item) >= 0 ? 1 : 0;
            }
        }

        var order = Enumerable.Range(0, degrees.Length).OrderByDescending(item => degrees[item]).ThenBy(item => item).ToArray();
        var groups = new List<PopularityGroup>();
        var (first, met) = (0, 0L);
        while (first < order.Length)
        {
            var (end, own) = (first, 0L);
            while (end < order.Length && (end == first || degrees[order[end]] == degrees[order[end - 1]] || groups.Count == Groups - 1 || met + own < (long)train.Count * (groups.Count + 1) / Groups))
                own += degrees[order[end++]];
            var part = order[first..end];
            var (wanted, found) = (part.Sum(item => held[item]), part.Sum(item => hits[item]));
            groups.Add(new PopularityGroup(
                part.Length, degrees[part[^1]], degrees[part[0]], wanted, wanted == 0 ? 0 : found / (double)wanted,
                own / (double)Math.Max(train.Count, 1), part.Sum(item => places[item]) / (double)Math.Max(places.Sum(), 1)));
            (first, met) = (end, met + own);
        }

        return groups;
    }
}
