using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Pairs the nodes of a graph for contraction: each node with the free neighbour that it shares the heaviest edge
/// with, relative to the weights of the two (Karypis and Kumar 1998; the rating is that of Holtgrewe, Sanders and
/// Schulz 2010). Nodes that find no free neighbour, as the leaves of a star, are paired with one that has the same
/// favourite neighbour (two hops away), and nodes without neighbours with each other.
/// </summary>
internal sealed class HeavyEdgeMatching
{
    private const int Free = -1;
    private int[] _mate = [];
    private int[] _waiting = [];

    /// <summary>Finds a matching.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="largest">Pairs may not weigh more than this.</param>
    /// <param name="random">Order of the nodes.</param>
    /// <param name="cluster">Gets the number of each node's pair.</param>
    /// <returns>Number of pairs, single nodes included.</returns>
    public unsafe int Match(WeightedGraph graph, int largest, ref RandomStream random, int[] cluster)
    {
        var nodes = graph.NodeCount;
        if (_mate.Length < nodes)
        {
            _mate = new int[nodes];
            _waiting = new int[nodes];
        }

        Array.Fill(_mate, Free, 0, nodes);
        var order = NodeOrder.ByDegree(graph, ref random);
        fixed (int* rows = graph.RowStart, adjacent = graph.Neighbours, edgeWeight = graph.EdgeWeights)
        fixed (int* weight = graph.NodeWeights, mate = _mate)
        {
            foreach (var node in order)
            {
                if (mate[node] != Free)
                    continue;
                var best = Free;
                var bestRating = 0f;
                var room = largest - weight[node];
                for (int e = rows[node], end = rows[node + 1]; e < end; e++)
                {
                    var other = adjacent[e];
                    if (mate[other] != Free || weight[other] > room)
                        continue;
                    var rating = (float)edgeWeight[e] * edgeWeight[e] / weight[other];
                    if (rating > bestRating)
                    {
                        bestRating = rating;
                        best = other;
                    }
                }

                if (best != Free)
                {
                    mate[node] = best;
                    mate[best] = node;
                }
            }
        }

        MatchAcross(graph, largest, order);
        var clusters = 0;
        for (var node = 0; node < nodes; node++)
            cluster[node] = _mate[node] is var m && m != Free && m < node ? cluster[m] : clusters++;
        return clusters;
    }

    private void MatchAcross(WeightedGraph graph, int largest, int[] order)
    {
        var rows = graph.RowStart;
        var weight = graph.NodeWeights;
        Array.Fill(_waiting, Free, 0, graph.NodeCount);
        var waitingAlone = Free;
        foreach (var node in order)
        {
            if (_mate[node] != Free)
                continue;
            var favourite = Free;
            var heaviest = 0;
            for (var e = rows[node]; e < rows[node + 1]; e++)
            {
                if (graph.EdgeWeights[e] > heaviest)
                {
                    heaviest = graph.EdgeWeights[e];
                    favourite = graph.Neighbours[e];
                }
            }

            ref var waiting = ref favourite == Free ? ref waitingAlone : ref _waiting[favourite];
            if (waiting != Free && weight[waiting] + weight[node] <= largest)
            {
                _mate[node] = waiting;
                _mate[waiting] = node;
                waiting = Free;
            }
            else
            {
                waiting = node;
            }
        }
    }
}
