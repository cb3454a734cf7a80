namespace MetaEmbed.Graphs.Partitioning;

/// <summary>What a partition is worth.</summary>
/// <param name="EdgeCut">Edges whose ends lie in different parts.</param>
/// <param name="CutShare">The cut as a share of all edges; 0 without edges.</param>
/// <param name="Sizes">Number of nodes of each part.</param>
/// <param name="LargestOverMean">The largest size divided by nodes / parts; 0 without nodes.</param>
/// <param name="Empty">Number of parts without nodes.</param>
internal sealed record PartitionQuality(int EdgeCut, double CutShare, int[] Sizes, double LargestOverMean, int Empty)
{
    /// <summary>Counts everything anew from the graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="part">The part of each node.</param>
    /// <param name="parts">Number of parts.</param>
    /// <exception cref="ArgumentException"><paramref name="part"/> does not give each node a part in [0, parts).</exception>
    public static PartitionQuality Measure(Graph graph, ReadOnlySpan<int> part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        if (part.Length != graph.NodeCount)
            throw new ArgumentException($"{part.Length} parts given for {graph.NodeCount} nodes", nameof(part));
        var sizes = new int[parts];
        foreach (var p in part)
        {
            if ((uint)p >= (uint)parts)
                throw new ArgumentException($"part {p} is not in [0, {parts})", nameof(part));
            sizes[p]++;
        }

        var stored = 0L;
        for (var node = 0; node < part.Length; node++)
        {
            foreach (var other in graph.Of(node))
                stored += part[other] == part[node] ? 0 : 1;
        }

        var cut = (int)(stored / 2);
        return new PartitionQuality(
            cut,
            graph.EdgeCount == 0 ? 0 : cut / (double)graph.EdgeCount,
            sizes,
            part.Length == 0 ? 0 : sizes.Max() / (part.Length / (double)parts),
            sizes.Count(size => size == 0));
    }
}
