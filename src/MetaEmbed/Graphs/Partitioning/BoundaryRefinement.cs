using System.Numerics;
using System.Runtime.CompilerServices;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Greedy k-way refinement: each node in turn moves to the part that most of its edge weight leads into, if that part
/// has room and the cut falls, or stays and the parts become more even. A node's connectivity, the weight of its edges
/// into each part, is summed afresh at each visit; that reads memory in order and costs nothing when nodes move.
/// </summary>
internal sealed class BoundaryRefinement
{
    private readonly int[] _connectivity;
    private readonly int[] _touched;

    /// <summary>Makes buffers.</summary>
    /// <param name="parts">Number of parts.</param>
    public BoundaryRefinement(int parts)
    {
        _connectivity = new int[parts];
        _touched = new int[parts + 1];
    }

    /// <summary>Runs sweeps until one does not lower the cut.</summary>
    /// <param name="state">The partition; changed.</param>
    /// <param name="sweeps">Sweeps at the most.</param>
    public void Refine(PartLoads state, int sweeps)
    {
        var narrow = NarrowParts.Of(state);
        for (var sweep = 0; sweep < sweeps && (narrow.Length > 0 ? Sweep(state, narrow) : Sweep(state, state.Part)) > 0; sweep++)
        {
        }

        NarrowParts.Restore(narrow, state.Part);
    }

    /// <summary>One sweep over all nodes.</summary>
    /// <param name="state">The partition; its weights are changed.</param>
    /// <param name="parts">The part of each node; changed.</param>
    /// <returns>By how much the cut fell.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe long Sweep<T>(PartLoads state, T[] parts)
        where T : unmanaged, IBinaryInteger<T>
    {
        var gained = 0L;
        var graph = state.Graph;
        var nodes = graph.NodeCount;
        var largest = state.Largest;
        var smallest = state.Smallest;
        fixed (int* rows = graph.RowStart, adjacent = graph.Neighbours, edgeWeight = graph.EdgeWeights)
        fixed (T* part = parts)
        fixed (int* weight = graph.NodeWeights, sum = _connectivity, touched = _touched)
        fixed (long* load = state.Weights)
        {
            var reach = Connectivity.Reach(graph);
            for (var node = 0; node < nodes; node++)
            {
                var count = Connectivity.Sum(rows[node], rows[node + 1], reach, adjacent, edgeWeight, part, sum, touched);
                var own = int.CreateTruncating(part[node]);
                var stay = sum[own];
                sum[own] = 0;
                var w = weight[node];
                var room = load[own] - w < smallest ? -1 : largest - w;
                var best = own;
                var most = stay;
                var bestLoad = load[own] - w;
                for (var i = 0; i < count; i++)
                {
                    var p = touched[i];
                    var c = sum[p];
                    sum[p] = 0;
                    if (c >= most && load[p] <= room && (c > most || load[p] < bestLoad) && p != own)
                    {
                        most = c;
                        best = p;
                        bestLoad = load[p];
                    }
                }

                if (best != own)
                {
                    gained += most - stay;
                    load[own] -= w;
                    load[best] += w;
                    part[node] = T.CreateTruncating(best);
                }
            }
        }

        return gained;
    }
}
