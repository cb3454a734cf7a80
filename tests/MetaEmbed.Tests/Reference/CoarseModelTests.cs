using MetaEmbed.Reference;
using MetaEmbed.Tests.Conformance;

namespace MetaEmbed.Tests.Reference;

public sealed class CoarseModelTests
{
    public static TheoryData<string> Names => ProblemShape.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_the_slopes_of_the_loss(string name)
    {
        var problem = RandomProblem.Create(1, name);
        var model = problem.ToCoarseModel();
        var gradient = model.Backward(model.Forward(), problem.Batch, problem.Shape.L2Factor);

        FiniteDifference.Check(model.Codebook.Elements, gradient.Codebook.Elements, Loss);
        FiniteDifference.Check(model.ItemBias, gradient.ItemBias, Loss);

        double Loss() => model.Loss(model.Forward(), problem.Batch, problem.Shape.L2Factor).Total;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_the_weights_is_the_slope_of_the_loss_while_the_graph_stays(string name)
    {
        var problem = RandomProblem.Create(4, name);
        var model = problem.ToCoarseModel();
        var gradient = model.AssignmentGradient(model.Forward(), problem.Batch, problem.Shape.L2Factor);

        // The twin's graph was built from S once: moving S in place moves X0 alone.
        FiniteDifference.Check(model.Assignment.Elements, gradient.Elements, () => model.Loss(model.Forward(), problem.Batch, problem.Shape.L2Factor).Total);
    }

    [Fact]
    public void A_step_clips_each_gradient_element_before_Adam_sees_it()
    {
        var problem = RandomProblem.Create(6);
        var (model, twin) = (problem.ToCoarseModel(), problem.ToCoarseModel());
        var gradient = twin.Backward(twin.Forward(), problem.Batch, problem.Shape.L2Factor);
        const double bound = 0.01;
        Assert.Contains(gradient.Codebook.Elements.ToArray(), g => g > bound);
        Assert.Contains(gradient.Codebook.Elements.ToArray(), g => g < -bound);
        Assert.Contains(gradient.ItemBias, g => Math.Abs(g) > bound);
        var clipped = gradient.Codebook.Map(g => Math.Abs(g) > bound ? bound * Math.Sign(g) : g);
        double[] clippedBias = [.. gradient.ItemBias.Select(g => Math.Abs(g) > bound ? bound * Math.Sign(g) : g)];

        // Adam's first step hardly shows the size of a gradient; the second does, where it weighs it against another.
        var (codebook, bias) = (new Adam(clipped.Elements.Length, 0.01), new Adam(problem.Items, 0.01));
        var (codebookOfTwin, biasOfTwin) = (new Adam(clipped.Elements.Length, 0.01), new Adam(problem.Items, 0.01));
        model.Step(problem.Batch, problem.Shape.L2Factor, bound, codebook, bias);
        codebookOfTwin.Step(twin.Codebook.Elements, clipped.Elements);
        biasOfTwin.Step(twin.ItemBias, clippedBias);
        foreach (var (m, c, b) in ((CoarseModel, Adam, Adam)[])[(model, codebook, bias), (twin, codebookOfTwin, biasOfTwin)])
        {
            c.Step(m.Codebook.Elements, [.. Enumerable.Repeat(-0.004, clipped.Elements.Length)]);
            b.Step(m.ItemBias, [.. Enumerable.Repeat(-0.004, problem.Items)]);
        }

        Assert.Equal(twin.Codebook.Elements.ToArray(), model.Codebook.Elements.ToArray());
        Assert.Equal(twin.ItemBias, model.ItemBias);
    }

    [Fact]
    public void A_meta_embedding_without_entities_keeps_its_share_of_itself()
    {
        var problem = RandomProblem.Create(2, "empty meta-embeddings");
        var model = problem.ToCoarseModel();
        var rows = model.Forward().Rows;
        for (var k = problem.Shape.Coarse - problem.Shape.EmptyCoarse; k < problem.Shape.Coarse; k++)
        {
            for (var j = 0; j < problem.Shape.Dimension; j++)
                Assert.Equal(model.Codebook[k, j] / (problem.Shape.Layers + 1), rows[problem.Entities + k, j], 1e-15);
        }
    }

    [Fact]
    public void A_user_without_items_is_joined_to_its_meta_embeddings_alone()
    {
        var problem = RandomProblem.Create(3, "users without items");
        var model = problem.ToCoarseModel();
        var user = problem.Users - 1;
        for (var node = 0; node < model.Graph.Rows; node++)
        {
            var picked = node >= problem.Entities && model.Assignment[user, node - problem.Entities] > 0;
            Assert.Equal(picked, model.Graph[user, node] > 0);
        }
    }

    [Fact]
    public void Each_update_row_keeps_its_largest_signed_values_and_negative_ones_become_zero()
    {
        var problem = RandomProblem.Create(4, new ProblemShape { CoarsePerEntity = 4 });
        var rows = problem.ToCoarseModel().Forward().Rows;
        var raw = AssignmentUpdate.Coarse(rows, problem.Entities, 4, clipNegatives: false);
        var clipped = AssignmentUpdate.Coarse(rows, problem.Entities, 4);

        var negative = 0;
        for (var row = 0; row < problem.Entities; row++)
        {
            var smallest = raw.Picks[row].Min(column => raw.Choices[row, column]);
            for (var column = 0; column < problem.Shape.Coarse; column++)
            {
                var value = raw.Choices[row, column];
                Assert.Equal(raw.Picks[row].Contains(column), value >= smallest);
                Assert.Equal(value >= smallest ? value : 0, raw.Assignment[row, column]);
                Assert.Equal(value >= smallest && value > 0 ? value : 0, clipped.Assignment[row, column]);
                negative += value >= smallest && value < 0 ? 1 : 0;
            }
        }

        Assert.True(negative > 0, "the problem was to have a negative kept value");
    }

    [Fact]
    public void Equal_values_go_to_the_smaller_column()
    {
        var update = AssignmentUpdate.KeepLargest(DenseMatrix.From(1, 5, [1.0, 3, 2, 3, 2]), 3, clipNegatives: true);
        Assert.Equal([1, 3, 2], update.Picks[0]);
    }

    [Fact]
    public void The_step_that_updates_the_assignment_uses_its_own_forward_pass_to_the_end()
    {
        var problem = RandomProblem.Create(5);
        var (kept, updated) = (problem.ToCoarseModel(), problem.ToCoarseModel());
        var expected = AssignmentUpdate.Coarse(updated.Forward().Rows, problem.Entities, 2).Assignment;
        Step(kept, 0);
        Step(updated, 2);

        Assert.Equal(kept.Codebook.Elements.ToArray(), updated.Codebook.Elements.ToArray());
        Assert.Equal(expected.Elements.ToArray(), updated.Assignment.Elements.ToArray());
        Assert.Equal(ExpandedGraph.Coarse(updated.Adjacency, expected).Elements.ToArray(), updated.Graph.Elements.ToArray());

        void Step(CoarseModel model, int update) =>
            model.Step(problem.Batch, 5, 3, new Adam(model.Codebook.Elements.Length, 0.01), new Adam(problem.Items, 0.01), update);
    }
}
