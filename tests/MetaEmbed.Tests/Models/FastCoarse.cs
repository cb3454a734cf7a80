using MetaEmbed.Data;
using MetaEmbed.Graphs;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Models;

/// <summary>The fast coarse model with its trainer, from given numbers instead of drawn ones.</summary>
internal sealed class FastCoarse : IDisposable
{
    internal FastCoarse(RandomProblem problem, RowPrecision precision, int threads, CoarseTrainingOptions? options = null)
        : this(
            problem.ToInteractions(),
            new Assignment(problem.Shape.Coarse, problem.Shape.CoarsePerEntity, [.. problem.Assignment], [.. problem.AssignmentWeights]),
            problem.Codebook,
            problem.ItemBias,
            (problem.BatchUsers, problem.BatchPositives, problem.BatchNegatives),
            (options ?? new CoarseTrainingOptions { L2Factor = problem.Shape.L2Factor, LearningRate = 0 })
                with
            { Dimension = problem.Shape.Dimension, Layers = problem.Shape.Layers, Precision = precision },
            threads)
    {
    }

    /// <param name="train">Train interactions.</param>
    /// <param name="assignment">S.</param>
    /// <param name="codebook">C, c x d, row after row.</param>
    /// <param name="itemBias">I long.</param>
    /// <param name="triples">A batch; items are counted from 0.</param>
    /// <param name="options">d, L, precision, and what the steps need.</param>
    /// <param name="threads">Threads.</param>
    internal FastCoarse(
        Interactions train,
        Assignment assignment,
        ReadOnlySpan<float> codebook,
        ReadOnlySpan<float> itemBias,
        (int[] Users, int[] Positives, int[] Negatives) triples,
        CoarseTrainingOptions options,
        int threads)
    {
        Workers = new Workers(threads);
        Model = new CoarseModel(Graph.Bipartite(train), train.UserCount, assignment, options.Dimension, options.Layers, options.Precision, Workers);
        for (var k = 0; k < assignment.Columns; k++)
            codebook.Slice(k * options.Dimension, options.Dimension).CopyTo(Model.CodebookRow(k));
        itemBias.CopyTo(Model.ItemBias.Value.Span);

        // The trainer clamps a batch to what an epoch can hold: so many negatives a train item are plenty here.
        var size = triples.Users.Length;
        Trainer = new StageTrainer(train, Model, options with { BatchSize = size, Negatives = 50 }, options.L2Factor, Workers);
        Batch = new TripleBatch(size) { Count = size };
        triples.Users.CopyTo(Batch.Users);
        for (var i = 0; i < size; i++)
        {
            Batch.Positives[i] = train.UserCount + triples.Positives[i];
            Batch.Negatives[i] = train.UserCount + triples.Negatives[i];
        }
    }

    internal Workers Workers { get; }

    internal CoarseModel Model { get; }

    internal StageTrainer Trainer { get; }

    internal TripleBatch Batch { get; }

    /// <summary>H of the entities with the parameters as they are; valid until the next call.</summary>
    internal Matrix EntityRows() => Trainer.ComputeEntityRows();

    /// <summary>H of the meta-embeddings after <see cref="EntityRows"/>.</summary>
    internal Matrix MetaRows()
    {
        var rows = new Matrix(Model.CoarseCount, Model.Dimension);
        Model.Propagation.FinishMeta(rows);
        return rows;
    }

    /// <summary>The update of S by the H of now; the model keeps the old one.</summary>
    internal Assignment UpdateOfAssignment()
    {
        var rows = EntityRows();
        using var meta = MetaRows();
        return AssignmentUpdate.PseudoInverseUpdate(rows, meta, Model.Assignment.PerRow, Workers);
    }

    internal float[] Codebook() => Unpad(Model.Codebook.Value.Span);

    internal float[] CodebookGradient() => Unpad(Model.Codebook.Gradient.Span);

    internal float[] ItemBias() => Model.ItemBias.Value.Span[..Model.ItemCount].ToArray();

    internal float[] ItemBiasGradient() => Model.ItemBias.Gradient.Span[..Model.ItemCount].ToArray();

    public void Dispose()
    {
        Trainer.Dispose();
        Batch.Dispose();
        Model.Dispose();
        Workers.Dispose();
    }

    private float[] Unpad(Span<float> padded)
    {
        var rows = new List<float>();
        for (var k = 0; k < Model.CoarseCount; k++)
            rows.AddRange(padded.Slice(k * Model.Propagation.PaddedDimension, Model.Dimension));
        return [.. rows];
    }
}
