using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Divides the nodes of a graph into parts of nearly equal size with few edges between parts, as METIS does: a
/// multilevel k-way method (Karypis and Kumar 1998). Matched nodes are contracted until the graph is small, the small
/// graph is partitioned by recursive bisection, and the parts are carried back level by level and refined at each.
/// </summary>
internal static class GraphPartitioner
{
    private const int FewestCoarseNodes = 300;
    private const double SlowestShrink = 0.95;
    private const int GreedySweeps = 10;
    private const int MostTries = 16;
    private const int EdgesForTries = 2_000_000;

    // On large graphs a level is passed over unless it has this share of the edges of the last one that was kept, at most: refining it
    // costs nearly what refining that one costs, and brings nothing (docs/partitioning.md).
    private const double KeptShare = 0.7;

    /// <summary>
    /// Partitions a graph. One thread, time linear in the edges; the same graph, seed and options give the same parts
    /// on every machine. No part is empty unless there are fewer nodes than parts.
    /// </summary>
    /// <param name="graph">The graph; may be disconnected, nodes may be without neighbours.</param>
    /// <param name="parts">Number of parts, positive; may exceed the number of nodes.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>
    /// The part of each node, 0 .. parts - 1. No part is larger than the larger of (1 + imbalance) nodes / parts,
    /// rounded down, and nodes / parts, rounded up.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="parts"/> or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static int[] Partition(Graph graph, int parts, ulong seed, PartitionOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new PartitionOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        Check(options);
        var nodes = graph.NodeCount;
        var part = new int[nodes];
        if (parts == 1)
            return part;
        if (parts >= nodes)
        {
            for (var node = 0; node < nodes; node++)
                part[node] = node;
            return part;
        }

        var mean = nodes / (double)parts;
        var limit = Math.Max((nodes + parts - 1L) / parts, (long)((1 + options.Imbalance) * mean));
        var (connected, original) = Connected(graph);
        var sizes = new long[parts];
        if (original.Length > 0)
        {
            // Where many nodes are isolated, fewer parts are enough for the rest.
            var used = (int)Math.Clamp(Math.Ceiling(original.Length / mean), 1, parts);
            var result = PartitionConnected(connected, used, limit, options, new RandomStream(seed, RandomPurpose.Partition), cancellation);
            for (var i = 0; i < original.Length; i++)
            {
                part[original[i]] = result[i];
                sizes[result[i]]++;
            }
        }

