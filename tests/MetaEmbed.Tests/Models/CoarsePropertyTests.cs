using MetaEmbed.Models;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;
using DenseMatrix = MetaEmbed.Reference.DenseMatrix;

namespace MetaEmbed.Tests.Models;

/// <summary>Properties of the fast coarse stage on problems of random shapes, most of them odd.</summary>
public sealed class CoarsePropertyTests
{
    private const double Tolerance = 1e-4;
    private const int Problems = 32;

    [Fact]
    public void Random_problems_agree_with_the_twin_before_and_after_an_update_that_clips_negative_values()
    {
        var negatives = 0;
        for (var seed = 0; seed < Problems; seed++)
        {
            var problem = RandomProblem.Create(seed, Shape(seed));
            using var fast = new FastCoarse(problem, RowPrecision.Float32, 1 + seed % 3);
            Compare(problem, fast, problem.ToCoarseModel(), $"problem {seed}");

            // From the assignment of an update on, so that zero weights, where the negative values were, are in play.
            var update = fast.UpdateOfAssignment();
            negatives += update.Weights.Count(weight => weight == 0);
            fast.Model.Assignment = update;
            var twin = new MetaEmbed.Reference.CoarseModel(
                problem.ItemsOf,
                problem.Items,
                problem.Shape.Layers,
                DenseMatrix.FromPicks(problem.Entities, problem.Shape.Coarse, update.Picks, update.Weights),
                DenseMatrix.From(problem.Shape.Coarse, problem.Shape.Dimension, problem.Codebook),
                [.. problem.ItemBias.Select(value => (double)value)]);
            Compare(problem, fast, twin, $"problem {seed} after an update");
        }

        Assert.True(negatives > Problems, $"only {negatives} values were clipped at 0");
    }

    [Fact]
    public void Updates_go_to_and_fro_between_two_stores()
    {
        var problem = RandomProblem.Create(3, Shape(3));
        using var fast = new FastCoarse(problem, RowPrecision.Float32, 2);
        var stores = new HashSet<int[]>(ReferenceEqualityComparer.Instance) { fast.Model.Assignment.Picks };
        for (var update = 0; update < 5; update++)
        {
            var expected = fast.UpdateOfAssignment();
            using var meta = fast.MetaRows();
            var before = fast.Model.Assignment;
            fast.Model.UpdateAssignment(fast.EntityRows(), meta, fast.Workers);
            Assert.NotSame(before, fast.Model.Assignment);
            Assert.Equal(expected.Picks, fast.Model.Assignment.Picks);
            Assert.Equal(expected.Weights, fast.Model.Assignment.Weights);
            stores.Add(fast.Model.Assignment.Picks);
        }

        Assert.Equal(2, stores.Count);
    }

    [Fact]
    public void Entities_without_neighbours_and_weights_have_rows_of_zero_and_no_influence()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var problem = RandomProblem.Create(seed, Shape(seed) with { Users = 8, Items = 40, MaxItemsPerUser = 3, UsersWithoutItems = 2, Layers = 3 });
            var met = problem.ItemsOf.SelectMany(items => items).ToHashSet();
            int[] isolated = [6, 7, .. Enumerable.Range(0, 40).Where(item => !met.Contains(item)).Select(item => 8 + item)];
            Assert.True(isolated.Length > 10);
            foreach (var entity in isolated)
                problem.AssignmentWeights.AsSpan(entity * problem.Shape.CoarsePerEntity, problem.Shape.CoarsePerEntity).Clear();

