using MetaEmbed.Numerics;

namespace MetaEmbed.Experiments;

/// <summary>How a baseline is evaluated.</summary>
public sealed record BaselineOptions
{
    /// <summary>The k of the metrics.</summary>
    [Setting("Cut-offs k of the metrics.", Minimum = 1)]
    public int[] Cutoffs { get; init; } = [5, 10, 20, 50];

    /// <summary>Seed of the validation split.</summary>
    [Setting("Seed of the validation split.", Minimum = 0)]
    public long SplitSeed { get; init; } = 2024;
}
