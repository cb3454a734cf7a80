using MetaEmbed.Inference;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Requests;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>One list that is wanted: ranked alone where the service has time, else with others of its model.</summary>
internal sealed class ListWork(ListRanking ranking, ServedModel model, ListQuery query, string basis, Recommendation[] best) : QueuedWork
{
    public override object? Key => model;

    /// <summary>How many items the list has.</summary>
    public int Count { get; private set; }

    public override void Do(IReadOnlyList<QueuedWork> together)
    {
        if (together.Count == 1)
        {
            Count = ranking.Rank(model, query, basis, best.AsSpan(0, Length));
            return;
        }

        var works = together.Cast<ListWork>().ToList();
        var lists = ranking.RankMany(model, works.ConvertAll(work => work.Query), works.ConvertAll(work => work.Basis), CancellationToken.None);
        for (var i = 0; i < lists.Length; i++)
            works[i].Take(lists[i]);
    }

    private ListQuery Query => query;

    private string Basis => basis;

    private int Length => Math.Min(query.K, model.Recommender.ItemCount);

    private void Take(Recommendation[] list)
    {
        list.CopyTo(best, 0);
        Count = list.Length;
    }
}
