using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;

namespace MetaEmbed.Tests.Graphs.Partitioning;

public sealed class GraphPartitionerTests
{
    [Fact]
    public void Planted_clusters_without_edges_between_are_found_exactly()
    {
        var graph = PartitioningGraphs.Planted(nodes: 1200, clusters: 8, inside: 10, acrossShare: 0, seed: 1);
        var part = GraphPartitioner.Partition(graph, 8, seed: 3);
        Assert.Equal(0, PartitionQuality.Measure(graph, part, 8).EdgeCut);
        for (var node = 0; node < part.Length; node++)
            Assert.Equal(part[node % 8], part[node]);
        Assert.Equal(8, part.Take(8).Distinct().Count());
    }

    [Theory]
    [InlineData(3000, 10)]
    [InlineData(6000, 25)]
    public void Planted_clusters_are_found_through_noise(int nodes, int clusters)
    {
        var graph = PartitioningGraphs.Planted(nodes, clusters, inside: 12, acrossShare: 0.2, seed: 2);
        var part = GraphPartitioner.Partition(graph, clusters, seed: 5);
        var planted = new int[nodes];
        for (var node = 0; node < nodes; node++)
            planted[node] = node % clusters;
        var found = PartitionQuality.Measure(graph, part, clusters);
        var truth = PartitionQuality.Measure(graph, planted, clusters);
        Assert.InRange(found.EdgeCut, 0, truth.EdgeCut * 1.01);
        Bounded(found, nodes, clusters);
    }

