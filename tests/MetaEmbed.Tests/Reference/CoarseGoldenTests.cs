using MetaEmbed.Reference;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Reference;

public sealed class CoarseGoldenTests
{
    public static TheoryData<string> Names => GoldenTrace.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Graphs_and_forward_pass_match_the_trace(string name)
    {
        var golden = GoldenTrace.Coarse(name);
        var model = ModelOf(golden);
        var forward = model.Forward();
        var nodes = model.Entities + golden.Meta.NumClusters;

        Near.Equal(golden.NormAdj!.ToDense(), model.Adjacency, "A_norm");
        Near.Equal(WithoutFine(golden, golden.ExpandedGraph.ToDense()), model.Graph, "E_norm");
        Near.Equal(golden.Train!.EgoEmbs, forward.Composed, "tanh(S C)");
        for (var layer = 0; layer < (golden.Train.LayerEmbs?.Length ?? 0); layer++)
            Near.Equal(golden.Train.LayerEmbs![layer][..nodes], forward.Layers[layer], $"layer {layer}");
        Assert.Equal(golden.Meta.NumLayers + 1, forward.Layers.Length);
        Near.Equal(golden.Train.GcnAllRows[..nodes], forward.Rows, "H");
        GoldenChecks.Scores(golden, forward.Rows, model.ItemBias);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_and_their_clipping_match_the_trace(string name)
    {
        var golden = GoldenTrace.Coarse(name);
        var model = ModelOf(golden);
        var gradient = model.Backward(model.Forward(), golden.Batch!.ToBatch(), golden.Meta.L2PenaltyFactor);
        var first = golden.Train!.Steps[0];

        Near.Equal(first.GradsBeforeClip!.CentroidEmbs, gradient.Codebook, "gradient of C");
        Near.Equal(first.GradsBeforeClip.LinearFc.AsSpan(model.Users), gradient.ItemBias, "gradient of the item biases");
        Assert.Equal((0, 0), (first.UserBiasGradMaxAbs, first.GlobalBiasGrad));
        Adam.Clip(gradient.Codebook.Elements, 0.001);
        Near.Equal(first.GradsCentroidClip!, gradient.Codebook, "clipped gradient of C");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Five_steps_the_update_and_the_evaluations_match_the_trace(string name)
    {
        var golden = GoldenTrace.Coarse(name);
        var model = ModelOf(golden);
        Train(golden, model);

        var before = model.Forward();
        GoldenChecks.Evaluation(golden, golden.EvalBeforeUpdate!, before.Rows, model.ItemBias);
        var expected = golden.AssignmentUpdate!;
        Near.Equal(expected.GcnAllRowsBeforeUpdate[..before.Rows.Rows], before.Rows, "H before the update");
        var coarse = before.Rows.RowRange(model.Entities, golden.Meta.NumClusters);
        Near.Equal(expected.SingularValuesHCentroid, PseudoInverse.Of(coarse).SingularValues, "singular values of H_C");

        var update = model.UpdateAssignment(before, golden.Meta.T);
        Near.Equal(expected.PinvProductDense, update.Choices, "H pinv(H_C)");
        var values = new double[model.Entities][];
        for (var row = 0; row < model.Entities; row++)
        {
            Assert.Equal(expected.TopkIdx![row], update.Picks[row]);
            values[row] = [.. update.Picks[row].Select(column => update.Choices[row, column])];
            Near.Equal(expected.TopkVal![row], values[row], $"kept values of row {row}");
        }

        Near.Equal(expected.MinTopkValue!.Value, values.Min(row => row.Min()), "smallest kept value");
        Assert.Equal(expected.NNegativeTopk, values.Sum(row => row.Count(value => value < 0)));
        Assert.Equal(expected.UniqueCount, update.Picks.SelectMany(row => row).Distinct().Count());
        Near.Equal(expected.SAfter!.ToDense(), model.Assignment, "S after");
        Near.Equal(WithoutFine(golden, expected.ExpandedGraphAfter.ToDense()), model.Graph, "E_norm after");

        var after = model.Forward();
        Near.Equal(expected.GcnAfterUpdateUserItemRows, after.Rows.RowRange(0, model.Entities), "H after");
        GoldenChecks.Evaluation(golden, golden.EvalAfterUpdate!, after.Rows, model.ItemBias);
    }

    private static void Train(GoldenTrace golden, CoarseModel model)
    {
        var codebookOptimizer = new Adam(model.Codebook.Elements.Length, golden.Train!.AdamLr);
        var biasOptimizer = new Adam(model.ItemBias.Length, golden.Train.AdamLr);
        foreach (var step in golden.Train.Steps)
        {
            var loss = model.Step(golden.Batch!.ToBatch(), golden.Meta.L2PenaltyFactor, golden.Meta.MaxGradValue, codebookOptimizer, biasOptimizer);
            GoldenChecks.Loss(step, loss);
            if (step.ParamsAfter is null)
                continue;
            Near.Equal(step.ParamsAfter.CentroidEmbs, model.Codebook, "C after a step");
            Near.Equal(step.ParamsAfter.LinearFc.AsSpan(model.Users), model.ItemBias, "item biases after a step");
            Near.Equal(golden.Params0!.LinearFc.AsSpan(0, model.Users), step.ParamsAfter.LinearFc.AsSpan(0, model.Users), "user biases");
        }
    }

    /// <summary>The official coarse stage carries the fine nodes along, without an edge.</summary>
    private static DenseMatrix WithoutFine(GoldenTrace golden, DenseMatrix expected)
    {
        var nodes = expected.Rows - golden.Meta.NumClustersFt;
        var result = new DenseMatrix(nodes, nodes);
        for (var i = 0; i < expected.Rows; i++)
        {
            for (var j = 0; j < expected.Columns; j++)
            {
                if (i < nodes && j < nodes)
                    result[i, j] = expected[i, j];
                else
                    Assert.Equal(0, expected[i, j]);
            }
        }

        return result;
    }

    private static CoarseModel ModelOf(GoldenTrace golden) => new(
        GoldenData.ByUser(golden.Data!.Train, golden.Meta.Users),
        golden.Meta.Items,
        golden.Meta.NumLayers,
        golden.S0!.ToDense(),
        Near.Matrix(golden.Params0!.CentroidEmbs),
        golden.Params0.LinearFc[golden.Meta.Users..]);
}
