using System.Diagnostics;
using MetaEmbed.Data;
using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;

namespace MetaEmbed.Benchmarks;

/// <summary>What levels and sweeps of the partitioner are worth on a dataset: cut edges and processor time, a line for each setting.</summary>
internal static class PartitionBenchmarks
{
    private const int AllLevels = int.MaxValue;

    /// <summary>Prints a table.</summary>
    /// <param name="folder">Folder of the dataset.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="sweeps">Annealing sweeps over the input graph to try; none for the defaults alone.</param>
    public static void Run(string folder, int parts, int[] sweeps)
    {
        var dataset = DatasetFolder.Open(folder, new DatasetOptions { Cache = DatasetCache.Off });
        var graph = Graph.Bipartite(ValidationSplit.Create(dataset, 1).Train);
        Console.WriteLine($"{graph.NodeCount:N0} nodes, {graph.EdgeCount:N0} edges, {parts} parts");
        Console.WriteLine("| levels | sweeps | cut edges | share | largest / mean | processor s |\n|---|---|---|---|---|---|");
        Measure(graph, parts, "default", "default", new PartitionOptions());
        foreach (var count in sweeps)
        {
            var options = new PartitionOptions { Sweeps = count, FewestSweeps = count };
            Measure(graph, parts, "all", $"{count}", options with { ManyEdges = AllLevels });
            Measure(graph, parts, "fewer", $"{count}", options with { ManyEdges = 0 });
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"peak of the process: {process.PeakWorkingSet64 / 1e6:N0} MB");
    }

    private static void Measure(Graph graph, int parts, string levels, string sweeps, PartitionOptions options)
    {
        var before = Environment.CpuUsage.TotalTime;
        var part = GraphPartitioner.Partition(graph, parts, 1, options);
        var took = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        var quality = PartitionQuality.Measure(graph, part, parts);
        Console.WriteLine($"| {levels} | {sweeps} | {quality.EdgeCut:N0} | {100 * quality.CutShare:F2} % | {quality.LargestOverMean:F3} | {took:F1} |");
    }
}
