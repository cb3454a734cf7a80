using System.Numerics;
using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Partitions a small graph by splitting it in two, and the halves again, until each piece is one part. Where the
/// number of parts is odd, the halves weigh in proportion to the parts they will hold.
/// </summary>
internal sealed class RecursiveBisection
{
    private readonly double _partLimit;
    private readonly int _tries;
    private readonly int[] _part;
    private readonly int[] _local;
    private readonly CancellationToken _cancellation;
    private RandomStream _random;

    private RecursiveBisection(WeightedGraph graph, double partLimit, int tries, RandomStream random, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _partLimit = partLimit;
        _tries = tries;
        _random = random;
        _part = new int[graph.NodeCount];
        _local = new int[graph.NodeCount];
    }

    /// <summary>Partitions a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parts">Number of parts, positive.</param>
    /// <param name="partLimit">The most that a part should weigh; may be exceeded where nodes are heavy.</param>
    /// <param name="tries">Starts of each bisection.</param>
    /// <param name="random">Where the starts are.</param>
    /// <param name="cancellation">Looked at before each bisection.</param>
    public static int[] Partition(WeightedGraph graph, int parts, double partLimit, int tries, ref RandomStream random, CancellationToken cancellation)
    {
        var bisection = new RecursiveBisection(graph, partLimit, tries, random, cancellation);
        var nodes = new int[graph.NodeCount];
        for (var node = 0; node < nodes.Length; node++)
            nodes[node] = node;
        bisection.Split(graph, nodes, 0, parts);
        random = bisection._random;
        return bisection._part;
    }

    private void Split(WeightedGraph graph, int[] nodes, int first, int parts)
    {
        if (parts == 1 || nodes.Length <= parts)
        {
            for (var i = 0; i < nodes.Length; i++)
                _part[nodes[i]] = first + (parts == 1 ? 0 : i);
            return;
        }

        _cancellation.ThrowIfCancellationRequested();
        var left = parts / 2;
        var right = parts - left;

        // The slack of the parts is spent evenly over the splits that are still to come.
        var depth = BitOperations.Log2((uint)parts - 1) + 1;
        var mean = graph.TotalNodeWeight / (double)parts;
        var slack = Math.Max(1, 1 + (_partLimit / mean - 1) / depth);
        long[] limit = [(long)(left * mean * slack), (long)(right * mean * slack)];
        if (limit[0] + limit[1] < graph.TotalNodeWeight + graph.LargestNodeWeight)
        {
            limit[0] = (long)(left * mean) + graph.LargestNodeWeight / 2 + 1;
            limit[1] = (long)(right * mean) + graph.LargestNodeWeight / 2 + 1;
        }

        var side = GreedyGrowing.Bisect(graph, left / (double)parts, limit, _tries, ref _random);
        for (var half = 0; half < 2; half++)
        {
            var (subgraph, subnodes) = Extract(graph, nodes, side, half);
            Split(subgraph, subnodes, half == 0 ? first : first + left, half == 0 ? left : right);
        }
    }

    private (WeightedGraph Graph, int[] Nodes) Extract(WeightedGraph graph, int[] nodes, int[] side, int half)
    {
        var count = 0;
        var edges = 0;
        for (var node = 0; node < side.Length; node++)
        {
            if (side[node] != half)
                continue;
            _local[node] = count++;
            edges += graph.RowStart[node + 1] - graph.RowStart[node];
        }

        var rowStart = new int[count + 1];
        var neighbours = new int[edges];
        var edgeWeights = new int[edges];
        var nodeWeights = new int[count];
        var subnodes = new int[count];
        var used = 0;
        for (var node = 0; node < side.Length; node++)
        {
            if (side[node] != half)
                continue;
            var at = _local[node];
            subnodes[at] = nodes[node];
            nodeWeights[at] = graph.NodeWeights[node];
            for (var e = graph.RowStart[node]; e < graph.RowStart[node + 1]; e++)
            {
                if (side[graph.Neighbours[e]] != half)
                    continue;
                neighbours[used] = _local[graph.Neighbours[e]];
                edgeWeights[used++] = graph.EdgeWeights[e];
            }

            rowStart[at + 1] = used;
        }

        return (new WeightedGraph(rowStart, neighbours.AsSpan(0, used).ToArray(), edgeWeights.AsSpan(0, used).ToArray(), nodeWeights), subnodes);
    }
}
