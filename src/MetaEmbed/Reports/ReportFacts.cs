using MetaEmbed.Data;
using MetaEmbed.Explanations;
using MetaEmbed.Inference;

namespace MetaEmbed.Reports;

/// <summary>What a report computes of a run's model: one full ranking of its users with held-out items, and what it shows.</summary>
/// <param name="Split">The split that was ranked for: test.</param>
/// <param name="Users">Users ranked for.</param>
/// <param name="UsersInAll">Users with held-out items; more where a sample was taken.</param>
/// <param name="Cutoff">The cut-off that groups and lists are described at.</param>
/// <param name="Metrics">Means over users with intervals, by metric and cut-off.</param>
/// <param name="Activity">By activity of users.</param>
/// <param name="Popularity">By popularity of items.</param>
/// <param name="Lists">What the lists hold together.</param>
/// <param name="Codebook">The meta-embeddings; null in a model without them.</param>
/// <param name="Map">Items in two dimensions.</param>
/// <param name="Samples">Lists of some users.</param>
/// <param name="Size">What the model weighs.</param>
/// <param name="Data">What the dataset looks like.</param>
/// <param name="RankingSeconds">How long the ranking took.</param>
/// <param name="Names">Names of items, for the codebook and the map.</param>
public sealed record ReportFacts(
    string Split,
    int Users,
    int UsersInAll,
    int Cutoff,
    IReadOnlyList<(string Metric, int Cutoff, Interval Value)> Metrics,
    IReadOnlyList<ActivityGroup> Activity,
    IReadOnlyList<PopularityGroup> Popularity,
    ListFacts Lists,
    Codebook? Codebook,
    ItemMap Map,
    IReadOnlyList<SampleList> Samples,
    ModelSize Size,
    DatasetStatistics Data,
    double RankingSeconds,
    EntityNames Names)
{
    /// <summary>Computes them.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="dataFolder">The dataset, where it has moved; null for where it lay at training.</param>
    /// <param name="fields">The catalog; null for none.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="cancellation">Stops the ranking.</param>
    /// <exception cref="UserMistakeException">The run or its data cannot be used.</exception>
    public static ReportFacts Of(string runFolder, string? dataFolder, ItemFields? fields, int threads, CancellationToken cancellation = default)
    {
        using var model = OpenedModel.Open(runFolder, dataFolder, threads);
        var ranked = RankedUsers.Of(model, model.Run.Options.Cutoffs, threads, cancellation);
        var (train, test, cutoff) = (ranked.Split.Train, ranked.Split.Test, ranked.UsualCutoff);
        return new ReportFacts(
            "test",
            ranked.Users.Length,
            ranked.UsersInAll,
            cutoff,
            ranked.Metrics(),
            ActivityGroup.Of(ranked.Users, train, ranked.PerUser.Column("ndcg", cutoff), ranked.PerUser.Column("recall", cutoff)),
            PopularityGroup.Of(ranked.Lists!, cutoff, train, test),
            ListFacts.Of(ranked.Lists!, cutoff, train, test),
            model.Coarse is null ? null : Explanations.Codebook.Of(model, fields),
            ItemMap.Of(model.Rows, train, fields),
            SampleList.Of(model, ranked.Lists!, test),
            ModelSize.Of(model),
            DatasetStatistics.Of(model.Dataset),
            ranked.Seconds,
            model.Names);
    }
}
