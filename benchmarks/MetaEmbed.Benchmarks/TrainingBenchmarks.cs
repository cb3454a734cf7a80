using MetaEmbed.Data;
using MetaEmbed.Graphs;
using MetaEmbed.Graphs.Partitioning;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Training;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// The hot steps of training on a dataset folder (Gowalla's published settings), medians: partition, an epoch's triples,
/// X0, one propagation, a step, the update of S, H of all entities, the fine start and a fine step; the product beside
/// its plain loop, and as a share of what random reads of rows allow on this machine.
/// </summary>
internal static class TrainingBenchmarks
{
    private const int Repeats = 31;

    /// <summary>Prints a table.</summary>
    /// <param name="folder">Folder with train.txt and test.txt.</param>
    public static void Run(string folder)
    {
        var train = DatasetFolder.Open(folder).Train;
        var graph = Graph.Bipartite(train);
        var options = new CoarseTrainingOptions();
        Console.WriteLine($"{train.UserCount:N0} users, {train.ItemCount:N0} items, {train.Count:N0} interactions; d = {options.Dimension}, c = {options.CoarseCount}; vectors of {MachineLimits.VectorBits} bits");
        int[] parts = [];
        Print("partition into 300 parts", 1, MachineLimits.MedianTimes(3, () => parts = GraphPartitioner.Partition(graph, options.CoarseCount, 1)));
        RandomReadBenchmark.Run(graph.NodeCount, graph.Neighbours.Length);
        foreach (var precision in new[] { RowPrecision.BFloat16, RowPrecision.Float32 })
        {
            foreach (var threads in new[] { 1, 2 })
            {
                Console.WriteLine($"-- rows in {precision}, {threads} threads");
                using var workers = new Workers(threads);
                Coarse(train, graph, parts, options with { Precision = precision }, workers);
                if (precision == RowPrecision.BFloat16)
                    Fine(train, graph, parts, options, workers);
            }
        }
    }

    private static void Coarse(Interactions train, Graph graph, int[] parts, CoarseTrainingOptions options, Workers workers)
    {
        var assignment = AssignmentInitializer.FromPartition(parts, options.CoarseCount, options.CoarsePerEntity, options.AnchorWeight, 1);
        using var model = new CoarseModel(graph, train.UserCount, assignment, options.Dimension, options.Layers, options.Precision, workers);
        model.Initialize(1);
        using var trainer = new StageTrainer(train, model, options, options.L2Factor, workers);
        var sampler = new TripleSampler(train, 1, options.Negatives);
        EpochTriples triples = null!;
        Print("triples of an epoch", 5, MachineLimits.MedianTimes(5, () => triples = sampler.Draw(1, workers)));
        using var batch = new TripleBatch(options.BatchSize);
        var at = 0;
        Print("step, batch 8,192", Repeats, MachineLimits.MedianTimes(Repeats, () =>
        {
            triples.Fill(at++ % 100 * options.BatchSize, batch, train.UserCount);
            trainer.TrainStep(batch, updateAssignment: false);
        }));
        Print("X0 = tanh(S C)", Repeats, MachineLimits.MedianTimes(Repeats, () => model.Propagation.Compose(model.Codebook.Value)));
        var forward = MachineLimits.MedianTimes(Repeats, model.Propagation.Forward);
        Print("forward: 2 propagations, 3 of the meta-embeddings' rows", Repeats, forward);
        Print("  one propagation (half of it)", Repeats, (forward.Wall / 2, forward.Processor / 2));
        using (var places = new BatchRows(graph.NodeCount, batch.All.Length))
        {
            places.Set(batch.All);
            using var gradient = new Matrix(places.Count, model.Propagation.PaddedDimension);
            Print("the batch's entities, sorted", Repeats, MachineLimits.MedianTimes(Repeats, () => places.Set(batch.All)));
            Print($"H of the batch's {places.Count:N0} entities", Repeats, MachineLimits.MedianTimes(Repeats, () => model.Propagation.Finish(places.Rows, gradient)));
            Print("backward", Repeats, MachineLimits.MedianTimes(Repeats, () => model.Propagation.Backward(places, gradient, 0)));
        }

        var rows = trainer.ComputeEntityRows();
        Print("H of all entities, from X0 on", 9, MachineLimits.MedianTimes(9, () => trainer.ComputeEntityRows()));
        using var meta = new Matrix(options.CoarseCount, options.Dimension);
        model.Propagation.FinishMeta(meta);
        Print("update of S with the rebuilt graph", 9, MachineLimits.MedianTimes(9, () => model.UpdateAssignment(rows, meta, workers)));
        if (workers.Count == 1 && options.Precision == RowPrecision.Float32)
            Print("the plain loop of one product, edges only", 3, MachineLimits.MedianTimes(3, () => PlainProduct(graph, rows)));
    }

