namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// A partition of one level under way: the part of each node, the weight of each part and the bounds it must keep.
/// </summary>
internal sealed class PartLoads
{
    /// <summary>Sums the weights.</summary>
    /// <param name="graph">The graph of the level.</param>
    /// <param name="part">The part of each node; refinement changes it.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="largest">The most that a part may weigh.</param>
    /// <param name="smallest">What a part must keep: no node leaves if less would remain.</param>
    public PartLoads(WeightedGraph graph, int[] part, int parts, long largest, long smallest)
    {
        Graph = graph;
        Part = part;
        Largest = largest;
        Smallest = smallest;
        Weights = new long[parts];
        for (var node = 0; node < part.Length; node++)
            Weights[part[node]] += graph.NodeWeights[node];
    }

    /// <summary>The graph of the level.</summary>
    public WeightedGraph Graph { get; }

    /// <summary>The part of each node.</summary>
    public int[] Part { get; }

    /// <summary>The weight of each part.</summary>
    public long[] Weights { get; }

    /// <summary>The most that a part may weigh.</summary>
    public long Largest { get; }

    /// <summary>What a part must keep.</summary>
    public long Smallest { get; }

    /// <summary>Moves a node, whatever the bounds say.</summary>
    /// <param name="node">The node.</param>
    /// <param name="to">Its new part.</param>
    public void Move(int node, int to)
    {
        Weights[Part[node]] -= Graph.NodeWeights[node];
        Weights[to] += Graph.NodeWeights[node];
        Part[node] = to;
    }
}
