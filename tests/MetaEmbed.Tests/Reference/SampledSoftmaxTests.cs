using MetaEmbed.Reference;
using MetaEmbed.Tests.Conformance;

namespace MetaEmbed.Tests.Reference;

/// <summary>The twin's sampled softmax: its gradients are the slopes of its loss, through both models.</summary>
public sealed class SampledSoftmaxTests
{
    public static TheoryData<string> Names => ProblemShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_the_slopes_of_the_loss(string name)
    {
        // Every cut into blocks on the plain problem, one of them on each other.
        var number = ProblemShape.Cases.Keys.Order().ToList().IndexOf(name) % SoftmaxShape.Cases.Count;
        foreach (var shape in name == "plain" ? SoftmaxShape.Cases : [SoftmaxShape.Cases[number]])
        {
            var blocks = new SoftmaxProblem(RandomProblem.Create(1, name), shape, number);
            Coarse(blocks);
            Fine(blocks);
        }
    }

    [Fact]
    public void One_positive_and_one_negative_at_temperature_1_are_a_triple_of_BPR()
    {
        var problem = RandomProblem.Create(2);
        var model = problem.ToCoarseModel();
        var forward = model.Forward();
        var batch = new BlockBatch(problem.BatchUsers, problem.BatchPositives, 1, [.. problem.BatchNegatives.Select(item => (int[])[item])]);
        var loss = new SampledSoftmaxLoss(1, new double[problem.Items], problem.Shape.L2Factor, 0);
        var (softmax, penalty) = loss.Value(forward.Rows, forward.Composed, model.ItemBias, problem.Users, batch);
        var triples = model.Loss(forward, problem.Batch, problem.Shape.L2Factor);
        Assert.Equal(triples.Bpr, softmax, 1e-12);
        Assert.Equal(triples.L2, penalty, 1e-12);
        var expected = model.Backward(forward, problem.Batch, problem.Shape.L2Factor);
        var gradient = loss.Gradient(forward.Rows, forward.Composed, model.ItemBias, problem.Users, batch);
        Close.Equal(expected.Codebook.Elements.ToArray(), model.CodebookGradient(forward, gradient.Rows, gradient.Composed).Elements.ToArray(), 1e-12);
        Close.Equal(expected.ItemBias, gradient.ItemBias, 1e-14);
    }

    [Fact]
    public void A_correction_that_is_the_same_for_all_items_changes_nothing()
    {
        var blocks = new SoftmaxProblem(RandomProblem.Create(3), new SoftmaxShape(), 1);
        var model = blocks.Problem.ToCoarseModel();
        var forward = model.Forward();
        var plain = new SampledSoftmaxLoss(0.5, new double[blocks.Problem.Items], 0, 0).Value(forward.Rows, forward.Composed, model.ItemBias, model.Users, blocks.Batch);
        var shifted = new SampledSoftmaxLoss(0.5, [.. Enumerable.Repeat(-3.0, blocks.Problem.Items)], 0, 0).Value(forward.Rows, forward.Composed, model.ItemBias, model.Users, blocks.Batch);
        Assert.Equal(plain.Softmax, shifted.Softmax, 1e-12);
    }

    private static void Coarse(SoftmaxProblem blocks)
    {
        var model = blocks.Problem.ToCoarseModel();
        var loss = blocks.Loss(blocks.Problem.Shape.L2Factor);
        var forward = model.Forward();
        var gradient = loss.Gradient(forward.Rows, forward.Composed, model.ItemBias, model.Users, blocks.Batch);
        FiniteDifference.Check(model.Codebook.Elements, model.CodebookGradient(forward, gradient.Rows, gradient.Composed).Elements, Loss);
        FiniteDifference.Check(model.ItemBias, gradient.ItemBias, Loss);

        double Loss()
        {
            var now = model.Forward();
            var (softmax, penalty) = loss.Value(now.Rows, now.Composed, model.ItemBias, model.Users, blocks.Batch);
            return softmax + penalty;
        }
    }

    private static void Fine(SoftmaxProblem blocks)
    {
        var model = blocks.Problem.ToFineModel();
        var loss = blocks.Loss(0);
        var forward = model.Forward();
        var gradient = loss.Gradient(forward.Rows, forward.Composed, model.ItemBias, model.Users, blocks.Batch);
        FiniteDifference.Check(model.FineCodebook.Elements, model.FineCodebookGradient(forward, gradient.Rows).Elements, Loss);
        FiniteDifference.Check(model.ItemBias, gradient.ItemBias, Loss);

        double Loss()
        {
            var now = model.Forward();
            var (softmax, penalty) = loss.Value(now.Rows, now.Composed, model.ItemBias, model.Users, blocks.Batch);
            return softmax + penalty;
        }
    }
}
