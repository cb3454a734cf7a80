namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Numbers of parts in 16 bits, for sweeps over a graph: they read the part of every neighbour at random, so half the bytes are half
/// the cache lines that must come from afar.
/// </summary>
internal static class NarrowParts
{
    /// <summary>A copy of the part of each node in 16 bits; empty where there are more parts than 16 bits hold.</summary>
    /// <param name="state">The partition.</param>
    public static ushort[] Of(PartLoads state) =>
        state.Weights.Length > ushort.MaxValue + 1 ? [] : Array.ConvertAll(state.Part, part => (ushort)part);

    /// <summary>Writes a copy back.</summary>
    /// <param name="narrow">The copy; if it is empty, nothing is done.</param>
    /// <param name="part">The part of each node.</param>
    public static void Restore(ushort[] narrow, int[] part)
    {
        for (var node = 0; node < narrow.Length; node++)
            part[node] = narrow[node];
    }
}
