using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>
/// How time and memory of each step grow with the data: made-up datasets of several sizes (a user for 30 interactions, an item for 60,
/// 64 clusters), from generating to evaluating, with Gowalla's published settings.
/// </summary>
internal static class ScaleBenchmarks
{
    private const int Steps = 20;
    private const int SampledUsers = 10_000;

    /// <summary>Measures, prints and keeps a table and a picture.</summary>
    /// <param name="into">Folder for scale.csv, scale-seconds and scale-bytes; data are made below it and removed.</param>
    /// <param name="sizes">Training interactions, ascending.</param>
    public static void Run(string into, IReadOnlyList<long> sizes)
    {
        Directory.CreateDirectory(into);
        var rows = new List<ScaleRow>();
        Console.WriteLine($"idle process {StepMeter.IdleBytes / 1e6:F0} MB; {Environment.ProcessorCount} threads");
        Console.WriteLine($"{"interactions",13}  {"step",-28}{"seconds",10}{"processor",11}{"ns each",10}{"peak MB",10}{"bytes each",12}{"exponent",10}");
        foreach (var size in sizes)
        {
            var data = Path.Combine(into, $"data-{size}");
            try
            {
                Measure(data, size, new StepMeter(size, row =>
                {
                    Print(row, rows.LastOrDefault(other => other.Step == row.Step));
                    rows.Add(row);
                    ScaleTable.Write(Path.Combine(into, "scale.csv"), rows);
                }));
            }
            finally
            {
                if (Directory.Exists(data))
                    Directory.Delete(data, recursive: true);
            }
        }

        ScalePlot.Save(Path.Combine(into, "scale-seconds"), "seconds", rows, row => row.Seconds);
        ScalePlot.Save(Path.Combine(into, "scale-bytes"), "peak bytes", rows, row => row.PeakBytes);
    }

    private static void Measure(string data, long size, StepMeter meter)
    {
        var shape = new PowerLawOptions
        {
            Users = checked((int)Math.Max(size / 30, 100)),
            Items = checked((int)Math.Max(size / 60, 100)),
            Clusters = 64,
            Seed = 1,
        };
        var options = new CoarseTrainingOptions();
        using var workers = new Workers(0);
        var sized = meter.Run("size", () => PowerLawSize.WithTrainInteractions(shape, size));
        meter.Run("generate", () =>
        {
            SyntheticDataset.WritePowerLaw(data, sized);
            return 0;
        });
        var dataset = meter.Run("read", () => DatasetFolder.Open(data, new DatasetOptions { Cache = DatasetCache.Off }));
        var split = meter.Run("split", () => ValidationSplit.Create(dataset, 1));
        dataset = null;
        var graph = meter.Run("graph", () => Graph.Bipartite(split.Train));
        var parts = meter.Run("partition", () => GraphPartitioner.Partition(graph, options.CoarseCount, 1));
        var assignment = AssignmentInitializer.FromPartition(parts, options.CoarseCount, options.CoarsePerEntity, options.AnchorWeight, 1);
        meter.Run("expanded graph", () =>
        {
            using var expanded = new ExpandedGraph(graph, options.CoarseCount, options.CoarsePerEntity);
            expanded.SetAssignment(assignment);
            return 0;
        });
        Train(split, graph, assignment, options, workers, meter);
    }

    private static void Train(
        DatasetSplit split, Graph graph, Assignment assignment, CoarseTrainingOptions options, Workers workers, StepMeter meter)
    {
        var train = split.Train;
        using var model = new CoarseModel(graph, train.UserCount, assignment, options.Dimension, options.Layers, options.Precision, workers);
        model.Initialize(1);
        using var trainer = new StageTrainer(train, model, options, options.L2Factor, workers);
        using var batch = new TripleBatch(options.BatchSize);
        meter.Run("triples of an epoch", () =>
        {
            new TripleSampler(train, 1, options.Negatives).Draw(0, workers).Fill(0, batch, train.UserCount);
            return 0;
        });
        meter.Run($"{Steps} coarse steps", () =>
        {
            for (var step = 0; step < Steps; step++)
                trainer.TrainStep(batch, updateAssignment: false);
            return 0;
        });
        meter.Run($"evaluate {SampledUsers} users", () => FullRanking.Evaluate(
            trainer.ComputeEntityRows(), train.UserCount, train.ItemCount, trainer.ItemBias, train, split.Validation,
            new EvaluationOptions { SampleUsers = SampledUsers }, workers));
    }

    private static void Print(ScaleRow row, ScaleRow? smaller)
    {
        var exponent = smaller is null ? "" : $"{Math.Log(row.Seconds / smaller.Seconds) / Math.Log((double)row.Interactions / smaller.Interactions):F2}";
        Console.WriteLine(
            $"{row.Interactions,13:N0}  {row.Step,-28}{row.Seconds,10:F3}{row.ProcessorSeconds,11:F3}{row.Seconds / row.Interactions * 1e9,10:F1}"
            + $"{row.PeakBytes / 1e6,10:F0}{(double)row.PeakBytes / row.Interactions,12:F1}{exponent,10}");
    }
}
