using MetaEmbed.Reference;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Conformance;

/// <summary>How a <see cref="SoftmaxProblem"/> is cut into blocks, and what its loss has beside the scores.</summary>
internal sealed record SoftmaxShape
{
    public int BlockSize { get; init; } = 5;

    /// <summary>J.</summary>
    public int Shared { get; init; } = 7;

    public double Temperature { get; init; } = 1;

    /// <summary>Whether c is log q of the items' popularity, else 0.</summary>
    public bool Correction { get; init; }

    /// <summary>In units of 1e-4.</summary>
    public double BiasL2Factor { get; init; }

    /// <summary>
    /// The seams: last block shorter, one block, blocks of one, more positives than a block may have; J below, at and
    /// above 16 and 64, no multiple of 6.
    /// </summary>
    public static IReadOnlyList<SoftmaxShape> Cases { get; } =
    [
        new(),
        new() { BlockSize = 13, Shared = 16, Temperature = 0.5, Correction = true, BiasL2Factor = 300 },
        new() { BlockSize = 1, Shared = 1, Correction = true },
        new() { BlockSize = 4, Shared = 65, Temperature = 2, BiasL2Factor = 1000 },
        new() { BlockSize = 6, Shared = 131, Temperature = 0.25 },
        new() { BlockSize = 500, Shared = 64, Correction = true },
    ];
}

/// <summary>
/// Blocks on a <see cref="RandomProblem"/>. Users and items occur more than once; where a block has two negatives, the
/// first is its first positive, the second an item of its first user's.
/// </summary>
internal sealed class SoftmaxProblem
{
    internal SoftmaxProblem(RandomProblem problem, SoftmaxShape shape, int seed)
    {
        var random = new Random(seed);
        Shape = shape;
        Problem = problem;
        // The trainer takes no more positives than there are interactions.
        var size = Math.Min(problem.Shape.BatchSize, problem.ItemsOf.Sum(items => items.Length));
        var block = Math.Min(shape.BlockSize, size);
        var negatives = new int[(size + block - 1) / block][];
        for (var i = 0; i < negatives.Length; i++)
        {
            var items = problem.ItemsOf[problem.BatchUsers[i * block]];
            negatives[i] = [.. Enumerable.Range(0, shape.Shared).Select(_ => random.Next(problem.Items))];
            if (shape.Shared == 1)
                continue;
            negatives[i][0] = problem.BatchPositives[i * block];
            negatives[i][1] = items[^1];
        }

        Batch = new MetaEmbed.Reference.BlockBatch(problem.BatchUsers[..size], problem.BatchPositives[..size], block, negatives);
        var met = problem.ItemsOf.SelectMany(items => items).ToArray();
        Correction = [.. Enumerable.Range(0, problem.Items).Select(item =>
            shape.Correction ? Math.Log(Math.Max(met.Count(other => other == item), 0.5) / met.Length) : 0)];
    }

    internal RandomProblem Problem { get; }

    internal SoftmaxShape Shape { get; }

    /// <summary>The blocks, for the twin.</summary>
    internal MetaEmbed.Reference.BlockBatch Batch { get; }

    /// <summary>c, I long.</summary>
    internal double[] Correction { get; }

    /// <summary>The twin's loss.</summary>
    /// <param name="l2Factor">Of the composed rows.</param>
    internal SampledSoftmaxLoss Loss(double l2Factor) => new(Shape.Temperature, Correction, l2Factor, Shape.BiasL2Factor);

    /// <summary>What the trainer needs to know of the loss.</summary>
    internal T Options<T>(T options)
        where T : StageTrainingOptions => options with
        {
            Loss = RankingLossKind.SampledSoftmax,
            BlockSize = Shape.BlockSize,
            SharedNegatives = Shape.Shared,
            Temperature = Shape.Temperature,
            BiasL2Factor = Shape.BiasL2Factor,
            NegativeSource = NegativeSource.Popularity,
            PopularityCorrection = Shape.Correction,
        };

    /// <summary>The blocks for the trainer.</summary>
    internal MetaEmbed.Training.BlockBatch ToBatch()
    {
        var batch = new MetaEmbed.Training.BlockBatch(Batch.Size, Batch.BlockSize, Shape.Shared);
        Batch.Users.CopyTo(batch.Users);
        for (var i = 0; i < Batch.Size; i++)
            batch.Positives[i] = Problem.Users + Batch.Positives[i];
        var negatives = Batch.Negatives.SelectMany(block => block).ToArray();
        for (var i = 0; i < negatives.Length; i++)
            batch.Negatives[i] = Problem.Users + negatives[i];
        return batch;
    }
}
