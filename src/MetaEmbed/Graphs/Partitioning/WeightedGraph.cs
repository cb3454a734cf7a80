namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// A graph with whole weights on nodes and edges, as the levels of a partitioner need it: each edge is stored at both
/// of its ends, in no particular order, without self loops and without parallel edges.
/// </summary>
internal sealed class WeightedGraph
{
    /// <summary>Takes over the arrays.</summary>
    /// <param name="rowStart">Where each node's neighbours start, nodes + 1 long.</param>
    /// <param name="neighbours">The neighbours, node after node.</param>
    /// <param name="edgeWeights">The weight of each stored edge, positive; symmetric.</param>
    /// <param name="nodeWeights">The weight of each node, positive.</param>
    public WeightedGraph(int[] rowStart, int[] neighbours, int[] edgeWeights, int[] nodeWeights)
    {
        RowStart = rowStart;
        Neighbours = neighbours;
        EdgeWeights = edgeWeights;
        NodeWeights = nodeWeights;
        foreach (var weight in nodeWeights)
        {
            TotalNodeWeight += weight;
            LargestNodeWeight = Math.Max(LargestNodeWeight, weight);
        }
    }

    /// <summary>Where each node's neighbours start, nodes + 1 long.</summary>
    public int[] RowStart { get; }

    /// <summary>The neighbours, node after node.</summary>
    public int[] Neighbours { get; }

    /// <summary>The weight of each stored edge.</summary>
    public int[] EdgeWeights { get; }

    /// <summary>The weight of each node.</summary>
    public int[] NodeWeights { get; }

    /// <summary>Number of nodes.</summary>
    public int NodeCount => RowStart.Length - 1;

    /// <summary>Sum of the weights of all nodes.</summary>
    public long TotalNodeWeight { get; }

    /// <summary>The weight of the heaviest node; 0 without nodes.</summary>
    public int LargestNodeWeight { get; }

    /// <summary>Sum of the weights of the edges between different parts, each edge once.</summary>
    /// <param name="part">The part of each node.</param>
    public long Cut(ReadOnlySpan<int> part)
    {
        var twice = 0L;
        for (var node = 0; node < NodeCount; node++)
        {
            var own = part[node];
            for (var e = RowStart[node]; e < RowStart[node + 1]; e++)
                twice += part[Neighbours[e]] == own ? 0 : EdgeWeights[e];
        }

        return twice / 2;
    }
}
