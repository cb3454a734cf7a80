using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Numbers of parts in 16 bits, for sweeps over a graph: they read the part of every neighbour at random, so half the bytes are half
/// the cache lines that must come from afar.
/// </summary>
internal static class NarrowParts
{
    /// <summary>Edges between a fetch and its use.</summary>
    public const int Ahead = 32;

    private const int ManyNodes = 200_000;

    /// <summary>A copy of the part of each node in 16 bits; empty where there are more parts than 16 bits hold.</summary>
    /// <param name="state">The partition.</param>
    public static ushort[] Of(PartLoads state) =>
        state.Weights.Length > ushort.MaxValue + 1 ? [] : Array.ConvertAll(state.Part, part => (ushort)part);

    /// <summary>
    /// Up to which stored edge a sweep fetches the part of the neighbour <see cref="Ahead"/> edges later: to the end of a graph whose
    /// parts a core's caches do not hold, else nowhere.
    /// </summary>
    /// <param name="graph">The graph.</param>
    public static int Reach(WeightedGraph graph) =>
        Sse.IsSupported && graph.NodeCount >= ManyNodes ? Math.Max(graph.Neighbours.Length - Ahead, 0) : 0;

    /// <summary>Writes a copy back.</summary>
    /// <param name="narrow">The copy; if it is empty, nothing is done.</param>
    /// <param name="part">The part of each node.</param>
    public static void Restore(ushort[] narrow, int[] part)
    {
        for (var node = 0; node < narrow.Length; node++)
            part[node] = narrow[node];
    }
}
