using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;
using MetaEmbed.Inference.Files;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Benchmarks.Scale;

/// <summary>
/// How time and memory of each step grow with the data: made-up datasets of several sizes (a user for 30 interactions, an item for 60,
/// 64 clusters), from generating to evaluating, part by part with Gowalla's published settings; then the commands as a user
/// gives them, a short training by preset fast and the export of a device file.
/// </summary>
internal static class ScaleBenchmarks
{
    private const int Steps = 20;
    private const int CommandSteps = 5;
    private const int SampledUsers = 10_000;

    /// <summary>
    /// Measures, prints and keeps a table and pictures, beside what the table holds of other sizes: a process a size, as memory
    /// that one gave back may stay with the process.
    /// </summary>
    /// <param name="into">Folder for scale.csv, scale-seconds and scale-bytes; data are made below it and removed.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="size">Training interactions.</param>
    public static void Run(string into, int threads, long size)
    {
        Directory.CreateDirectory(into);
        var table = Path.Combine(into, "scale.csv");
        var rows = ScaleTable.Read(table).Where(row => row.Interactions != size).ToList();
        Console.WriteLine($"idle process {StepMeter.IdleBytes / 1e6:F0} MB; {(threads == 0 ? Environment.ProcessorCount : threads)} threads");
        Console.WriteLine($"{"interactions",13}  {"step",-28}{"seconds",10}{"processor",11}{"ns each",10}{"peak MB",10}{"bytes each",12}{"exponent",10}");
        var data = Path.Combine(into, $"data-{size}");
        try
        {
            var meter = new StepMeter(size, row =>
            {
                Print(row, rows.Where(other => other.Step == row.Step && other.Interactions < size).MaxBy(other => other.Interactions));
                rows.Add(row);
                ScaleTable.Write(table, rows.OrderBy(other => other.Interactions));
            });
            Parts(data, size, meter, threads);
            Commands(data, meter, threads);
        }
        finally
        {
            if (Directory.Exists(data))
                Directory.Delete(data, recursive: true);
        }

        Draw(into);
    }

    /// <summary>Draws the pictures of a table once more.</summary>
    /// <param name="into">Its folder.</param>
    public static void Draw(string into)
    {
        var rows = ScaleTable.Read(Path.Combine(into, "scale.csv"));
        ScalePlot.Save(Path.Combine(into, "scale-seconds"), "processor seconds", rows, row => row.ProcessorSeconds);
        ScalePlot.Save(Path.Combine(into, "scale-bytes"), "peak bytes", rows, row => row.PeakBytes);
    }

    private static void Parts(string data, long size, StepMeter meter, int threads)
    {
        var shape = new PowerLawOptions
        {
            Users = checked((int)Math.Max(size / 30, 100)),
            Items = checked((int)Math.Max(size / 60, 100)),
            Clusters = 64,
            Seed = 1,
        };
        var options = new CoarseTrainingOptions();
        using var workers = new Workers(threads);
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

    private static void Commands(string data, StepMeter meter, int threads)
    {
        var run = Path.Combine(data, "run");
        var options = Presets.Fast.Coarse with
        {
            Initialization = AssignmentInitialization.Random,
            StepsPerEpoch = CommandSteps,
            MaxEpochs = 1,
            EvaluateEvery = 1,
            SampleUsers = SampledUsers,
        };
        meter.Run($"command train: {CommandSteps} steps", () => TrainingRun.Execute(new TrainRequest(data, run, Presets.Fast.Name, options, threads)));
        var export = new ExportRequest(run, Path.Combine(data, "device.metaembed"), ModelFileKind.Device) { Code = "int8", Threads = threads };
        meter.Run("command export", () => ModelExport.Execute(export));
    }

    private static void Print(ScaleRow row, ScaleRow? smaller)
    {
        var exponent = smaller is null ? "" : $"{Math.Log(row.ProcessorSeconds / smaller.ProcessorSeconds) / Math.Log((double)row.Interactions / smaller.Interactions):F2}";
        Console.WriteLine(
            $"{row.Interactions,13:N0}  {row.Step,-28}{row.Seconds,10:F3}{row.ProcessorSeconds,11:F3}{row.ProcessorSeconds / row.Interactions * 1e9,10:F1}"
            + $"{row.PeakBytes / 1e6,10:F0}{(double)row.PeakBytes / row.Interactions,12:F1}{exponent,10}");
    }
}
