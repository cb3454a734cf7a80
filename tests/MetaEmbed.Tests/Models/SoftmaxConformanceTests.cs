using MetaEmbed.Models;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Models;

/// <summary>A step of the sampled softmax, on the coarse and the fine model, against the twin in double precision.</summary>
public sealed class SoftmaxConformanceTests
{
    // As for BPR: 32-bit sums through up to four layers; bfloat16 keeps 8 bits of an entity's row.
    private const double Float32Tolerance = 1e-5;
    private const double BFloat16Tolerance = 1e-2;

    public static TheoryData<string> Names => ProblemShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_and_gradients_are_those_of_the_twin(string name)
    {
        for (var number = 0; number < SoftmaxShape.Cases.Count; number++)
        {
            var blocks = new SoftmaxProblem(RandomProblem.Create(number, name), SoftmaxShape.Cases[number], number);
            Coarse(blocks, RowPrecision.Float32, Float32Tolerance, threads: 1 + number % 3);
            Fine(blocks, RowPrecision.Float32, Float32Tolerance, threads: 1 + (number + 1) % 3);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void So_they_are_with_rows_in_8_bits(string name)
    {
        var blocks = new SoftmaxProblem(RandomProblem.Create(7, name), new SoftmaxShape { Shared = 20, Correction = true }, 7);
        Coarse(blocks, RowPrecision.BFloat16, BFloat16Tolerance, threads: 2);
        Fine(blocks, RowPrecision.BFloat16, BFloat16Tolerance, threads: 3);
    }

    [Fact]
    public void A_step_of_one_positive_is_that_of_the_twin()
    {
        foreach (var shape in SoftmaxShape.Cases)
        {
            var blocks = new SoftmaxProblem(RandomProblem.Create(4, new ProblemShape { BatchSize = 1 }), shape, 4);
            Coarse(blocks, RowPrecision.Float32, Float32Tolerance, threads: 2);
        }
    }

    [Fact]
    public void One_two_and_three_threads_give_the_same_bits()
    {
        // More blocks and more runs of rows than threads.
        var problem = RandomProblem.Create(3, new ProblemShape { Users = 700, Items = 500, BatchSize = 900, Dimension = 17, Coarse = 12 });
        var blocks = new SoftmaxProblem(problem, new SoftmaxShape { BlockSize = 37, Shared = 100, Temperature = 0.3, Correction = true, BiasL2Factor = 20 }, 3);
        var expected = Bits(blocks, 1);
        Assert.Equal(expected, Bits(blocks, 2));
        Assert.Equal(expected, Bits(blocks, 3));
    }

    [Fact]
    public void A_step_whose_loss_is_no_number_leaves_the_assignment_alone()
    {
        var blocks = new SoftmaxProblem(RandomProblem.Create(1), new SoftmaxShape(), 1);
        foreach (var rule in Enum.GetValues<AssignmentUpdateRule>())
        {
            using var fast = new FastCoarse(blocks.Problem, RowPrecision.Float32, 1, blocks.Options(new CoarseTrainingOptions { AssignmentUpdate = rule }));
            using var batch = blocks.ToBatch();
            fast.Model.Codebook.Value.Span[..(5 * fast.Model.Propagation.PaddedDimension)].Fill(float.NaN);
            var before = fast.Model.Assignment;
            Assert.False(double.IsFinite(fast.Trainer.TrainStep(batch, updateAssignment: true).Ranking));
            Assert.Same(before, fast.Model.Assignment);
        }
    }

    private static int[] Bits(SoftmaxProblem blocks, int threads)
    {
        using var fast = new FastCoarse(
            blocks.Problem, RowPrecision.BFloat16, threads, blocks.Options(new CoarseTrainingOptions { LearningRate = 0.01, L2Factor = 200, GradientClip = 0.05 }));
        using var batch = blocks.ToBatch();
        var losses = new List<float>();
        for (var step = 0; step < 3; step++)
        {
            var (ranking, penalty) = fast.Trainer.TrainStep(batch, updateAssignment: step == 1);
            losses.AddRange([(float)ranking, (float)penalty]);
        }

        float[] all = [.. losses, .. fast.Codebook(), .. fast.CodebookGradient(), .. fast.ItemBias(), .. fast.ItemBiasGradient()];
        return [.. all.Select(BitConverter.SingleToInt32Bits)];
    }

    private static void Coarse(SoftmaxProblem blocks, RowPrecision precision, double tolerance, int threads)
    {
        var shape = blocks.Problem.Shape;
        using var fast = new FastCoarse(
            blocks.Problem, precision, threads, blocks.Options(new CoarseTrainingOptions { L2Factor = shape.L2Factor, LearningRate = 0 }));
        using var batch = blocks.ToBatch();
        var (ranking, penalty) = fast.Trainer.TrainStep(batch, updateAssignment: false);

        var twin = blocks.Problem.ToCoarseModel();
        var forward = twin.Forward();
        var loss = blocks.Loss(shape.L2Factor);
        var gradient = loss.Gradient(forward.Rows, forward.Composed, twin.ItemBias, twin.Users, blocks.Batch);
        Compare(blocks, loss.Value(forward.Rows, forward.Composed, twin.ItemBias, twin.Users, blocks.Batch), (ranking, penalty), tolerance);
        var slack = Slack(blocks, few: false);
        NearTwin.Equal(twin.CodebookGradient(forward, gradient.Rows, gradient.Composed), fast.CodebookGradient(), slack * tolerance, "gradient of C");
        NearTwin.Equal(gradient.ItemBias, fast.ItemBiasGradient(), slack * tolerance, "gradient of the item biases");
    }

    private static void Fine(SoftmaxProblem blocks, RowPrecision precision, double tolerance, int threads)
    {
        var problem = blocks.Problem;
        using var fast = FastFine.Of(problem, precision, threads, options: blocks.Options(new FineTrainingOptions { LearningRate = 0 }));
        using var batch = blocks.ToBatch();
        var (ranking, penalty) = fast.Trainer.TrainStep(batch, updateAssignment: false);

        var twin = problem.ToFineModel();
        var forward = twin.Forward();
        var loss = blocks.Loss(problem.Shape.L2Factor);
        var gradient = loss.Gradient(forward.Rows, forward.Composed, twin.ItemBias, twin.Users, blocks.Batch);
        Compare(blocks, loss.Value(forward.Rows, forward.Composed, twin.ItemBias, twin.Users, blocks.Batch), (ranking, penalty), tolerance);
        var slack = Slack(blocks, few: problem.Shape.Fine == 1);
        NearTwin.Equal(twin.FineCodebookGradient(forward, gradient.Rows), fast.FineGradient(), slack * tolerance, "gradient of F");
        NearTwin.Equal(gradient.ItemBias, fast.Model.ItemBias.Gradient.Span[..problem.Items], slack * tolerance, "gradient of the item biases");
    }

    private static void Compare(SoftmaxProblem blocks, (double Softmax, double Penalty) expected, (double Ranking, double Penalty) actual, double tolerance)
    {
        tolerance *= 4 / Math.Min(blocks.Shape.Temperature, 1);
        Assert.Equal(expected.Softmax, actual.Ranking, tolerance * Math.Max(1, expected.Softmax));
        Assert.Equal(expected.Penalty, actual.Penalty, tolerance * Math.Max(1, expected.Penalty));
    }

    /// <summary>
    /// Slopes lose what cancels in saturated scores, whose errors a temperature below 1 makes larger; with one fine
    /// meta-embedding its gradient is what is left of terms that cancel.
    /// </summary>
    private static double Slack(SoftmaxProblem blocks, bool few) =>
        (blocks.Problem.Shape.Scale > 1 || few ? 30 : 6) / Math.Min(blocks.Shape.Temperature, 1);
}
