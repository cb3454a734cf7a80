namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// Contracts the clusters of a graph to single nodes: weights of nodes add up, edges inside a cluster vanish and
/// parallel edges are joined to one whose weight is their sum. Keeps its buffers from level to level.
/// </summary>
internal sealed class Contraction
{
    private int[] _neighbours = [];
    private int[] _weights = [];

    /// <summary>Makes the coarse graph.</summary>
    /// <param name="fine">The fine graph.</param>
    /// <param name="cluster">The cluster of each of its nodes, in [0, <paramref name="clusters"/>), none empty.</param>
    /// <param name="clusters">Number of clusters.</param>
    public unsafe WeightedGraph Contract(WeightedGraph fine, int[] cluster, int clusters)
    {
        var members = new int[fine.NodeCount];
        var memberStart = new int[clusters + 1];
        GroupByCluster(cluster, members, memberStart);
        if (_neighbours.Length < fine.Neighbours.Length)
        {
            _neighbours = new int[fine.Neighbours.Length];
            _weights = new int[fine.Neighbours.Length];
        }

        var rowStart = new int[clusters + 1];
        var nodeWeights = new int[clusters];
        var position = new int[clusters];
        Array.Fill(position, -1);
        var used = 0;
        fixed (int* rows = fine.RowStart, adjacent = fine.Neighbours, edgeWeight = fine.EdgeWeights, of = cluster)
        fixed (int* outNeighbour = _neighbours, outWeight = _weights, at = position)
        {
            for (var c = 0; c < clusters; c++)
            {
                // at[other] is where the edge to that cluster stands; it is of this row only if it is >= begin.
                var begin = used;
                for (var m = memberStart[c]; m < memberStart[c + 1]; m++)
                {
                    var node = members[m];
                    nodeWeights[c] += fine.NodeWeights[node];
                    for (int e = rows[node], end = rows[node + 1]; e < end; e++)
                    {
                        var other = of[adjacent[e]];
                        var slot = at[other];
                        if (slot >= begin)
                        {
                            outWeight[slot] += edgeWeight[e];
                        }
                        else if (other != c)
                        {
                            at[other] = used;
                            outNeighbour[used] = other;
                            outWeight[used++] = edgeWeight[e];
                        }
                    }
                }

                rowStart[c + 1] = used;
            }
        }

        return new WeightedGraph(rowStart, _neighbours.AsSpan(0, used).ToArray(), _weights.AsSpan(0, used).ToArray(), nodeWeights);
    }

    /// <summary>Lists the nodes cluster by cluster, ascending within a cluster.</summary>
    /// <param name="cluster">The cluster of each node.</param>
    /// <param name="members">Gets the nodes.</param>
    /// <param name="memberStart">Gets where each cluster starts; clusters + 1 long and zero at entry.</param>
    public static void GroupByCluster(ReadOnlySpan<int> cluster, Span<int> members, Span<int> memberStart)
    {
        foreach (var c in cluster)
            memberStart[c + 1]++;
        for (var c = 1; c < memberStart.Length; c++)
            memberStart[c] += memberStart[c - 1];
        for (var node = cluster.Length - 1; node >= 0; node--)
            members[--memberStart[cluster[node] + 1]] = node;

        // Filled from behind: every start has moved down to the start of its own cluster, one place too far right.
        for (var c = 0; c + 1 < memberStart.Length; c++)
            memberStart[c] = memberStart[c + 1];
        memberStart[^1] = cluster.Length;
    }
}
