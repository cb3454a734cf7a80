using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>Settings of <see cref="GraphPartitioner"/>; the defaults are those that docs/partitioning.md measures.</summary>
internal sealed record PartitionOptions
{
    /// <summary>How much larger than the mean the largest part may be, as a share of the mean.</summary>
    [Setting("How much larger than the mean the largest part may be, as a share of the mean.", Minimum = 0, Maximum = 10)]
    public double Imbalance { get; init; } = 0.03;

    /// <summary>Sweeps of the annealing over the input graph; time grows with it and the cut falls.</summary>
    [Setting("Annealing sweeps over the input graph; more give a smaller cut in more time.", Minimum = 0, Maximum = 100000)]
    public int Sweeps { get; init; } = 150;

    /// <summary>Annealing sweeps over each coarser graph.</summary>
    [Setting("Annealing sweeps over each coarser graph.", Minimum = 0, Maximum = 100000)]
    public int CoarseSweeps { get; init; } = 5;

    /// <summary>Coarsening stops at this many nodes a part (and at 300 nodes).</summary>
    [Setting("Coarsening stops at this many nodes a part.", Minimum = 2, Maximum = 10000)]
    public int CoarseNodesPerPart { get; init; } = 8;

    /// <summary>Starts of each bisection of the coarsest graph; small graphs get up to 16.</summary>
    [Setting("Least number of starts of each bisection of the coarsest graph; small graphs get up to 16.", Minimum = 1, Maximum = 1000)]
    public int Tries { get; init; } = 2;
}
