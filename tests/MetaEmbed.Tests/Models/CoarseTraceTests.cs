using MetaEmbed.Evaluation;
using MetaEmbed.Models;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Tests.Golden;
using MetaEmbed.Training;
using DenseMatrix = MetaEmbed.Reference.DenseMatrix;

namespace MetaEmbed.Tests.Models;

/// <summary>The golden traces of the official code through the fast path in 32 bits, to 1e-4 of the largest element and closer where a sum allows it.</summary>
public sealed class CoarseTraceTests
{
    // Sums of some dozens of 32-bit terms.
    private const double Rows = 1e-5;

    // Adam divides by the root of the second moment, so that the error of a small gradient becomes a share of the rate.
    private const double Steps = 1e-4;

    public static TheoryData<string> Names => GoldenTrace.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_and_gradients_are_those_of_the_trace(string name)
    {
        var golden = GoldenTrace.Coarse(name);
        using var fast = Create(golden);
        var expected = Near.Matrix(golden.Train!.GcnAllRows);
        var entities = fast.Model.ExpandedGraph.Entities;
        NearTwin.Equal(expected.RowRange(0, entities), fast.EntityRows().AsSpan(), Rows, "H of the entities");
        using var meta = fast.MetaRows();
        NearTwin.Equal(expected.RowRange(entities, golden.Meta.NumClusters), meta.AsSpan(), Rows, "H of the meta-embeddings");

        // Without a layer H is X0 itself.
        using var flat = Create(golden, layers: 0);
        NearTwin.Equal(Near.Matrix(golden.Train.EgoEmbs), flat.EntityRows().AsSpan(), Rows, "tanh(S C)");

        fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
        var gradients = golden.Train.Steps[0].GradsBeforeClip!;
        NearTwin.Equal(Near.Matrix(gradients.CentroidEmbs), fast.CodebookGradient(), Rows, "gradient of C");
        NearTwin.Equal(gradients.LinearFc.AsSpan(golden.Meta.Users), fast.ItemBiasGradient(), Rows, "gradient of the item biases");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Five_steps_the_update_and_the_evaluations_are_those_of_the_trace(string name)
    {
        var golden = GoldenTrace.Coarse(name);
        using var fast = Create(golden);
        var compared = 0;
        foreach (var step in golden.Train!.Steps)
        {
            var (ranking, penalty) = fast.Trainer.TrainStep(fast.Batch, updateAssignment: false);
            Assert.Equal(step.BprLoss, ranking, Steps * Math.Max(1, step.BprLoss));
            Assert.Equal(step.RegLossX1e4, penalty, Steps * Math.Max(1, step.RegLossX1e4));
            if (step.ParamsAfter is null)
                continue;
            compared++;
            NearTwin.Equal(Near.Matrix(step.ParamsAfter.CentroidEmbs), fast.Codebook(), Steps, "C after a step");
            NearTwin.Equal(step.ParamsAfter.LinearFc.AsSpan(golden.Meta.Users), fast.ItemBias(), Steps, "item biases after a step");
        }

        Assert.Equal((5, 2), (golden.Train.Steps.Length, compared));
        Evaluations(golden, golden.EvalBeforeUpdate!, fast);

        var entities = fast.Model.ExpandedGraph.Entities;
        var expected = golden.AssignmentUpdate!;
        var update = fast.UpdateOfAssignment();
        for (var row = 0; row < entities; row++)
            Assert.Equal(expected.TopkIdx![row].Order(), update.Picks.AsSpan(row * update.PerRow, update.PerRow).ToArray());
        var weights = DenseMatrix.FromPicks(entities, update.Columns, update.Picks, update.Weights);
        NearTwin.Equal(expected.SAfter!.ToDense(), [.. weights.Elements.ToArray().Select(weight => (float)weight)], Steps, "S after the update");
        Assert.Equal(expected.UniqueCount, update.Picks.Distinct().Count());

        fast.Model.Assignment = update;
        NearTwin.Equal(Near.Matrix(expected.GcnAfterUpdateUserItemRows), fast.EntityRows().AsSpan(), Steps, "H after the update");
        Evaluations(golden, golden.EvalAfterUpdate!, fast);
    }

    /// <summary>Metrics of both splits, and the best ten items of each user wherever no neighbour's score is nearly theirs.</summary>
    private static void Evaluations(GoldenTrace golden, GoldenEvaluation expected, FastCoarse fast)
    {
        var (users, items) = (golden.Meta.Users, golden.Meta.Items);
        var train = Interactions(golden, golden.Data!.Train);
        var rows = fast.EntityRows();
        foreach (var (relevant, metrics) in new[] { (golden.Data.Valid, expected.Valid), (golden.Data.Test, expected.Test) })
        {
            var result = FullRanking.Evaluate(
                rows, users, items, fast.ItemBias(), train, Interactions(golden, relevant), new() { Cutoffs = expected.Ks }, fast.Workers);
            for (var k = 0; k < expected.Ks.Length; k++)
            {
                // No two scores of these problems are so near that 32 bits could swap them: the ranks are exact.
                Assert.Equal(metrics.Ndcgs[k], result.Ndcg[expected.Ks[k]], 1e-8);
                Assert.Equal(metrics.Recalls[k], result.Recall[expected.Ks[k]], 1e-8);
            }
        }

        var lists = FullRanking.TopItems(rows, users, items, fast.ItemBias(), train, null, 10, fast.Workers);
        var compared = 0;
        for (var user = 0; user < users; user++)
        {
            var scores = expected.TopScores[user];
            for (var i = 0; i < lists.Items(user).Length; i++)
            {
                // The official score has the user's bias too, which changes no order.
                Assert.Equal(scores[i], lists.Scores(user)[i] + golden.Params0!.LinearFc[user], Steps * Math.Max(1, Math.Abs(scores[i])));
                if (NearlyTied(scores, i))
                    continue;
                Assert.Equal(expected.TopItems[user][i], lists.Items(user)[i]);
                compared++;
            }
        }

        Assert.True(compared > 8 * users, $"only {compared} items of {users} users could be compared");
    }

    private static bool NearlyTied(double[] scores, int i)
    {
        var slack = Steps * Math.Max(1, Math.Abs(scores[i]));
        return (i > 0 && scores[i - 1] - scores[i] < slack) || (i + 1 < scores.Length && scores[i] - scores[i + 1] < slack);
    }

    private static FastCoarse Create(GoldenTrace golden, int? layers = null)
    {
        var (start, meta) = (golden.S0!, golden.Meta);
        var assignment = new Assignment(meta.NumClusters, meta.T, start.Col, [.. start.Val.Select(value => (float)value)]);
        Assert.Equal(meta.Users + meta.Items, assignment.Rows);
        Assert.Equal(Enumerable.Range(0, start.Row.Length).Select(i => i / meta.T), start.Row);
        return new FastCoarse(
            Interactions(golden, golden.Data!.Train),
            assignment,
            [.. golden.Params0!.CentroidEmbs.SelectMany(row => row).Select(value => (float)value)],
            [.. golden.Params0.LinearFc.Skip(meta.Users).Select(value => (float)value)],
            (golden.Batch!.Users, golden.Batch.Pos, golden.Batch.Neg),
            new CoarseTrainingOptions
            {
                Dimension = meta.LatentDim,
                Layers = layers ?? meta.NumLayers,
                Precision = RowPrecision.Float32,
                L2Factor = meta.L2PenaltyFactor,
                LearningRate = golden.Train!.AdamLr,
                GradientClip = meta.MaxGradValue,
            },
            threads: 2);
    }

    private static MetaEmbed.Data.Interactions Interactions(GoldenTrace golden, Dictionary<string, int[]> items) =>
        RandomProblem.ToInteractions([.. GoldenData.ByUser(items, golden.Meta.Users).Select(list => list.Distinct().Order().ToArray())], golden.Meta.Items);
}
