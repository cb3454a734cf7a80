namespace MetaEmbed.Graphs.Partitioning;

/// <summary>Takes what is too much from parts that are too heavy, at the least cost in cut; fills empty parts.</summary>
internal static class Rebalancing
{
    /// <summary>Brings parts under their bound as far as the weights of nodes allow.</summary>
    /// <param name="state">The partition; changed.</param>
    public static void Lighten(PartLoads state)
    {
        var parts = state.Weights.Length;
        if (state.Weights.Max() <= state.Largest)
            return;
        var members = new int[state.Part.Length];
        var start = new int[parts + 1];
        Contraction.GroupByCluster(state.Part, members, start);
        var connectivity = new int[parts];
        var cursor = 0;
        for (var part = 0; part < parts; part++)
        {
            if (state.Weights[part] <= state.Largest)
                continue;
            var nodes = members.AsSpan(start[part], start[part + 1] - start[part]);
            var byCost = new (double Cost, int Node)[nodes.Length];
            for (var i = 0; i < nodes.Length; i++)
                byCost[i] = (BestTarget(state, nodes[i], connectivity).Cost / (double)state.Graph.NodeWeights[nodes[i]], nodes[i]);
            Array.Sort(byCost);
            for (var i = 0; i < byCost.Length && state.Weights[part] > state.Largest; i++)
            {
                var node = byCost[i].Node;
                var target = BestTarget(state, node, connectivity).Part;
                for (var step = 0; target < 0 && step < parts; step++)
                {
                    if (HasRoom(state, cursor, node) && cursor != part)
                        target = cursor;
                    else
                        cursor = (cursor + 1) % parts;
                }

                if (target >= 0)
                    state.Move(node, target);
            }
        }
    }

    /// <summary>Gives each empty part a node of a part that has several, those of few neighbours first.</summary>
    /// <param name="state">The partition; changed.</param>
    /// <param name="order">All nodes, in the order in which they are given away.</param>
    public static void FillEmpty(PartLoads state, ReadOnlySpan<int> order)
    {
        var sizes = new int[state.Weights.Length];
        foreach (var part in state.Part)
            sizes[part]++;
        var next = 0;
        for (var part = 0; part < sizes.Length; part++)
        {
            if (sizes[part] > 0)
                continue;
            while (next < order.Length && sizes[state.Part[order[next]]] < 2)
                next++;
            if (next == order.Length)
                return;
            sizes[state.Part[order[next]]]--;
            sizes[part]++;
            state.Move(order[next++], part);
        }
    }

    private static bool HasRoom(PartLoads state, int part, int node) =>
        state.Weights[part] + state.Graph.NodeWeights[node] <= state.Largest;

    // The neighbouring part with room that the node is tied to most, -1 if none has room; what leaving costs.
    private static (int Part, int Cost) BestTarget(PartLoads state, int node, int[] connectivity)
    {
        var graph = state.Graph;
        var row = graph.Neighbours.AsSpan(graph.RowStart[node], graph.RowStart[node + 1] - graph.RowStart[node]);
        for (var i = 0; i < row.Length; i++)
            connectivity[state.Part[row[i]]] += graph.EdgeWeights[graph.RowStart[node] + i];
        var own = state.Part[node];
        var stay = connectivity[own];
        var best = -1;
        var most = 0;
        foreach (var other in row)
        {
            var part = state.Part[other];
            if (part != own && connectivity[part] > most && HasRoom(state, part, node))
            {
                best = part;
                most = connectivity[part];
            }
        }

        foreach (var other in row)
            connectivity[state.Part[other]] = 0;
        return (best, stay - most);
    }
}
