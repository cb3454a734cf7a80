using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Bisects a graph by growing one side from a random node, always by the node that adds the least cut (greedy graph
/// growing, Karypis and Kumar 1998), several times; each result is refined and the best kept.
/// </summary>
internal static class GreedyGrowing
{
    /// <summary>Splits a graph in two.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="share">The part of the weight that goes to side 0, in (0, 1).</param>
    /// <param name="limit">The most that each side may weigh.</param>
    /// <param name="tries">Number of starts.</param>
    /// <param name="random">Where the starts are.</param>
    /// <returns>The side of each node, 0 or 1.</returns>
    public static int[] Bisect(WeightedGraph graph, double share, ReadOnlySpan<long> limit, int tries, ref RandomStream random)
    {
        var nodes = graph.NodeCount;
        var queue = new NodeQueue(nodes);
        var refinement = new BisectionRefinement(graph);
        var side = new int[nodes];
        int[] best = [];
        var bestCut = long.MaxValue;
        var bestExcess = long.MaxValue;
        var target = (long)(graph.TotalNodeWeight * share);
        for (var attempt = 0; attempt < tries; attempt++)
        {
            Grow(graph, target, queue, side, ref random);
            refinement.Refine(side, limit, 4);
            var cut = graph.Cut(side);
            var weight = WeightOf(graph, side);
            var excess = Math.Max(0, weight - limit[0]) + Math.Max(0, graph.TotalNodeWeight - weight - limit[1]);
            if (excess < bestExcess || (excess == bestExcess && cut < bestCut))
            {
                (best, side) = (side, best.Length == 0 ? new int[nodes] : best);
                bestCut = cut;
                bestExcess = excess;
            }
        }

        return best;
    }

    private static long WeightOf(WeightedGraph graph, int[] side)
    {
        var weight = 0L;
        for (var node = 0; node < side.Length; node++)
            weight += side[node] == 0 ? graph.NodeWeights[node] : 0;
        return weight;
    }

    private static void Grow(WeightedGraph graph, long target, NodeQueue queue, int[] side, ref RandomStream random)
    {
        queue.Clear();
        Array.Fill(side, 1);
        var weight = 0L;
        var order = NodeOrder.Random(graph.NodeCount, ref random);
        var next = 0;
        while (weight < target)
        {
            int node;
            if (queue.Count > 0)
            {
                node = queue.First;
                queue.Remove(node);
            }
            else
            {
                while (next < order.Length && side[order[next]] == 0)
                    next++;
                if (next == order.Length)
                    return;
                node = order[next++];
            }

            // The last node is taken only if that brings the side nearer to its target.
            if (weight > 0 && weight + graph.NodeWeights[node] - target > target - weight)
                return;
            side[node] = 0;
            weight += graph.NodeWeights[node];
            for (var e = graph.RowStart[node]; e < graph.RowStart[node + 1]; e++)
            {
                var other = graph.Neighbours[e];
                if (side[other] == 0)
                    continue;
                if (queue.Contains(other))
                    queue.Change(other, 2 * graph.EdgeWeights[e]);
                else
                    queue.Set(other, 2 * graph.EdgeWeights[e] - WeightedDegree(graph, other));
            }
        }
    }

    private static int WeightedDegree(WeightedGraph graph, int node)
    {
        var sum = 0;
        for (var e = graph.RowStart[node]; e < graph.RowStart[node + 1]; e++)
            sum += graph.EdgeWeights[e];
        return sum;
    }
}