    [Fact]
    public void A_grid_is_cut_nearly_as_well_as_by_squares()
    {
        // 16 squares of 16 x 16 cut 2 * 3 * 64 = 384 edges.
        var graph = PartitioningGraphs.Grid(64, 64);
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, 16, seed: 1), 16);
        Assert.InRange(quality.EdgeCut, 1, 384 * 1.25);
        Bounded(quality, 64 * 64, 16);
    }

    [Fact]
    public void The_parts_of_a_disconnected_graph_stay_whole()
    {
        // 40 rings of 50 nodes in 10 parts: nothing need be cut.
        var graph = PartitioningGraphs.FromEdges(2000, Enumerable.Range(0, 2000).Select(v => (v, v / 50 * 50 + (v + 1) % 50)));
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, 10, seed: 1), 10);
        Assert.InRange(quality.EdgeCut, 0, 20);
        Bounded(quality, 2000, 10);
    }

    [Theory]
    [InlineData(20000, 7)]
    [InlineData(5000, 300)]
    public void Stars_are_divided_evenly(int nodes, int parts)
    {
        var graph = PartitioningGraphs.Star(nodes);
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, parts, seed: 1), parts);
        Bounded(quality, nodes, parts);

        // Only the leaves of the hub's own part are not cut, and that part is as full as it may be or nearly so.
        Assert.InRange(quality.EdgeCut, nodes - quality.Sizes.Max(), nodes - 0.9 * nodes / parts);
    }

    [Fact]
    public void Isolated_nodes_fill_the_smaller_parts()
    {
        // 4 triangles among 100 nodes.
        var graph = PartitioningGraphs.FromEdges(100, Enumerable.Range(0, 4).SelectMany(t => new[] { (9 * t, 9 * t + 1), (9 * t, 9 * t + 2), (9 * t + 1, 9 * t + 2) }));
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, 10, seed: 1), 10);
        Assert.Equal(0, quality.EdgeCut);
        Assert.All(quality.Sizes, size => Assert.Equal(10, size));
    }

    [Fact]
    public void Only_isolated_nodes_are_spread_evenly()
    {
        var graph = new Graph(new int[24], []);
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, 5, seed: 1), 5);
        Assert.Equal([5, 5, 5, 4, 4], quality.Sizes);
    }

    [Fact]
    public void More_parts_than_nodes_leave_parts_empty()
    {
        var graph = PartitioningGraphs.Grid(3, 3);
        var part = GraphPartitioner.Partition(graph, 20, seed: 1);
        Assert.Equal(9, part.Distinct().Count());
        Assert.All(part, p => Assert.InRange(p, 0, 19));
    }

    [Fact]
    public void One_part_holds_everything() => Assert.All(GraphPartitioner.Partition(PartitioningGraphs.Grid(5, 4), 1, seed: 1), p => Assert.Equal(0, p));

    [Fact]
    public void A_graph_without_nodes_has_no_parts() => Assert.Empty(GraphPartitioner.Partition(new Graph([0], []), 4, seed: 1));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(999)]
    [InlineData(2999)]
    public void No_part_is_too_large_or_empty(int parts)
    {
        var graph = PartitioningGraphs.PowerLaw(3000, 4, seed: 7);
        for (var seed = 0UL; seed < 3; seed++)
        {
            var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, parts, seed, new PartitionOptions { Sweeps = 20 }), parts);
            Bounded(quality, 3000, parts);
            Assert.Equal(0, quality.Empty);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(0.3)]
    public void The_imbalance_asked_for_is_kept(double imbalance)
    {
        var graph = PartitioningGraphs.PowerLaw(3000, 4, seed: 7);
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, 30, 1, new PartitionOptions { Imbalance = imbalance }), 30);
        Bounded(quality, 3000, 30, imbalance);
    }

    [Fact]
    public void The_same_seed_gives_the_same_parts_and_another_one_others()
    {
        var graph = PartitioningGraphs.PowerLaw(4000, 5, seed: 9);
        var first = GraphPartitioner.Partition(graph, 20, seed: 4);
        Assert.Equal(first, GraphPartitioner.Partition(graph, 20, seed: 4));
        Assert.NotEqual(first, GraphPartitioner.Partition(graph, 20, seed: 5));
    }

    [Fact]
    public void Annealing_never_makes_the_cut_larger_than_a_random_partition()
    {
        var graph = PartitioningGraphs.PowerLaw(4000, 5, seed: 9);
        int CutAfter(int sweeps) => PartitionQuality.Measure(
            graph, GraphPartitioner.Partition(graph, 20, 4, new PartitionOptions { Sweeps = sweeps }), 20).EdgeCut;
        var greedy = CutAfter(0);
        Assert.InRange(greedy, 1, graph.EdgeCount * 19 / 20);
        Assert.InRange(CutAfter(200), 1, greedy * 0.97);
    }

    [Fact]
    public void Large_graphs_pass_over_levels_and_are_cut_as_well()
    {
        var graph = PartitioningGraphs.PowerLaw(20_000, 12, seed: 3);
        var all = GraphPartitioner.Partition(graph, 20, 4);
        var fewer = GraphPartitioner.Partition(graph, 20, 4, new PartitionOptions { ManyEdges = graph.EdgeCount });
        Assert.Equal(all, GraphPartitioner.Partition(graph, 20, 4, new PartitionOptions { ManyEdges = graph.EdgeCount + 1 }));
        Assert.NotEqual(all, fewer);
        var quality = PartitionQuality.Measure(graph, fewer, 20);
        Assert.InRange(quality.EdgeCut, 1, PartitionQuality.Measure(graph, all, 20).EdgeCut * 1.02);
        Bounded(quality, 20_000, 20);
        Assert.Equal(0, quality.Empty);
    }

    [Theory]
    [InlineData(7, 3, 7)]
    [InlineData(2, 3, 3)]
    [InlineData(1000, 3, 150)]
    [InlineData(0, 0, 0)]
    public void Large_graphs_get_fewer_sweeps(int affordable, int fewest, int sweeps)
    {
        var graph = PartitioningGraphs.PowerLaw(4000, 5, seed: 9);
        Assert.Equal(
            GraphPartitioner.Partition(graph, 20, 4, new PartitionOptions { Sweeps = sweeps }),
            GraphPartitioner.Partition(graph, 20, 4, new PartitionOptions { MostVisits = 2L * graph.EdgeCount * affordable, FewestSweeps = fewest }));
    }

    [Fact]
    public void Hundreds_of_thousands_of_nodes_are_cut_in_few_places()
    {
        var graph = PartitioningGraphs.Grid(700, 300);
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, 8, 1, new PartitionOptions { Sweeps = 2 }), 8);
        Bounded(quality, 210_000, 8);
        Assert.Equal(0, quality.Empty);
        Assert.InRange(quality.EdgeCut, 1, 4000); // strips of 700 / 8 x 300 cut 2,100
    }

    [Fact]
    public void More_parts_than_sixteen_bits_count_are_refined_too()
    {
        // A ladder, two nodes a part: at best each part keeps the edge between its two.
        const int Nodes = 210_000, Parts = 105_000;
        var graph = PartitioningGraphs.Grid(Nodes / 2, 2);
        var quality = PartitionQuality.Measure(graph, GraphPartitioner.Partition(graph, Parts, 1, new PartitionOptions { Sweeps = 5 }), Parts);
        Bounded(quality, Nodes, Parts);
        Assert.Equal(0, quality.Empty);
        Assert.InRange(quality.EdgeCut, graph.EdgeCount - Parts, graph.EdgeCount - Parts + Parts / 3);
    }

    [Fact]
    public void Cancelling_stops_it()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => GraphPartitioner.Partition(PartitioningGraphs.Grid(50, 50), 4, 1, cancellation: source.Token));
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        var graph = PartitioningGraphs.Grid(3, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphPartitioner.Partition(graph, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphPartitioner.Partition(graph, 2, 1, new PartitionOptions { Imbalance = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphPartitioner.Partition(graph, 2, 1, new PartitionOptions { Tries = 0 }));
    }

    private static void Bounded(PartitionQuality quality, int nodes, int parts, double imbalance = 0.03) =>
        Assert.InRange(quality.Sizes.Max(), 1, Math.Max((nodes + parts - 1) / parts, (int)((1 + imbalance) * nodes / parts)));
}