            using var fast = new FastCoarse(problem, RowPrecision.Float32, 2);
            Compare(problem, fast, problem.ToCoarseModel(), $"problem {seed}");
            var rows = fast.EntityRows();
            foreach (var entity in isolated)
                Assert.All(rows.Row(entity).ToArray(), value => Assert.Equal(0f, value));
        }
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(5e-3)]
    [InlineData(0)]
    public void Where_clipping_bites_the_steps_are_still_those_of_the_twin(double clip)
    {
        var clipped = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var problem = RandomProblem.Create(seed, Shape(seed));
            const double Rate = 0.01;
            using var fast = new FastCoarse(problem, RowPrecision.Float32, 2, new CoarseTrainingOptions
            {
                LearningRate = Rate,
                L2Factor = problem.Shape.L2Factor,
                GradientClip = clip,
            });
            var twin = problem.ToCoarseModel();
            var codebook = new MetaEmbed.Reference.Adam(twin.Codebook.Elements.Length, Rate);
            var bias = new MetaEmbed.Reference.Adam(twin.ItemBias.Length, Rate);
            var largest = 0f;
            for (var step = 0; step < 3; step++)
            {
                twin.Step(problem.Batch, problem.Shape.L2Factor, clip, codebook, bias);
                fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
                largest = Math.Max(largest, fast.CodebookGradient().Max(Math.Abs));
            }

            clipped += largest > clip ? 1 : 0;
            NearTwin.Equal(twin.Codebook, fast.Codebook(), 2e-3, $"C of problem {seed}");
            NearTwin.Equal(twin.ItemBias, fast.ItemBias(), 2e-3, $"item biases of problem {seed}");
        }

        Assert.True(clipped >= 5, $"a gradient was clipped in {clipped} problems only");
    }

    [Theory]
    [InlineData(RowPrecision.Float32)]
    [InlineData(RowPrecision.BFloat16)]
    public void One_two_and_three_threads_give_the_same_bits(RowPrecision precision)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            // Some problems with more than one run of rows and of triples for each thread.
            var shape = Shape(seed);
            if (seed % 4 == 0)
                shape = shape with { Users = 700, Items = 500, BatchSize = 1500 };
            var problem = RandomProblem.Create(seed, shape);
            var expected = Bits(problem, precision, 1);
            Assert.Equal(expected, Bits(problem, precision, 2));
            Assert.Equal(expected, Bits(problem, precision, 3));
        }
    }

    private static int[] Bits(RandomProblem problem, RowPrecision precision, int threads)
    {
        using var fast = new FastCoarse(problem, precision, threads, new CoarseTrainingOptions { LearningRate = 0.01, L2Factor = problem.Shape.L2Factor, GradientClip = 0.05 });
        var losses = new List<float>();
        for (var step = 0; step < 3; step++)
        {
            var (ranking, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: step == 1);
            losses.AddRange([(float)ranking, (float)penalty]);
        }

        var rows = fast.EntityRows().AsSpan().ToArray();
        var assignment = fast.Model.Assignment;
        float[] all = [.. losses, .. rows, .. fast.Codebook(), .. fast.CodebookGradient(), .. fast.ItemBias(), .. assignment.Weights];
        return [.. all.Select(BitConverter.SingleToInt32Bits), .. assignment.Picks];
    }

    private static void Compare(RandomProblem problem, FastCoarse fast, MetaEmbed.Reference.CoarseModel twin, string what)
    {
        var forward = twin.Forward();
        NearTwin.Equal(forward.Rows.RowRange(0, problem.Entities), fast.EntityRows().AsSpan(), Tolerance, $"{what}: H of the entities");
        using var meta = fast.MetaRows();
        NearTwin.Equal(forward.Rows.RowRange(problem.Entities, problem.Shape.Coarse), meta.AsSpan(), Tolerance, $"{what}: H of the meta-embeddings");

        var loss = twin.Loss(forward, problem.Batch, problem.Shape.L2Factor);
        var gradient = twin.Backward(forward, problem.Batch, problem.Shape.L2Factor);
        var (ranking, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        Assert.Equal(loss.Bpr, ranking, Tolerance * Math.Max(1, loss.Bpr));
        Assert.Equal(loss.L2, penalty, Tolerance * Math.Max(1, loss.L2));
        NearTwin.Equal(gradient.Codebook, fast.CodebookGradient(), Tolerance, $"{what}: gradient of C");
        NearTwin.Equal(gradient.ItemBias, fast.ItemBiasGradient(), Tolerance, $"{what}: gradient of the item biases");
    }

    /// <summary>
    /// t of 1, 2, 3 and c (then negative values are kept by force), c below and above d, empty meta-embeddings, users
    /// without items, items that nobody met, L from 0.
    /// </summary>
    private static ProblemShape Shape(int seed)
    {
        var random = new Random(seed + 1000);
        var coarse = random.Next(4, 20);
        var all = seed % 4 == 3;
        return new ProblemShape
        {
            Users = random.Next(4, 40),
            Items = random.Next(3, 60),
            MaxItemsPerUser = random.Next(1, 12),
            UsersWithoutItems = random.Next(0, 3),
            Dimension = random.Next(1, 90),
            Coarse = coarse,
            EmptyCoarse = all ? 0 : random.Next(0, 2),
            CoarsePerEntity = all ? coarse : 1 + seed % 4,
            Layers = seed % 5,
            BatchSize = random.Next(1, 80),
            Scale = 0.5,
        };
    }
}
