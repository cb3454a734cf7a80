using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Models;

/// <summary>The fast fine stage against its twin in double precision and against the golden traces.</summary>
public sealed class FineConformanceTests
{
    // 32-bit sums of a few dozen terms through up to four layers, each with a bridge whose terms partly cancel.
    private const double Float32Tolerance = 1e-5;

    // bfloat16 keeps 8 bits of an entity's row; rows of meta-embeddings stay in 32.
    private const double BFloat16Tolerance = 1e-2;

    public static TheoryData<string> Names => ProblemShape.Names;

    public static TheoryData<string> Traces => GoldenTrace.Names;

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
    public void The_gradient_of_a_coarse_codebook_that_is_trained_too_is_that_of_the_twin(string name)
    {
        var problem = RandomProblem.Create(5, name);
        using var fast = FastFine.Of(problem, RowPrecision.Float32, 2, trainCoarse: true);
        var twin = problem.ToFineModel();
        var forward = twin.Forward();
        var (_, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        var l2 = twin.Loss(forward, problem.Batch, problem.Shape.L2Factor).L2;
        Assert.Equal(l2, penalty, 4 * Float32Tolerance * Math.Max(1, l2));
        var slack = problem.Shape.Scale > 1 || problem.Shape.Fine == 1 ? 30 : 6;
        var gradient = twin.CoarseCodebookGradient(forward, problem.Batch, problem.Shape.L2Factor);
        NearTwin.Equal(gradient, fast.CoarseGradient(), slack * Float32Tolerance, "gradient of C");
        NearTwin.Equal(twin.Backward(forward, problem.Batch).FineCodebook, fast.FineGradient(), slack * Float32Tolerance, "gradient of F");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_attention_update_is_that_of_the_twin(string name)
    {
        var problem = RandomProblem.Create(3, name);
        using var fast = FastFine.Of(problem, RowPrecision.Float32, 2);
        var twin = problem.ToFineModel();
        var update = twin.UpdateFineAssignment(twin.Forward(), problem.Shape.FinePerCoarse);
        var entityRows = fast.Trainer.ComputeEntityRows();
        using var metaRows = new Matrix(problem.Shape.Coarse + problem.Shape.Fine, problem.Shape.Dimension);
        fast.Model.Propagation.FinishMeta(metaRows);
        var actual = FineAssignmentUpdate.Attention(entityRows, metaRows, problem.Shape.Coarse, problem.Shape.FinePerCoarse, fast.Workers);
        for (var k = 0; k < problem.Shape.Coarse; k++)
        {
            // Nearly equal weights may change places, so the weights are compared as sorted lists.
            var expected = update.Kept.Picks[k].Select(m => update.Softmax[k, m]).Order().ToArray();
            var weights = actual.Weights.AsSpan(k * actual.PerRow, actual.PerRow).ToArray().Order().ToArray();
            for (var j = 0; j < expected.Length; j++)
                Assert.Equal(expected[j], weights[j], 5e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Traces))]
    public void The_golden_trace_is_met_to_a_ten_thousandth(string name)
    {
        var golden = GoldenTrace.Fine(name);
        var coarse = GoldenTrace.Coarse(name);
        var meta = golden.Meta;
        using var fast = FastFine.Of(golden, coarse.Batch!);
        var nodes = meta.Users + meta.Items;
        var rows = fast.Trainer.ComputeEntityRows();
        NearTwin.Equal(Flat(golden.Train!.GcnAllRows[..nodes]), rows.AsSpan(), 1e-4, "H");
        for (var step = 0; step < golden.Train.Steps.Length; step++)
        {
            var (ranking, _) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
            var expected = golden.Train.Steps[step];
            Assert.Equal(expected.BprLoss, ranking, 1e-4 * Math.Max(1, expected.BprLoss));
            if (expected.GradsBeforeClip is { } gradient)
            {
                NearTwin.Equal(Flat(gradient.FinetuneEmbs!), fast.FineGradient(), 1e-4, "gradient of F");
                NearTwin.Equal(gradient.LinearFc.AsSpan(meta.Users), fast.Model.ItemBias.Gradient.Span[..meta.Items], 1e-4, "gradient of the biases");
            }

            if (expected.ParamsAfter is { } after)
            {
                NearTwin.Equal(Flat(after.FinetuneEmbs!), fast.FineCodebook(), 1e-4, $"F after step {step + 1}");
                NearTwin.Equal(after.LinearFc.AsSpan(meta.Users), fast.Model.ItemBias.Value.Span[..meta.Items], 1e-4, $"biases after step {step + 1}");
            }
        }

        var update = golden.AssignmentUpdate!;
        rows = fast.Trainer.ComputeEntityRows();
        NearTwin.Equal(Flat(update.GcnAllRowsBeforeUpdate[..nodes]), rows.AsSpan(), 1e-4, "H before the update");
        using var metaRows = new Matrix(meta.NumClusters + meta.NumClustersFt, meta.LatentDim);
        fast.Model.Propagation.FinishMeta(metaRows);
        fast.Model.UpdateAssignment(rows, metaRows, fast.Workers);
        var s2 = update.S2After!.ToDense();
        var actual = fast.Model.UpdatedAssignment!;
        for (var i = 0; i < actual.Picks.Length; i++)
            Assert.Equal(s2[i / actual.PerRow, actual.Picks[i]], actual.Weights[i], 1e-4);
        NearTwin.Equal(Flat(update.GcnAfterUpdateUserItemRows), fast.Trainer.ComputeEntityRows().AsSpan(), 1e-4, "H after the update");
    }

    private static void Check(RandomProblem problem, RowPrecision precision, double tolerance, int threads)
    {
        using var fast = FastFine.Of(problem, precision, threads);
        var twin = problem.ToFineModel();
        var forward = twin.Forward();
        NearTwin.Equal(forward.Rows.RowRange(0, problem.Entities), fast.Trainer.ComputeEntityRows().AsSpan(), tolerance, "H of the entities");
        var metaCount = problem.Shape.Coarse + problem.Shape.Fine;
        using var meta = new Matrix(metaCount, problem.Shape.Dimension);
        fast.Model.Propagation.FinishMeta(meta);
        NearTwin.Equal(forward.Rows.RowRange(problem.Entities, metaCount), meta.AsSpan(), tolerance, "H of the meta-embeddings");

        var gradient = twin.Backward(forward, problem.Batch);
        var loss = twin.Loss(forward, problem.Batch, problem.Shape.L2Factor);
        var (ranking, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        Assert.Equal(loss.Bpr, ranking, 4 * tolerance * Math.Max(1, loss.Bpr));
        Assert.Equal(loss.L2, penalty, 4 * tolerance * Math.Max(1, loss.L2));
        // Saturated scores are differences of large products: their slopes lose what cancels.
        // With one fine meta-embedding for all, its gradient is what is left of terms that cancel, each rounded to 8 bits.
        var slack = problem.Shape.Scale > 1 || problem.Shape.Fine == 1 ? 30 : 6;
        NearTwin.Equal(gradient.FineCodebook, fast.FineGradient(), slack * tolerance, "gradient of F");
        NearTwin.Equal(gradient.ItemBias, fast.Model.ItemBias.Gradient.Span[..problem.Items], slack * tolerance, "gradient of the item biases");
    }

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(row => row)];
}
