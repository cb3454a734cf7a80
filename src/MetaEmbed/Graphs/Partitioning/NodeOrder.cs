using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>Orders in which the nodes of a graph are visited.</summary>
internal static class NodeOrder
{
    /// <summary>Shuffles the numbers (Fisher and Yates).</summary>
    /// <param name="numbers">What to shuffle, in place.</param>
    /// <param name="random">The random numbers.</param>
    public static void Shuffle(Span<int> numbers, ref RandomStream random)
    {
        for (var i = numbers.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
        }
    }

    /// <summary>All nodes of a graph, at random.</summary>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="random">The random numbers.</param>
    public static int[] Random(int nodes, ref RandomStream random)
    {
        var order = new int[nodes];
        for (var i = 0; i < nodes; i++)
            order[i] = i;
        Shuffle(order, ref random);
        return order;
    }

    /// <summary>All nodes of a graph, those with few neighbours first, at random among equals (up to a cap of 256).</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="random">The random numbers.</param>
    public static int[] ByDegree(WeightedGraph graph, ref RandomStream random)
    {
        const int Cap = 256;
        var shuffled = Random(graph.NodeCount, ref random);
        var start = new int[Cap + 2];
        foreach (var node in shuffled)
            start[Math.Min(graph.RowStart[node + 1] - graph.RowStart[node], Cap) + 1]++;
        for (var d = 1; d < start.Length; d++)
            start[d] += start[d - 1];
        var order = new int[shuffled.Length];
        foreach (var node in shuffled)
            order[start[Math.Min(graph.RowStart[node + 1] - graph.RowStart[node], Cap)]++] = node;
        return order;
    }
}
