using System.Text.Json;
using MetaEmbed.Graphs.Partitioning;

namespace MetaEmbed.Tests.Graphs.Partitioning;

public sealed class GowallaPartitionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(300)]
    [InlineData(100)]
    public void The_cut_is_no_worse_than_that_of_metis(int parts)
    {
        var golden = JsonDocument.Parse(File.ReadAllText(Shared.Require("reference/golden/metis_gowalla.json"))).RootElement;
        var metis = golden.GetProperty("results").EnumerateArray()
            .First(result => result.GetProperty("k").GetInt32() == parts && result.GetProperty("opts").GetString() == "default")
            .GetProperty("edgecut").GetInt32();
        var graph = PartitioningGraphs.FromTrainFile(Shared.Require("datasets/gowalla/train.txt"));
        Assert.Equal(golden.GetProperty("edges").GetInt32(), graph.EdgeCount);
        Assert.Equal(golden.GetProperty("n").GetInt32(), graph.NodeCount);

        var clock = new ThreadClock();
        var part = GraphPartitioner.Partition(graph, parts, seed: 2024);
        var seconds = clock.Seconds;
        var quality = PartitionQuality.Measure(graph, part, parts);
        output.WriteLine($"{parts} parts: cut {quality.EdgeCut} (METIS {metis}), largest / mean {quality.LargestOverMean:F4}, {seconds:F2} s of one core");
        Assert.InRange(quality.EdgeCut, 1, metis * 1.02);
        Assert.InRange(quality.LargestOverMean, 1, 1.05);
        Assert.Equal(0, quality.Empty);

        // The aim is 2 s; processors that run tests may be slow.
        Assert.InRange(seconds, 0, 8);
    }
}
