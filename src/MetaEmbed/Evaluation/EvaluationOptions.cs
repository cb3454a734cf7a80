using MetaEmbed.Numerics;

namespace MetaEmbed.Evaluation;

/// <summary>What an evaluation computes.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The k of every metric @k. Positive; duplicates count once.</summary>
    [Setting("Cut-offs k of the metrics.", Minimum = 1, OfficialFlag = "ks")]
    public int[] Cutoffs { get; init; } = [5, 10, 20, 50];

    /// <summary>Whether the metrics of each user are kept, beside the averages.</summary>
    [Setting("Keep the metrics of each user, beside the averages.")]
    public bool PerUser { get; init; }

    /// <summary>
    /// Share of the items, by train degree, that make the head; metrics of head and tail are computed apart (see
    /// <see cref="ItemHead"/>). 0 for no such parts.
    /// </summary>
    [Setting("Share of the items, those with the most train users, that make the head; head and tail get metrics of their own. 0 for none.", Minimum = 0, Maximum = 1)]
    public double HeadShare { get; init; } = 0.2;

    /// <summary>How many of the users with relevant items are ranked, drawn at random; 0 for all.</summary>
    [Setting("Ranks for this many users with held-out items, drawn at random; 0 for all of them.", Minimum = 0)]
    public int SampleUsers { get; init; }

    /// <summary>Seed of the sample.</summary>
    [Setting("Seed of the sample of users.", Minimum = 0)]
    public long SampleSeed { get; init; } = 2024;

    /// <summary>Users ranked together, a multiple of the tile; 0 chooses. Changes no result; tests make it small.</summary>
    internal int UserBlock { get; init; }

    /// <summary>Whether a bound in 8 bits leaves out scores (<see cref="PrunedRanking"/>); null chooses. Changes no result.</summary>
    internal bool? Prune { get; init; }
}
