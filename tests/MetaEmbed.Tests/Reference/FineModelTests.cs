using MetaEmbed.Reference;
using MetaEmbed.Tests.Conformance;

namespace MetaEmbed.Tests.Reference;

public sealed class FineModelTests
{
    public static TheoryData<string> Names => ProblemShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_the_slopes_of_the_loss(string name)
    {
        var problem = RandomProblem.Create(1, name);
        var model = problem.ToFineModel();

        // The loss has a kink where |F| is the threshold; no entry may lie so near that a difference would cross it.
        Assert.All(problem.FineCodebook, value => Assert.True(Math.Abs(Math.Abs(value) - problem.Shape.Threshold) > 1e-4));
        var gradient = model.Backward(model.Forward(), problem.Batch);
        FiniteDifference.Check(model.FineCodebook.Elements, gradient.FineCodebook.Elements, Loss);
        FiniteDifference.Check(model.ItemBias, gradient.ItemBias, Loss);
        var coarse = model.CoarseCodebookGradient(model.Forward(), problem.Batch, problem.Shape.L2Factor);
        FiniteDifference.Check(model.Codebook.Elements, coarse.Elements, Loss);

        double Loss() => model.Loss(model.Forward(), problem.Batch, problem.Shape.L2Factor).Total;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_closed_form_of_the_bridge_equals_the_four_assignments(string name)
    {
        var bridge = RandomProblem.Create(2, name).ToFineModel().Bridge;
        var state = RandomProblem.Create(2, name).ToFineModel().Forward().Layers[0];
        var (literal, closed) = (bridge.Apply(state), bridge.ApplyClosedForm(state));
        for (var i = 0; i < literal.Rows; i++)
        {
            for (var j = 0; j < literal.Columns; j++)
                Assert.Equal(literal[i, j], closed[i, j], 1e-13 * Math.Max(1, Math.Abs(literal[i, j])));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_adjoint_of_the_propagation_is_its_transpose(string name)
    {
        // <g, H(X0)> = <adjoint(g), X0>, with H linear in X0 and any g: here the layers of another problem.
        var problem = RandomProblem.Create(3, name);
        var model = problem.ToFineModel();
        var forward = model.Forward();
        var gradient = RandomProblem.Create(4, name).ToFineModel().Forward().Layers[0];
        var left = Inner(gradient, forward.Rows);
        var right = Inner(model.PropagateBack(gradient), forward.Layers[0]);
        Assert.Equal(left, right, 1e-12 * Math.Max(1, gradient.Rows * gradient.Columns));
    }

    [Fact]
    public void Gate_0_and_threshold_above_all_leave_the_coarse_codebook_as_it_is()
    {
        var problem = RandomProblem.Create(5, new ProblemShape { Gate = 0, Threshold = 100 });
        var forward = problem.ToFineModel().Forward();
        Assert.Equal(problem.Codebook.Select(value => (double)value), forward.Bridged.Elements.ToArray());
        Assert.All(forward.Thresholded.Elements.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Soft_threshold_shrinks_towards_zero_and_its_edge_gets_no_gradient()
    {
        var codebook = DenseMatrix.From(1, 7, [-2.5, -1, -0.5, 0, 0.5, 1, 2.5]);
        var ones = codebook.Map(_ => 1);
        Assert.Equal([-1.5, 0, 0, 0, 0, 0, 1.5], SoftThreshold.Apply(codebook, 1).Elements.ToArray());
        Assert.Equal([1, 0, 0, 0, 0, 0, 1], SoftThreshold.Backward(codebook, 1, ones).Elements.ToArray());
        Assert.Equal(codebook.Elements.ToArray(), SoftThreshold.Apply(codebook, 0).Elements.ToArray());
        Assert.Equal([1, 1, 1, 0, 1, 1, 1], SoftThreshold.Backward(codebook, 0, ones).Elements.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_of_a_new_fine_assignment_are_the_largest_of_a_softmax(string name)
    {
        var problem = RandomProblem.Create(6, name);
        var model = problem.ToFineModel();
        var update = model.UpdateFineAssignment(model.Forward(), problem.Shape.FinePerCoarse);
        for (var row = 0; row < problem.Shape.Coarse; row++)
        {
            Assert.Equal(1, update.Softmax.Row(row).ToArray().Sum(), 1e-12);
            var expected = update.Softmax.Row(row).ToArray().OrderDescending().Take(problem.Shape.FinePerCoarse);
            Assert.Equal(expected, update.Kept.Picks[row].Select(column => model.FineAssignment[row, column]));
        }
    }

    [Fact]
    public void With_one_fine_part_every_coarse_row_takes_it_whole()
    {
        var first = FineAssignmentUpdate.FromPartition(new DenseMatrix(3, 2).Map(_ => 0.5), [0, 0, 0], 1, 1);
        Assert.Equal([1, 1], first.Kept.Assignment.Elements.ToArray());
    }

    [Fact]
    public void The_step_that_updates_the_assignment_uses_its_own_forward_pass_to_the_end()
    {
        var problem = RandomProblem.Create(7);
        var (kept, updated) = (problem.ToFineModel(), problem.ToFineModel());
        var expected = FineAssignmentUpdate.FromRows(updated.Forward().Rows, problem.Entities, problem.Shape.Coarse, 2).Kept.Assignment;
        Step(kept, 0);
        Step(updated, 2);

        Assert.Equal(kept.FineCodebook.Elements.ToArray(), updated.FineCodebook.Elements.ToArray());
        Assert.Equal(expected.Elements.ToArray(), updated.FineAssignment.Elements.ToArray());
        Assert.Equal(ExpandedGraph.Fine(kept.Adjacency, kept.Assignment, expected).Elements.ToArray(), updated.Graph.Elements.ToArray());

        void Step(FineModel model, int update) =>
            model.Step(problem.Batch, 5, 3, new Adam(model.FineCodebook.Elements.Length, 0.01), new Adam(problem.Items, 0.01), update);
    }

    private static double Inner(DenseMatrix a, DenseMatrix b)
    {
        double sum = 0;
        for (var i = 0; i < a.Elements.Length; i++)
            sum += a.Elements[i] * b.Elements[i];
        return sum;
    }
}
