using MetaEmbed.Graphs;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Graphs.Partitioning;

/// <summary>Graphs for the tests of partitioning.</summary>
internal static class PartitioningGraphs
{
    /// <summary>A graph from pairs; repeated pairs and self loops are dropped.</summary>
    public static Graph FromEdges(int nodes, IEnumerable<(int A, int B)> edges)
    {
        var neighbours = new SortedSet<int>[nodes];
        for (var node = 0; node < nodes; node++)
            neighbours[node] = [];
        foreach (var (a, b) in edges)
        {
            if (a == b)
                continue;
            neighbours[a].Add(b);
            neighbours[b].Add(a);
        }

        var rowStart = new int[nodes + 1];
        for (var node = 0; node < nodes; node++)
            rowStart[node + 1] = rowStart[node] + neighbours[node].Count;
        return new Graph(rowStart, [.. neighbours.SelectMany(row => row)]);
    }

    /// <summary>A graph of clusters: node v belongs to cluster v % clusters.</summary>
    public static Graph Planted(int nodes, int clusters, int inside, double acrossShare, ulong seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var edges = new List<(int, int)>();
        for (var node = 0; node < nodes; node++)
        {
            for (var i = 0; i < inside; i++)
            {
                var other = random.NextDouble() < acrossShare
                    ? random.NextInt32(nodes)
                    : random.NextInt32((nodes - 1 - node % clusters) / clusters + 1) * clusters + node % clusters;
                edges.Add((node, other));
            }
        }

        return FromEdges(nodes, edges);
    }

    /// <summary>
    /// A graph whose degrees follow a power law: each new node ties itself to ends of earlier edges (Barabasi and
    /// Albert 1999).
    /// </summary>
    public static Graph PowerLaw(int nodes, int edgesPerNode, ulong seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var edges = new List<(int A, int B)> { (0, 1) };
        for (var node = 2; node < nodes; node++)
        {
            for (var i = 0; i < edgesPerNode; i++)
            {
                var (a, b) = edges[random.NextInt32(edges.Count)];
                edges.Add((node, random.NextInt32(2) == 0 ? a : b));
            }
        }

        return FromEdges(nodes, edges);
    }

    /// <summary>A rectangle of nodes, each tied to the next in its row and column.</summary>
    public static Graph Grid(int width, int height) => FromEdges(
        width * height,
        Enumerable.Range(0, width * height).SelectMany(node => new[]
        {
            (node, node % width + 1 < width ? node + 1 : node),
            (node, node + width < width * height ? node + width : node),
        }));

    /// <summary>Node 0 in the middle of all others.</summary>
    public static Graph Star(int nodes) => FromEdges(nodes, Enumerable.Range(1, nodes - 1).Select(leaf => (0, leaf)));

    /// <summary>The bipartite train graph of a dataset in the official text format: <c>user item item ...</c>.</summary>
    public static Graph FromTrainFile(string path)
    {
        var edges = new List<(int User, int Item)>();
        foreach (var line in File.ReadLines(path))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var field in fields.Skip(1))
                edges.Add((int.Parse(fields[0]), int.Parse(field)));
        }

        var users = edges.Max(edge => edge.User) + 1;
        var nodes = users + edges.Max(edge => edge.Item) + 1;
        return FromEdges(nodes, edges.Select(edge => (edge.User, users + edge.Item)));
    }
}
