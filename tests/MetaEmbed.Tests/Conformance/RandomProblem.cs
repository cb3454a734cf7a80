using MetaEmbed.Data;
using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Conformance;

/// <summary>
/// A small problem with everything that the coarse and the fine stage need, in plain arrays of 32-bit floats, so that
/// the fast code and the twin start from the very same numbers. The same seed and shape make the same problem.
/// </summary>
internal sealed class RandomProblem
{
    private RandomProblem(int seed, ProblemShape shape)
    {
        var random = new Random(seed);
        Shape = shape;
        ItemsOf = [.. Enumerable.Range(0, shape.Users).Select(user => ItemsOfUser(random, shape, user))];
        Assignment = Picks(random, Entities, shape.Coarse - shape.EmptyCoarse, shape.CoarsePerEntity);
        AssignmentWeights = Weights(random, Assignment.Length);
        FineAssignment = Picks(random, shape.Coarse, shape.Fine - shape.EmptyFine, shape.FinePerCoarse);
        FineAssignmentWeights = Weights(random, FineAssignment.Length);
        Codebook = Normals(random, shape.Coarse * shape.Dimension, shape.Scale);
        FineCodebook = Normals(random, shape.Fine * shape.Dimension, shape.Scale);
        ItemBias = Normals(random, shape.Items, shape.Scale);
        (BatchUsers, BatchPositives, BatchNegatives) = Triples(random);
        RelevantOf = [.. ItemsOf.Select(items => Relevant(random, shape, items))];
    }

    public ProblemShape Shape { get; }

    public int Users => Shape.Users;

    public int Items => Shape.Items;

    /// <summary>N = U + I; user u is entity u, item i is entity U + i.</summary>
    public int Entities => Users + Items;

    /// <summary>The train items of each user, ascending.</summary>
    public int[][] ItemsOf { get; }

    /// <summary>Items of each user to be found by a ranking, ascending, apart from the train items; some users have none.</summary>
    public int[][] RelevantOf { get; }

    /// <summary>S: t columns for each of the N entities, ascending within an entity.</summary>
    public int[] Assignment { get; }

    /// <summary>The weights that go with <see cref="Assignment"/>, all positive.</summary>
    public float[] AssignmentWeights { get; }

    /// <summary>S2: t_f columns for each of the c coarse meta-embeddings, ascending.</summary>
    public int[] FineAssignment { get; }

    /// <summary>The weights that go with <see cref="FineAssignment"/>, all positive.</summary>
    public float[] FineAssignmentWeights { get; }

    /// <summary>C, c x d.</summary>
    public float[] Codebook { get; }

    /// <summary>F, f x d.</summary>
    public float[] FineCodebook { get; }

    /// <summary>I long.</summary>
    public float[] ItemBias { get; }

    /// <summary>The users of B triples; users and items occur more than once.</summary>
    public int[] BatchUsers { get; }

    /// <summary>A train item of each user, counted from 0.</summary>
    public int[] BatchPositives { get; }

    /// <summary>An item that is no train item of the user, counted from 0.</summary>
    public int[] BatchNegatives { get; }

    /// <summary>The triples, for the twin.</summary>
    public Batch Batch => new(BatchUsers, BatchPositives, BatchNegatives);

    public static RandomProblem Create(int seed, ProblemShape? shape = null) => new(seed, shape ?? new ProblemShape());

    /// <summary>A problem of one of <see cref="ProblemShape.Cases"/>.</summary>
    public static RandomProblem Create(int seed, string caseName) => new(seed, ProblemShape.Cases[caseName]);

    /// <summary>The train items as the library keeps them.</summary>
    public Interactions ToInteractions() => ToInteractions(ItemsOf, Items);

    /// <summary>Ascending items of each user as the library keeps them.</summary>
    public static Interactions ToInteractions(int[][] itemsOf, int items)
    {
        var rowStart = new int[itemsOf.Length + 1];
        for (var user = 0; user < itemsOf.Length; user++)
            rowStart[user + 1] = rowStart[user] + itemsOf[user].Length;
        return new Interactions(items, rowStart, [.. itemsOf.SelectMany(list => list)]);
    }

    /// <summary>S for the twin, N x c.</summary>
    public DenseMatrix AssignmentMatrix() => DenseMatrix.FromPicks(Entities, Shape.Coarse, Assignment, AssignmentWeights);

    /// <summary>S2 for the twin, c x f.</summary>
    public DenseMatrix FineAssignmentMatrix() => DenseMatrix.FromPicks(Shape.Coarse, Shape.Fine, FineAssignment, FineAssignmentWeights);

    /// <summary>The twin of the coarse stage, with parameters of its own.</summary>
    public CoarseModel ToCoarseModel() => new(
        ItemsOf,
        Items,
        Shape.Layers,
        AssignmentMatrix(),
        DenseMatrix.From(Shape.Coarse, Shape.Dimension, Codebook),
        [.. ItemBias.Select(value => (double)value)]);

    /// <summary>The twin of the fine stage, with parameters of its own.</summary>
    public FineModel ToFineModel() => new(
        ItemsOf,
        Items,
        Shape.Layers,
        AssignmentMatrix(),
        FineAssignmentMatrix(),
        DenseMatrix.From(Shape.Coarse, Shape.Dimension, Codebook),
        DenseMatrix.From(Shape.Fine, Shape.Dimension, FineCodebook),
        [.. ItemBias.Select(value => (double)value)],
        Shape.Threshold,
        Shape.Gate);

    private static int[] ItemsOfUser(Random random, ProblemShape shape, int user)
    {
        if (user >= shape.Users - shape.UsersWithoutItems)
            return [];
        var count = random.Next(1, Math.Min(shape.MaxItemsPerUser, shape.Items - 1) + 1);
        return Distinct(random, shape.Items, count);
    }

    private static int[] Relevant(Random random, ProblemShape shape, int[] train)
    {
        var left = Enumerable.Range(0, shape.Items).Except(train).ToArray();
        return [.. Distinct(random, left.Length, random.Next(0, Math.Min(4, left.Length + 1))).Select(index => left[index])];
    }

    /// <summary>Some numbers below n, distinct and ascending.</summary>
    private static int[] Distinct(Random random, int n, int count)
    {
        var all = Enumerable.Range(0, n).ToArray();
        random.Shuffle(all);
        Array.Resize(ref all, count);
        Array.Sort(all);
        return all;
    }

    private static int[] Picks(Random random, int rows, int columns, int perRow) =>
        [.. Enumerable.Range(0, rows).SelectMany(_ => Distinct(random, columns, perRow))];

    private static float[] Weights(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 0.1f + 0.8f * random.NextSingle())];

    private static float[] Normals(Random random, int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(scale
            * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];

    private (int[] Users, int[] Positives, int[] Negatives) Triples(Random random)
    {
        var size = Shape.BatchSize;
        var (users, positives, negatives) = (new int[size], new int[size], new int[size]);
        for (var b = 0; b < size; b++)
        {
            var items = ItemsOf[users[b] = random.Next(Shape.Users - Shape.UsersWithoutItems)];
            positives[b] = items[random.Next(items.Length)];
            do
                negatives[b] = random.Next(Shape.Items);
            while (items.Contains(negatives[b]));
        }

        return (users, positives, negatives);
    }
}
