using MetaEmbed.Graphs;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Tests.Golden;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Models;

/// <summary>The fast fine model with its trainer, from given numbers instead of drawn ones.</summary>
internal sealed class FastFine : IDisposable
{
    private readonly int _coarse;
    private readonly int _fine;

    private FastFine(
        MetaEmbed.Data.Interactions train, Assignment assignment, Assignment fineAssignment, Matrix coarse, Matrix fine, float[] itemBias,
        FineModelSettings settings, FineTrainingOptions options, double l2Factor, int threads, int[] users, int[] positives, int[] negatives)
    {
        Workers = new Workers(threads);
        _coarse = coarse.Rows;
        _fine = fine.Rows;
        Model = new FineModel(Graph.Bipartite(train), train.UserCount, assignment, fineAssignment, coarse, fine, itemBias, settings, Workers);
        Trainer = new StageTrainer(train, Model, options with { BatchSize = users.Length, Negatives = 50 }, l2Factor, Workers);
        Batch = new TripleBatch(users.Length) { Count = users.Length };
        users.CopyTo(Batch.Users);
        for (var i = 0; i < users.Length; i++)
        {
            Batch.Positives[i] = train.UserCount + positives[i];
            Batch.Negatives[i] = train.UserCount + negatives[i];
        }
    }

    internal Workers Workers { get; }

    internal FineModel Model { get; }

    internal StageTrainer Trainer { get; }

    internal TripleBatch Batch { get; }

    internal static FastFine Of(RandomProblem problem, RowPrecision precision, int threads, bool trainCoarse = false, FineTrainingOptions? options = null)
    {
        var shape = problem.Shape;
        using var coarse = MatrixOf(problem.Codebook, shape.Coarse, shape.Dimension);
        using var fine = MatrixOf(problem.FineCodebook, shape.Fine, shape.Dimension);
        return new FastFine(
            problem.ToInteractions(),
            new Assignment(shape.Coarse, shape.CoarsePerEntity, [.. problem.Assignment], [.. problem.AssignmentWeights]),
            new Assignment(shape.Fine, shape.FinePerCoarse, [.. problem.FineAssignment], [.. problem.FineAssignmentWeights]),
            coarse,
            fine,
            problem.ItemBias,
            new FineModelSettings(shape.Layers, shape.Threshold, shape.Gate, false, trainCoarse, precision),
            options ?? new FineTrainingOptions { LearningRate = 0 },
            shape.L2Factor,
            threads,
            problem.BatchUsers,
            problem.BatchPositives,
            problem.BatchNegatives);
    }

    internal static FastFine Of(GoldenTrace golden, GoldenBatch batch)
    {
        var meta = golden.Meta;
        var items = GoldenData.ByUser(golden.Data!.Train, meta.Users);
        using var coarse = MatrixOf([.. golden.Params0!.CentroidEmbs.SelectMany(r => r).Select(v => (float)v)], meta.NumClusters, meta.LatentDim);
        using var fine = MatrixOf([.. golden.Params0.FinetuneEmbs!.SelectMany(r => r).Select(v => (float)v)], meta.NumClustersFt, meta.LatentDim);
        return new FastFine(
            RandomProblem.ToInteractions([.. items.Select(list => list.Order().ToArray())], meta.Items),
            SparseOf(golden.S1!, meta.T),
            SparseOf(golden.S2!, meta.TopKFt),
            coarse,
            fine,
            [.. golden.Params0.LinearFc.Skip(meta.Users).Select(v => (float)v)],
            new FineModelSettings(meta.NumLayers, meta.ThresholdFt, meta.Gate, false, false, RowPrecision.Float32),
            new FineTrainingOptions { LearningRate = golden.Train!.AdamLr, GradientClip = meta.MaxGradValue },
            meta.L2PenaltyFactor,
            2,
            batch.Users,
            batch.Pos,
            batch.Neg);
    }

    internal float[] FineGradient() => Unpad(Model.FineCodebook.Gradient.Span, _fine);

    internal float[] CoarseGradient() => Unpad(Model.Codebook.Gradient.Span, _coarse);

    internal float[] FineCodebook() => Unpad(Model.FineCodebook.Value.Span, _fine);

    public void Dispose()
    {
        Trainer.Dispose();
        Batch.Dispose();
        Model.Dispose();
        Workers.Dispose();
    }

    private static Assignment SparseOf(GoldenSparse sparse, int perRow) =>
        new(sparse.Shape[1], perRow, [.. sparse.Col], [.. sparse.Val.Select(v => (float)v)]);

    private static Matrix MatrixOf(float[] values, int rows, int columns)
    {
        var matrix = new Matrix(rows, columns);
        values.CopyTo(matrix.AsSpan());
        return matrix;
    }

    private float[] Unpad(Span<float> padded, int count)
    {
        var rows = new List<float>();
        for (var m = 0; m < count; m++)
            rows.AddRange(padded.Slice(m * Model.Propagation.PaddedDimension, Model.Propagation.Dimension));
        return [.. rows];
    }
}
