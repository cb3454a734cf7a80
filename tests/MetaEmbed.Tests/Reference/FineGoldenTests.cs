using MetaEmbed.Reference;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Reference;

public sealed class FineGoldenTests
{
    public static TheoryData<string> Names => GoldenTrace.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Graph_and_forward_pass_match_the_trace(string name)
    {
        var golden = GoldenTrace.Fine(name);
        var model = ModelOf(golden);
        var forward = model.Forward();

        Near.Equal(golden.ExpandedGraph.ToDense(), model.Graph, "E_norm");
        Near.Equal(golden.GetFullEmbs!.FullEmbs, model.Assignment.Times(model.Codebook), "S C");
        Near.Equal(golden.GetFullEmbs.GatedCentroidEmbs, forward.Bridged, "C~");
        Near.Equal(golden.GetFullEmbs.SoftThresholdedFinetuneEmbs, forward.Thresholded, "F~");
        Near.Equal(golden.Train!.EgoEmbs, forward.Composed, "tanh(S C)");
        for (var layer = 0; layer < (golden.Train.LayerEmbs?.Length ?? 0); layer++)
            Near.Equal(golden.Train.LayerEmbs![layer], forward.Layers[layer], $"layer {layer}");
        Assert.Equal(golden.Meta.NumLayers + 1, forward.Layers.Length);
        Near.Equal(golden.Train.GcnAllRows, forward.Rows, "H");
        GoldenChecks.Scores(golden, forward.Rows, model.ItemBias);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_match_the_trace(string name)
    {
        var golden = GoldenTrace.Fine(name);
        var model = ModelOf(golden);
        var gradient = model.Backward(model.Forward(), golden.Batch!.ToBatch());
        var first = golden.Train!.Steps[0];

        Near.Equal(first.GradsBeforeClip!.FinetuneEmbs!, gradient.FineCodebook, "gradient of F");
        Near.Equal(first.GradsBeforeClip.LinearFc.AsSpan(model.Users), gradient.ItemBias, "gradient of the item biases");
        Assert.Equal((0, 0), (first.UserBiasGradMaxAbs, first.GlobalBiasGrad));
    }

    /// <summary>C does not learn in this stage, but the trace has its gradient, and all of X0's goes into it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_X0_makes_that_of_C_in_the_trace(string name)
    {
        var golden = GoldenTrace.Fine(name);
        var model = ModelOf(golden);
        var forward = model.Forward();
        var loss = BprLoss.Gradient(forward.Rows, forward.Composed, model.ItemBias, model.Users, golden.Batch!.ToBatch(), golden.Meta.L2PenaltyFactor);
        var start = model.PropagateBack(loss.Rows);
        var composed = start.RowRange(0, model.Entities).Plus(loss.Composed).Combine(forward.Composed, (g, x) => g * (1 - x * x));
        var bridged = start.RowRange(model.Entities, golden.Meta.NumClusters).Scale(1 - golden.Meta.Gate);
        var gradient = model.Assignment.Transpose().Times(composed).Plus(bridged);

        var first = golden.Train!.Steps[0];
        Near.Equal(first.GradsBeforeClip!.CentroidEmbs, gradient, "gradient of C");
        Adam.Clip(gradient.Elements, 0.001);
        Near.Equal(first.GradsCentroidClip!, gradient, "clipped gradient of C");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Five_steps_the_update_and_the_evaluations_match_the_trace(string name)
    {
        var golden = GoldenTrace.Fine(name);
        var model = ModelOf(golden);
        Train(golden, model);

        var before = model.Forward();
        GoldenChecks.Evaluation(golden, golden.EvalBeforeUpdate!, before.Rows, model.ItemBias);
        var expected = golden.AssignmentUpdate!;
        var (coarse, fine) = (golden.Meta.NumClusters, golden.Meta.NumClustersFt);
        Near.Equal(expected.GcnAllRowsBeforeUpdate, before.Rows, "H before the update");
        Near.Equal(
            expected.SingularValuesHCentroid,
            PseudoInverse.Of(before.Rows.RowRange(model.Entities, coarse)).SingularValues,
            "singular values of H_C");
        Near.Equal(
            expected.SingularValuesHFinetune!,
            PseudoInverse.Of(before.Rows.RowRange(model.Entities + coarse, fine)).SingularValues,
            "singular values of H_F");
        var (toCoarse, toFine) = FineAssignmentUpdate.Products(before.Rows, model.Entities, coarse);
        Near.Equal(expected.PinvProductDense, toCoarse, "H pinv(H_C)");
        Near.Equal(expected.PinvProductFinetuneDense!, toFine, "H pinv(H_F)");

        var update = model.UpdateFineAssignment(before, golden.Meta.TopKFt);
        Near.Equal(expected.AttnScores!, update.Scores, "attention");
        Near.Equal(expected.AttnSoftmax!, update.Softmax, "softmax");
        for (var row = 0; row < coarse; row++)
        {
            Assert.Equal(expected.AttnTopkIdx![row], update.Kept.Picks[row]);
            double[] values = [.. update.Kept.Picks[row].Select(column => update.Softmax[row, column])];
            Near.Equal(expected.AttnTopkVal![row], values, $"kept values of row {row}");
        }

        Assert.Equal(expected.UniqueCount, update.Kept.Picks.SelectMany(row => row).Distinct().Count());
        Near.Equal(expected.S2After!.ToDense(), model.FineAssignment, "S2 after");
        Near.Equal(expected.ExpandedGraphAfter.ToDense(), model.Graph, "E_norm after");

        var after = model.Forward();
        Near.Equal(expected.GcnAfterUpdateUserItemRows, after.Rows.RowRange(0, model.Entities), "H after");
        GoldenChecks.Evaluation(golden, golden.EvalAfterUpdate!, after.Rows, model.ItemBias);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_fine_assignment_matches_the_trace(string name)
    {
        var golden = GoldenTrace.FineInitialization(name);
        var meta = golden.Meta;
        var assignment = golden.S1!.ToDense();
        var first = FineAssignmentUpdate.FromPartition(assignment, golden.MetisPartKFt!, meta.NumClustersFt, meta.TopKFt);

        Near.Equal(golden.AttnScores!, first.Scores, "S^T P");
        Near.Equal(golden.AttnSoftmax!, first.Softmax, "softmax");
        Near.Equal(golden.S2!.ToDense(), first.Kept.Assignment, "S2");
        var train = GoldenData.ByUser(GoldenTrace.Coarse(name).Data!.Train, meta.Users);
        var adjacency = ExpandedGraph.NormalizedAdjacency(train, meta.Items);
        Near.Equal(golden.ExpandedGraph.ToDense(), ExpandedGraph.Fine(adjacency, assignment, first.Kept.Assignment), "E_norm");
    }

    private static void Train(GoldenTrace golden, FineModel model)
    {
        var codebookOptimizer = new Adam(model.FineCodebook.Elements.Length, golden.Train!.AdamLr);
        var biasOptimizer = new Adam(model.ItemBias.Length, golden.Train.AdamLr);
        foreach (var step in golden.Train.Steps)
        {
            var loss = model.Step(golden.Batch!.ToBatch(), golden.Meta.L2PenaltyFactor, golden.Meta.MaxGradValue, codebookOptimizer, biasOptimizer);
            GoldenChecks.Loss(step, loss);
            if (step.ParamsAfter is null)
                continue;
            Near.Equal(step.ParamsAfter.FinetuneEmbs!, model.FineCodebook, "F after a step");
            Near.Equal(step.ParamsAfter.CentroidEmbs, model.Codebook, "C after a step");
            Near.Equal(step.ParamsAfter.LinearFc.AsSpan(model.Users), model.ItemBias, "item biases after a step");
        }
    }

    private static FineModel ModelOf(GoldenTrace golden) => new(
        GoldenData.ByUser(golden.Data!.Train, golden.Meta.Users),
        golden.Meta.Items,
        golden.Meta.NumLayers,
        golden.S1!.ToDense(),
        golden.S2!.ToDense(),
        Near.Matrix(golden.Params0!.CentroidEmbs),
        Near.Matrix(golden.Params0.FinetuneEmbs!),
        golden.Params0.LinearFc[golden.Meta.Users..],
        golden.Meta.ThresholdFt,
        golden.Meta.Gate);
}
