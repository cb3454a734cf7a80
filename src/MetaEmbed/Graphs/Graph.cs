using MetaEmbed.Data;

namespace MetaEmbed.Graphs;

/// <summary>
/// An undirected graph without weights and without self loops, as lists of neighbours: each edge is stored at both of
/// its ends. The neighbours of a node are distinct and ascending.
/// </summary>
internal sealed class Graph
{
    private readonly int[] _rowStart;
    private readonly int[] _neighbours;

    /// <summary>Takes over the two arrays; they must not be changed afterwards.</summary>
    /// <param name="rowStart">Where each node's neighbours start, nodes + 1 long.</param>
    /// <param name="neighbours">The neighbours, ascending within a node; symmetric.</param>
    public Graph(int[] rowStart, int[] neighbours)
    {
        if (rowStart.Length == 0 || rowStart[0] != 0 || rowStart[^1] != neighbours.Length)
            throw new ArgumentException("row starts must go from 0 to the number of neighbours stored", nameof(rowStart));
        _rowStart = rowStart;
        _neighbours = neighbours;
    }

    /// <summary>Number of nodes.</summary>
    public int NodeCount => _rowStart.Length - 1;

    /// <summary>Number of edges; each is stored twice.</summary>
    public int EdgeCount => _neighbours.Length / 2;

    /// <summary>Where each node's neighbours start in <see cref="Neighbours"/>; nodes + 1 long.</summary>
    public ReadOnlySpan<int> RowStart => _rowStart;

    /// <summary>All neighbours, node after node.</summary>
    public ReadOnlySpan<int> Neighbours => _neighbours;

    /// <summary>The neighbours of one node, ascending.</summary>
    /// <param name="node">The node.</param>
    public ReadOnlySpan<int> Of(int node) => _neighbours.AsSpan(_rowStart[node], _rowStart[node + 1] - _rowStart[node]);

    /// <summary>Number of neighbours of a node.</summary>
    /// <param name="node">The node.</param>
    public int Degree(int node) => _rowStart[node + 1] - _rowStart[node];

    /// <summary>
    /// The bipartite graph of users and items: user u is node u, item i is node users + i, an edge for each interaction.
    /// </summary>
    /// <param name="interactions">The interactions.</param>
    public static Graph Bipartite(Interactions interactions)
    {
        var users = interactions.UserCount;
        var nodes = checked(users + interactions.ItemCount);
        var edges = interactions.Count;
        var rowStart = new int[nodes + 1];
        var neighbours = new int[checked(2 * edges)];
        interactions.RowStart.CopyTo(rowStart);
        foreach (var item in interactions.Items)
            rowStart[users + item + 1]++;
        for (var node = users; node < nodes; node++)
            rowStart[node + 1] += rowStart[node];

        // Users in ascending order, so that an item's neighbours come out ascending.
        var next = rowStart.AsSpan(users, interactions.ItemCount).ToArray();
        for (var user = 0; user < users; user++)
        {
            var at = rowStart[user];
            foreach (var item in interactions.Of(user))
            {
                neighbours[at++] = users + item;
                neighbours[next[item]++] = user;
            }
        }

        return new Graph(rowStart, neighbours);
    }
}
