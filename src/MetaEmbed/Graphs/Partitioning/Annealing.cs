using System.Numerics;
using System.Runtime.CompilerServices;
using MetaEmbed.Numerics;

namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Refinement that may climb: as <see cref="BoundaryRefinement"/>, but each part is judged by the node's connectivity
/// to it plus a random amount, exponential with mean T, and T falls from sweep to sweep (simulated annealing,
/// Kirkpatrick, Gelatt and Vecchi 1983; the chance of a move that costs g is of the order of exp(-g / T)). T is in
/// units of the square root of the mean weighted degree, the size of a random node's fluctuations.
/// </summary>
internal sealed class Annealing
{
    private const int FractionBits = 8;
    private const int Quantiles = 1024;
    private const double HotShare = 0.27;
    private const double ColdShare = 0.06;
    private static readonly double[] Exponential = ExponentialQuantiles();
    private readonly int[] _connectivity;
    private readonly int[] _touched;
    private readonly long[] _noise = new long[Quantiles];

    /// <summary>Makes buffers.</summary>
    /// <param name="parts">Number of parts.</param>
    public Annealing(int parts)
    {
        _connectivity = new int[parts];
        _touched = new int[parts + 1];
    }

    /// <summary>Runs all sweeps.</summary>
    /// <param name="state">The partition; changed, its cut may rise.</param>
    /// <param name="sweeps">Number of sweeps.</param>
    /// <param name="random">The random amounts.</param>
    /// <param name="cancellation">Looked at between sweeps.</param>
    public void Run(PartLoads state, int sweeps, ref RandomStream random, CancellationToken cancellation)
    {
        var graph = state.Graph;
        var total = 0L;
        foreach (var weight in graph.EdgeWeights)
            total += weight;
        var scale = Math.Sqrt(total / (double)Math.Max(1, graph.NodeCount));
        var narrow = NarrowParts.Of(state);
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            cancellation.ThrowIfCancellationRequested();
            var temperature = scale * (HotShare + (ColdShare - HotShare) * sweep / sweeps);
            for (var i = 0; i < Quantiles; i++)
                _noise[i] = (long)(temperature * Exponential[i] * (1 << FractionBits));
            if (narrow.Length > 0)
                Sweep(state, narrow, random.NextUInt64());
            else
                Sweep(state, state.Part, random.NextUInt64());
        }

        NarrowParts.Restore(narrow, state.Part);
    }

    // -ln(u) at the middles u of equal steps of (0, 1): from one middle to the next the logarithm changes by
    // 2 artanh(1 / (2i)), summed as a series, so that no library logarithm is needed.
    private static double[] ExponentialQuantiles()
    {
        var quantiles = new double[Quantiles];
        quantiles[^1] = TwiceArtanh(1.0 / (4 * Quantiles - 1));
        for (var i = Quantiles - 1; i > 0; i--)
            quantiles[i - 1] = quantiles[i] + TwiceArtanh(1.0 / (2 * i));
        return quantiles;
    }

    private static double TwiceArtanh(double z)
    {
        var sum = 0.0;
        for (var n = 59; n >= 1; n -= 2)
            sum = sum * z * z + 1.0 / n;
        return 2 * z * sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Sweep<T>(PartLoads state, T[] parts, ulong bits)
        where T : unmanaged, IBinaryInteger<T>
    {
        var graph = state.Graph;
        var nodes = graph.NodeCount;
        var largest = state.Largest;
        var smallest = state.Smallest;
        fixed (int* rows = graph.RowStart, adjacent = graph.Neighbours, edgeWeight = graph.EdgeWeights)
        fixed (T* part = parts)
        fixed (int* weight = graph.NodeWeights, sum = _connectivity, touched = _touched)
        fixed (long* load = state.Weights, noise = _noise)
        {
            var reach = Connectivity.Reach(graph);
            for (var node = 0; node < nodes; node++)
            {
                var count = Connectivity.Sum(rows[node], rows[node + 1], reach, adjacent, edgeWeight, part, sum, touched);
                var own = int.CreateTruncating(part[node]);
                var w = weight[node];
                var room = load[own] - w < smallest ? -1 : largest - w;

                // A linear congruential generator (Knuth's MMIX constants); its ten highest bits pick the quantile.
                bits = bits * 6364136223846793005UL + 1442695040888963407UL;
                var best = own;
                var most = ((long)sum[own] << FractionBits) + noise[bits >> 54];
                for (var i = 0; i < count; i++)
                {
                    var p = touched[i];
                    bits = bits * 6364136223846793005UL + 1442695040888963407UL;
                    var score = ((long)sum[p] << FractionBits) + noise[bits >> 54];
                    sum[p] = 0;
                    if (score > most && load[p] <= room)
                    {
                        most = score;
                        best = p;
                    }
                }

                load[own] -= w;
                load[best] += w;
                part[node] = T.CreateTruncating(best);
            }
        }
    }
}
