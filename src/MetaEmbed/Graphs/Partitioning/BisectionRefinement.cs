namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Improves a bisection by the method of Fiduccia and Mattheyses (1982): the best move of either side is made even if
/// it costs, each node moves once a pass, and the pass is rolled back to its best state.
/// </summary>
internal sealed class BisectionRefinement
{
    private readonly WeightedGraph _graph;
    private readonly NodeQueue[] _queue;
    private readonly bool[] _moved;
    private readonly int[] _moves;

    /// <summary>Makes buffers for a graph.</summary>
    /// <param name="graph">The graph.</param>
    public BisectionRefinement(WeightedGraph graph)
    {
        _graph = graph;
        _queue = [new NodeQueue(graph.NodeCount), new NodeQueue(graph.NodeCount)];
        _moved = new bool[graph.NodeCount];
        _moves = new int[graph.NodeCount];
    }

    /// <summary>Runs passes until one does not improve.</summary>
    /// <param name="side">The side of each node, 0 or 1; changed.</param>
    /// <param name="limit">The most that each side may weigh.</param>
    /// <param name="passes">Passes at the most.</param>
    public void Refine(int[] side, ReadOnlySpan<long> limit, int passes)
    {
        var load = new long[2];
        for (var node = 0; node < side.Length; node++)
            load[side[node]] += _graph.NodeWeights[node];
        for (var pass = 0; pass < passes; pass++)
        {
            if (!Pass(side, load, limit))
                return;
        }
    }

    private static long Excess(long[] load, ReadOnlySpan<long> limit) =>
        Math.Max(0, load[0] - limit[0]) + Math.Max(0, load[1] - limit[1]);

    private bool Pass(int[] side, long[] load, ReadOnlySpan<long> limit)
    {
        Fill(side, Excess(load, limit) > 0);
        var patience = Math.Max(100, side.Length / 20);
        var gained = 0L;
        var bestGained = 0L;
        var bestExcess = Excess(load, limit);
        var startExcess = bestExcess;
        var bestCount = 0;
        var count = 0;
        while (count - bestCount < patience)
        {
            var from = Choose(load, limit);
            if (from < 0)
                break;
            var node = _queue[from].First;
            gained += _queue[from].FirstGain;
            _queue[from].Remove(node);
            Move(node, side, load);
            _moves[count++] = node;
            var excess = Excess(load, limit);
            if (excess < bestExcess || (excess == bestExcess && gained > bestGained))
            {
                bestExcess = excess;
                bestGained = gained;
                bestCount = count;
            }
        }

        while (count > bestCount)
        {
            var node = _moves[--count];
            load[side[node]] -= _graph.NodeWeights[node];
            side[node] ^= 1;
            load[side[node]] += _graph.NodeWeights[node];
        }

        return bestGained > 0 || bestExcess < startExcess;
    }

    private void Fill(int[] side, bool all)
    {
        _queue[0].Clear();
        _queue[1].Clear();
        Array.Clear(_moved);
        for (var node = 0; node < side.Length; node++)
        {
            var gain = 0;
            var boundary = all;
            for (var e = _graph.RowStart[node]; e < _graph.RowStart[node + 1]; e++)
            {
                var across = side[_graph.Neighbours[e]] != side[node];
                gain += across ? _graph.EdgeWeights[e] : -_graph.EdgeWeights[e];
                boundary |= across;
            }

            if (boundary)
                _queue[side[node]].Set(node, gain);
        }
    }

    // The side whose first node moves next; -1 for none.
    private int Choose(long[] load, ReadOnlySpan<long> limit)
    {
        for (var from = 0; from < 2; from++)
        {
            if (load[from] > limit[from] && _queue[from].Count > 0)
                return from;
        }

        var best = -1;
        for (var from = 0; from < 2; from++)
        {
            while (_queue[from].Count > 0 && load[from ^ 1] + _graph.NodeWeights[_queue[from].First] > limit[from ^ 1])
                _queue[from].Remove(_queue[from].First);
            if (_queue[from].Count > 0 && (best < 0 || _queue[from].FirstGain > _queue[best].FirstGain))
                best = from;
        }

        return best;
    }

    private void Move(int node, int[] side, long[] load)
    {
        var from = side[node];
        var to = from ^ 1;
        side[node] = to;
        load[from] -= _graph.NodeWeights[node];
        load[to] += _graph.NodeWeights[node];
        _moved[node] = true;
        for (var e = _graph.RowStart[node]; e < _graph.RowStart[node + 1]; e++)
        {
            var other = _graph.Neighbours[e];
            if (_moved[other])
                continue;
            var change = side[other] == to ? -2 * _graph.EdgeWeights[e] : 2 * _graph.EdgeWeights[e];
            var queue = _queue[side[other]];
            if (queue.Contains(other))
                queue.Change(other, change);
            else if (side[other] == from)
                queue.Set(other, GainOf(other, side));
        }
    }

    private int GainOf(int node, int[] side)
    {
        var gain = 0;
        for (var e = _graph.RowStart[node]; e < _graph.RowStart[node + 1]; e++)
            gain += side[_graph.Neighbours[e]] != side[node] ? _graph.EdgeWeights[e] : -_graph.EdgeWeights[e];
        return gain;
    }
}
