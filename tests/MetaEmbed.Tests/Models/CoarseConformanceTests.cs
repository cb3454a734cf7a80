using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Models;

/// <summary>The fast coarse stage against its twin in double precision, on every case that goes wrong when anything does.</summary>
public sealed class CoarseConformanceTests
{
    // 32-bit sums of a few dozen terms, through up to four layers and a division by sigma.
    private const double Float32Tolerance = 3e-6;

    // bfloat16 keeps 8 bits: 2^-9 relative for a row, averaged over layers.
    private const double BFloat16Tolerance = 8e-3;

    public static TheoryData<string> Names => ProblemShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_losses_and_gradients_are_those_of_the_twin(string name)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            Check(RandomProblem.Create(seed, name), RowPrecision.Float32, Float32Tolerance, threads: 1 + seed % 3);
            Check(RandomProblem.Create(seed, name), RowPrecision.BFloat16, BFloat16Tolerance, threads: 1 + seed % 3);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Five_steps_end_where_the_twin_ends(string name)
    {
        var problem = RandomProblem.Create(17, name);
        const double Rate = 0.01;
        const double Clip = 0.02;
        using var fast = new FastCoarse(problem, RowPrecision.Float32, 2, new CoarseTrainingOptions
        {
            LearningRate = Rate,
            L2Factor = problem.Shape.L2Factor,
            GradientClip = Clip,
        });
        var twin = problem.ToCoarseModel();
        var codebook = new MetaEmbed.Reference.Adam(twin.Codebook.Elements.Length, Rate);
        var bias = new MetaEmbed.Reference.Adam(twin.ItemBias.Length, Rate);
        for (var step = 0; step < 5; step++)
        {
            var expected = twin.Step(problem.Batch, problem.Shape.L2Factor, Clip, codebook, bias);
            var (ranking, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
            Assert.Equal(expected.Bpr, ranking, 2e-5 * Math.Max(1, expected.Bpr));
            Assert.Equal(expected.L2, penalty, 2e-5 * Math.Max(1, expected.L2));
        }

        // Adam divides by the root of the second moment: where a gradient is near 0, its error becomes a share of the rate.
        NearTwin.Equal(twin.Codebook, fast.Codebook(), 2e-3, "C after five steps");
        NearTwin.Equal(twin.ItemBias, fast.ItemBias(), 2e-3, "item biases after five steps");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_of_the_resting_assignment_move_along_the_gradient_of_the_twin(string name)
    {
        const double Rate = 0.01;
        var problem = RandomProblem.Create(23, name);
        using var fast = new FastCoarse(problem, RowPrecision.Float32, 2, new CoarseTrainingOptions
        {
            LearningRate = Rate,
            L2Factor = problem.Shape.L2Factor,
            GradientClip = 0,
            AssignmentRestStep = 2,
            AssignmentWeightRate = 2,
        });
        var before = (float[])fast.Model.Assignment.Weights.Clone();
        fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        Assert.Equal(before, fast.Model.Assignment.Weights);

        // The assignment rests from the second step on, whose gradient is that of the codebook after the first.
        var twin = problem.ToCoarseModel();
        var (codebook, bias) = (new MetaEmbed.Reference.Adam(twin.Codebook.Elements.Length, Rate), new MetaEmbed.Reference.Adam(twin.ItemBias.Length, Rate));
        twin.Step(problem.Batch, problem.Shape.L2Factor, 0, codebook, bias);
        var gradient = twin.AssignmentGradient(twin.Forward(), problem.Batch, problem.Shape.L2Factor);
        fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);

        // Adam's first step is its rate, by the sign of the gradient.
        var largest = gradient.Elements.ToArray().Max(Math.Abs);
        var moved = 0;
        for (var i = 0; i < before.Length; i++)
        {
            var slope = gradient[i / fast.Model.Assignment.PerRow, fast.Model.Assignment.Picks[i]];
            if (before[i] == 0 || Math.Abs(slope) < 1e-3 * largest)
                continue;
            Assert.Equal(Math.Max(0, before[i] - 2 * Rate * Math.Sign(slope)), fast.Model.Assignment.Weights[i], 1e-5);
            moved++;
        }

        Assert.True(moved > 0 || largest == 0);
        Assert.All(Enumerable.Range(0, before.Length).Where(i => before[i] == 0), i => Assert.Equal(0, fast.Model.Assignment.Weights[i]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_pseudo_inverse_update_is_that_of_the_twin(string name)
    {
        var problem = RandomProblem.Create(5, name);
        using var fast = new FastCoarse(problem, RowPrecision.Float32, 2);
        var twin = problem.ToCoarseModel();
        var forward = twin.Forward();
        var update = twin.UpdateAssignment(forward, problem.Shape.CoarsePerEntity);

        using var entityRows = fast.Trainer.ComputeEntityRows().Clone();
        using var coarseRows = new Matrix(problem.Shape.Coarse, problem.Shape.Dimension);
        fast.Model.Propagation.FinishMeta(coarseRows);
        var actual = AssignmentUpdate.PseudoInverseUpdate(entityRows, coarseRows, problem.Shape.CoarsePerEntity, fast.Workers);

        // Whatever was picked must be as good as what the twin picked: nearly equal values may change places.
        var largest = update.Choices.Elements.ToArray().Max(Math.Abs);
        for (var row = 0; row < problem.Entities; row++)
        {
            var expected = update.Picks[row].Select(column => Math.Max(update.Choices[row, column], 0)).Order().ToArray();
            var picks = actual.Picks.AsSpan(row * actual.PerRow, actual.PerRow).ToArray();
            var chosen = picks.Select(column => Math.Max(update.Choices[row, column], 0)).Order().ToArray();
            var weights = actual.Weights.AsSpan(row * actual.PerRow, actual.PerRow).ToArray().Order().ToArray();
            for (var j = 0; j < expected.Length; j++)
            {
                Assert.Equal(expected[j], chosen[j], 2e-4 * largest);
                Assert.Equal(expected[j], weights[j], 2e-4 * largest);
            }
        }
    }

    [Fact]
    public void A_negative_kept_value_is_clipped_at_zero()
    {
        Span<int> picks = stackalloc int[3];
        Span<float> weights = stackalloc float[3];
        Assignment.KeepLargest([-3f, 0.5f, -1f, -1f, -2f], picks, weights);
        Assert.Equal([1, 2, 3], picks.ToArray());
        Assert.Equal([0.5f, 0f, 0f], weights.ToArray());
    }

    private static void Check(RandomProblem problem, RowPrecision precision, double tolerance, int threads)
    {
        using var fast = new FastCoarse(problem, precision, threads);
        var twin = problem.ToCoarseModel();
        var forward = twin.Forward();
        var entities = fast.Trainer.ComputeEntityRows();
        NearTwin.Equal(forward.Rows.RowRange(0, problem.Entities), entities.AsSpan(), tolerance, "H of the entities");
        using var meta = new Matrix(problem.Shape.Coarse, problem.Shape.Dimension);
        fast.Model.Propagation.FinishMeta(meta);
        NearTwin.Equal(forward.Rows.RowRange(problem.Entities, problem.Shape.Coarse), meta.AsSpan(), tolerance, "H of the meta-embeddings");

        var gradient = twin.Backward(forward, problem.Batch, problem.Shape.L2Factor);
        var loss = twin.Loss(forward, problem.Batch, problem.Shape.L2Factor);
        var (ranking, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        Assert.Equal(loss.Bpr, ranking, 4 * tolerance * Math.Max(1, loss.Bpr));
        Assert.Equal(loss.L2, penalty, 4 * tolerance * Math.Max(1, loss.L2));
        // Saturated scores are differences of large products: their slopes lose what cancels.
        var slack = problem.Shape.Scale > 1 ? 30 : 4;
        NearTwin.Equal(gradient.Codebook, fast.CodebookGradient(), slack * tolerance, "gradient of C");
        NearTwin.Equal(gradient.ItemBias, fast.Model.ItemBias.Gradient.Span[..problem.Items], slack * tolerance, "gradient of the item biases");
    }
}
