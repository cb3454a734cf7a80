using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>A node's connectivity: the weight of its edges into each part.</summary>
internal static class Connectivity
{
    private const int Ahead = 32;
    private const int ManyNodes = 200_000;

    /// <summary>
    /// Up to which stored edge a sweep fetches the part of the neighbour a few edges later: to the end of a graph whose parts a core's
    /// own caches do not hold, else nowhere.
    /// </summary>
    /// <param name="graph">The graph.</param>
    public static int Reach(WeightedGraph graph) =>
        Sse.IsSupported && graph.NodeCount >= ManyNodes ? Math.Max(graph.Neighbours.Length - Ahead, 0) : 0;

    /// <summary>Sums the edges of a node.</summary>
    /// <param name="begin">The node's first stored edge.</param>
    /// <param name="end">Behind its last one.</param>
    /// <param name="reach">See <see cref="Reach"/>.</param>
    /// <param name="adjacent">The neighbour at each stored edge.</param>
    /// <param name="edgeWeight">The weight of each stored edge.</param>
    /// <param name="part">The part of each node.</param>
    /// <param name="sum">Gets the weight into each part met; the others stay as they are, zero.</param>
    /// <param name="touched">
    /// Gets the parts met. It is written before it is known whether a part is new, so it has one place more than there are parts.
    /// </param>
    /// <returns>Number of parts met.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Sum<T>(int begin, int end, int reach, int* adjacent, int* edgeWeight, T* part, int* sum, int* touched)
        where T : unmanaged, IBinaryInteger<T>
    {
        var count = 0;
        for (var e = begin; e < end; e++)
        {
            if (e < reach)
                Sse.Prefetch0(part + adjacent[e + Ahead]);
            var p = int.CreateTruncating(part[adjacent[e]]);
            touched[count] = p;
            count += sum[p] == 0 ? 1 : 0;
            sum[p] += edgeWeight[e];
        }

        return count;
    }
}