    private static void Fine(Interactions train, Graph graph, int[] parts, CoarseTrainingOptions coarse, Workers workers)
    {
        var options = new FineTrainingOptions();
        var assignment = AssignmentInitializer.FromPartition(parts, coarse.CoarseCount, coarse.CoarsePerEntity, coarse.AnchorWeight, 1);
        using var codebook = FineCodebookInitializer.FromNormal(coarse.CoarseCount, coarse.Dimension, 3);
        using var start = FineCodebookInitializer.FromNormal(options.FineCount, coarse.Dimension, 4);
        Matrix? fine = null;
        var (picks, weights) = (Array.Empty<int>(), Array.Empty<float>());
        Print("fine start: sparse components, second partition, S2", 3, MachineLimits.MedianTimes(3, () =>
        {
            fine?.Dispose();
            fine = FineCodebookInitializer.FromSparseComponents(codebook, options.FineCount, 1);
            var finer = GraphPartitioner.Partition(graph, options.FineCount, 1);
            (picks, weights) = FineAssignmentInitializer.FromPartition(
                finer, options.FineCount, assignment.Picks, assignment.Weights, coarse.CoarseCount, options.FinePerCoarse);
        }));
        var fineAssignment = new Assignment(options.FineCount, options.FinePerCoarse, picks, weights);
        var settings = new FineModelSettings(coarse.Layers, options.Threshold, options.Gate, false, false, coarse.Precision);
        using var model = new FineModel(graph, train.UserCount, assignment, fineAssignment, codebook, fine!, new float[train.ItemCount], settings, workers);
        using var trainer = new StageTrainer(train, model, options, coarse.L2Factor, workers);
        var triples = new TripleSampler(train, 1, options.Negatives).Draw(1, workers);
        using var batch = new TripleBatch(options.BatchSize);
        var at = 0;
        Print("fine step, batch 32,768", Repeats, MachineLimits.MedianTimes(Repeats, () =>
        {
            triples.Fill(at++ % 50 * options.BatchSize, batch, train.UserCount);
            trainer.TrainStep(batch, updateAssignment: false);
        }));
        var rows = trainer.ComputeEntityRows();
        using var meta = new Matrix(coarse.CoarseCount + options.FineCount, coarse.Dimension);
        model.Propagation.FinishMeta(meta);
        Print("update of S2 with the rebuilt graph", 5, MachineLimits.MedianTimes(5, () => model.UpdateAssignment(rows, meta, workers)));
        fine!.Dispose();
    }

    /// <summary>out_e = sum over neighbours of in_n / sqrt(d_e d_n), as it would be written down first.</summary>
    private static void PlainProduct(Graph graph, Matrix rows)
    {
        using var result = new Matrix(rows.Rows, rows.Columns);
        for (var e = 0; e < graph.NodeCount; e++)
        {
            var target = result.Row(e);
            foreach (var n in graph.Of(e))
            {
                var weight = (float)(1 / Math.Sqrt((double)graph.Degree(e) * graph.Degree(n)));
                var source = rows.Row(n);
                for (var column = 0; column < source.Length; column++)
                    target[column] += weight * source[column];
            }
        }
    }

    private static void Print(string what, int repeats, (double Wall, double Processor) times) =>
        Console.WriteLine($"{what}: {times.Wall * 1e3:F1} ms (processor {times.Processor * 1e3:F1} ms), median of {repeats}");
}
