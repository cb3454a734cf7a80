namespace MetaEmbed.Graphs.Partitioning;

/// <summary>Settings of <see cref="GraphPartitioner"/>; the defaults are those that docs/partitioning.md measures.</summary>
internal sealed record PartitionOptions
{
    /// <summary>How much larger than the mean the largest part may be, as a share of the mean.</summary>
    public double Imbalance { get; init; } = 0.03;

    /// <summary>Sweeps of the annealing over the input graph, at most; time grows with it and the cut falls.</summary>
    public int Sweeps { get; init; } = 150;

    /// <summary>Looks at a neighbour that these sweeps take together, at most: graphs of more than 20 million edges get fewer sweeps.</summary>
    public long MostVisits { get; init; } = 6_000_000_000;

    /// <summary>Sweeps over an input graph of any size, if <see cref="Sweeps"/> does not ask for fewer.</summary>
    public int FewestSweeps { get; init; } = 15;

    /// <summary>Graphs of this many edges skip the levels that hardly have fewer edges than the level before.</summary>
    public int ManyEdges { get; init; } = 5_000_000;

    /// <summary>Annealing sweeps over each coarser graph.</summary>
    public int CoarseSweeps { get; init; } = 5;

    /// <summary>Coarsening stops at this many nodes a part (and at 300 nodes).</summary>
    public int CoarseNodesPerPart { get; init; } = 8;

    /// <summary>Starts of each bisection of the coarsest graph; small graphs get up to 16.</summary>
    public int Tries { get; init; } = 2;
}
