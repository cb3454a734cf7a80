using MetaEmbed.Numerics;

namespace MetaEmbed.Models.Baselines;

/// <summary>Settings of <see cref="ItemKnn"/>.</summary>
public sealed record ItemKnnOptions
{
    /// <summary>K.</summary>
    [Setting("Number of neighbours of an item.", Minimum = 1, Maximum = 100000)]
    public int Neighbours { get; init; } = 300;

    /// <summary>h.</summary>
    [Setting("Shrinkage: added to the denominator of the cosine, so that similarities of rarely met items fall.", Minimum = 0, Maximum = 1e9)]
    public double Shrinkage { get; init; } = 100;
}