        SpreadIsolated(graph, part, sizes);
        return part;
    }

    private static void Check(PartitionOptions options)
    {
        if (!(options.Imbalance is >= 0 and <= 10))
            throw new ArgumentOutOfRangeException(nameof(options), options.Imbalance, "the imbalance must be in [0, 10]");
        ArgumentOutOfRangeException.ThrowIfNegative(options.Sweeps);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MostVisits);
        ArgumentOutOfRangeException.ThrowIfNegative(options.FewestSweeps);
        ArgumentOutOfRangeException.ThrowIfNegative(options.ManyEdges);
        ArgumentOutOfRangeException.ThrowIfNegative(options.CoarseSweeps);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CoarseNodesPerPart, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Tries);
    }

    private static int[] PartitionConnected(
        WeightedGraph graph, int parts, long limit, PartitionOptions options, RandomStream random, CancellationToken cancellation)
    {
        if (parts == 1)
            return new int[graph.NodeCount];
        var (levels, coarsest) = Coarsen(graph, parts, options, ref random, cancellation);
        var tries = Math.Max(options.Tries, Math.Min(MostTries, EdgesForTries / Math.Max(1, coarsest.Neighbours.Length)));
        var part = RecursiveBisection.Partition(coarsest, parts, Limit(coarsest, parts, limit), tries, ref random, cancellation);
        var greedy = new BoundaryRefinement(parts);
        var annealing = new Annealing(parts);
        var current = coarsest;
        for (var level = levels.Count; level >= 0; level--)
        {
            if (level < levels.Count)
            {
                current = levels[level].Graph;
                var projected = new int[current.NodeCount];
                for (var node = 0; node < projected.Length; node++)
                    projected[node] = part[levels[level].Cluster[node]];
                part = projected;
            }

            part = RefineLevel(current, part, parts, limit, greedy, annealing, level == 0 ? InputSweeps(graph, options) : options.CoarseSweeps, ref random, cancellation);
        }

        var state = new PartLoads(graph, part, parts, limit, 1);
        Rebalancing.FillEmpty(state, NodeOrder.ByDegree(graph, ref random));
        Rebalancing.Lighten(state);
        return part;
    }

    private static int InputSweeps(WeightedGraph graph, PartitionOptions options) =>
        (int)Math.Min(options.Sweeps, Math.Max(options.MostVisits / Math.Max(graph.Neighbours.Length, 1), options.FewestSweeps));

    // Coarse nodes may be too heavy for the bound of the input graph; it is approached as they are taken apart.
    private static long Limit(WeightedGraph graph, int parts, long limit) =>
        graph.LargestNodeWeight <= 1 ? limit : Math.Max(limit, graph.TotalNodeWeight / parts + graph.LargestNodeWeight);

    private static int[] RefineLevel(
        WeightedGraph graph, int[] part, int parts, long limit, BoundaryRefinement greedy, Annealing annealing, int sweeps,
        ref RandomStream random, CancellationToken cancellation)
    {
        var smallest = Math.Max(1, (long)(0.9 * graph.TotalNodeWeight / parts));
        var largest = Limit(graph, parts, limit);
        var plain = new PartLoads(graph, part, parts, largest, smallest);
        Rebalancing.Lighten(plain);
        greedy.Refine(plain, GreedySweeps);
        if (sweeps == 0)
            return part;
        var annealed = new PartLoads(graph, (int[])part.Clone(), parts, largest, smallest);
        annealing.Run(annealed, sweeps, ref random, cancellation);
        greedy.Refine(annealed, GreedySweeps);
        return graph.Cut(annealed.Part) <= graph.Cut(part) ? annealed.Part : part;
    }

    private static (List<(WeightedGraph Graph, int[] Cluster)> Levels, WeightedGraph Coarsest) Coarsen(
        WeightedGraph graph, int parts, PartitionOptions options, ref RandomStream random, CancellationToken cancellation)
    {
        var enough = (int)Math.Min(int.MaxValue, Math.Max((long)options.CoarseNodesPerPart * parts, FewestCoarseNodes));
        var levels = new List<(WeightedGraph Graph, int[] Cluster)>();
        var matching = new HeavyEdgeMatching();
        var contraction = new Contraction();
        var heaviest = (int)Math.Max(2, 1.5 * graph.TotalNodeWeight / enough);
        var share = graph.Neighbours.Length / 2 < options.ManyEdges ? 1 : KeptShare;
        var most = share * graph.Neighbours.Length;
        while (graph.NodeCount > enough)
        {
            cancellation.ThrowIfCancellationRequested();
            var cluster = new int[graph.NodeCount];
            var count = matching.Match(graph, heaviest, ref random, cluster);
            if (count > SlowestShrink * graph.NodeCount)
                break;
            if (levels.Count == 0 || graph.Neighbours.Length <= most)
            {
                levels.Add((graph, cluster));
                most = share * graph.Neighbours.Length;
            }
            else
            {
                var kept = levels[^1].Cluster; // leads past this level from now on
                for (var node = 0; node < kept.Length; node++)
                    kept[node] = cluster[kept[node]];
            }

            graph = contraction.Contract(graph, cluster, count);
        }

        return (levels, graph);
    }

    private static (WeightedGraph Graph, int[] Original) Connected(Graph graph)
    {
        var number = new int[graph.NodeCount];
        var count = 0;
        for (var node = 0; node < number.Length; node++)
            number[node] = graph.Degree(node) > 0 ? count++ : -1;
        var original = new int[count];
        var rowStart = new int[count + 1];
        for (var node = 0; node < number.Length; node++)
        {
            if (number[node] < 0)
                continue;
            original[number[node]] = node;
            rowStart[number[node] + 1] = graph.RowStart[node + 1];
        }

        var neighbours = new int[graph.Neighbours.Length];
        for (var e = 0; e < neighbours.Length; e++)
            neighbours[e] = number[graph.Neighbours[e]];
        var edgeWeights = new int[neighbours.Length];
        Array.Fill(edgeWeights, 1);
        var nodeWeights = new int[count];
        Array.Fill(nodeWeights, 1);
        return (new WeightedGraph(rowStart, neighbours, edgeWeights, nodeWeights), original);
    }

    // Nodes without neighbours cost nothing anywhere: each goes to the smallest part.
    private static void SpreadIsolated(Graph graph, int[] part, long[] sizes)
    {
        NodeQueue? queue = null;
        for (var node = 0; node < part.Length; node++)
        {
            if (graph.Degree(node) > 0)
                continue;
            if (queue is null)
            {
                queue = new NodeQueue(sizes.Length);
                for (var p = 0; p < sizes.Length; p++)
                    queue.Set(p, -(int)sizes[p]);
            }

            part[node] = queue.First;
            queue.Set(part[node], queue.FirstGain - 1);
        }
    }
}
