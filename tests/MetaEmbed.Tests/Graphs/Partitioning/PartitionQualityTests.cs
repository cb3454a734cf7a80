using MetaEmbed.Graphs.Partitioning;

namespace MetaEmbed.Tests.Graphs.Partitioning;

public sealed class PartitionQualityTests
{
    [Fact]
    public void A_square_cut_in_two_is_counted_right()
    {
        var graph = PartitioningGraphs.Grid(2, 2);
        var quality = PartitionQuality.Measure(graph, [0, 0, 2, 0], 4);
        Assert.Equal(2, quality.EdgeCut);
        Assert.Equal(0.5, quality.CutShare);
        Assert.Equal([3, 0, 1, 0], quality.Sizes);
        Assert.Equal(3.0, quality.LargestOverMean);
        Assert.Equal(2, quality.Empty);
    }

    [Fact]
    public void The_cut_is_the_number_of_pairs_in_different_parts()
    {
        var graph = PartitioningGraphs.PowerLaw(500, 3, seed: 1);
        var part = GraphPartitioner.Partition(graph, 9, seed: 1);
        var cut = 0;
        for (var a = 0; a < 500; a++)
        {
            for (var b = 0; b < a; b++)
                cut += graph.Of(a).BinarySearch(b) >= 0 && part[a] != part[b] ? 1 : 0;
        }

        Assert.Equal(cut, PartitionQuality.Measure(graph, part, 9).EdgeCut);
    }

    [Fact]
    public void Parts_that_do_not_fit_the_graph_are_refused()
    {
        var graph = PartitioningGraphs.Grid(2, 2);
        Assert.Throws<ArgumentException>(() => PartitionQuality.Measure(graph, [0, 0, 0], 2));
        Assert.Throws<ArgumentException>(() => PartitionQuality.Measure(graph, [0, 0, 2, 0], 2));
        Assert.Throws<ArgumentException>(() => PartitionQuality.Measure(graph, [0, 0, -1, 0], 2));
    }
}
