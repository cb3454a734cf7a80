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

    /// <summary>Users ranked together, a multiple of the tile; 0 chooses. Changes no result; tests make it small.</summary>
    internal int UserBlock { get; init; }
}
