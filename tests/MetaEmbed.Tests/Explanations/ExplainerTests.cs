using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Explanations;
using MetaEmbed.Export;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Reference;
using MetaEmbed.Tests.Data;
using MetaEmbed.Tests.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Explanations;

public sealed class ExplainerTests : IDisposable
{
    // Parts of some 0.1 from sums of 20 products of 32-bit rows.
    private const double Tolerance = 2e-5;

    private static readonly CoarseTrainingOptions Coarse = CoarseRuns.Options with { Precision = RowPrecision.Float32, MaxEpochs = 4 };
    private static readonly FineTrainingOptions Fine = new()
    {
        FineCount = 6,
        FinePerCoarse = 2,
        Components = 6,
        Threshold = 0.2,
        BatchSize = 128,
        EvaluateEvery = 1,
        FixedPatience = 1,
        UpdatePatience = 1,
        MaxEpochs = 3,
    };

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder.File("run");

    private string Root => Path.GetDirectoryName(Run)!;

    [Fact]
    public void Parts_are_those_of_the_last_propagation_of_the_twin()
    {
        var dataset = Train(Coarse, null);
        var (checkpoint, _) = StoredRun.Open(Run).LoadCheckpoints();
        using (checkpoint)
        {
            var assignment = CoarseTensors.ReadAssignment(checkpoint, "assignment", dataset.UserCount + dataset.ItemCount, Coarse.CoarseCount, Coarse.CoarsePerEntity);
            var bias = checkpoint.Values<float>("item_bias", dataset.ItemCount).ToArray().Select(value => (double)value).ToArray();
            var twin = new MetaEmbed.Reference.CoarseModel(
                ItemsOf(dataset), dataset.ItemCount, Coarse.Layers, Dense(assignment),
                DenseMatrix.From(Coarse.CoarseCount, Coarse.Dimension, checkpoint.Values<float>("codebook", Coarse.CoarseCount, Coarse.Dimension)), bias);
            var forward = twin.Forward();
            AssertParts(dataset, twin.Graph, forward.Layers, forward.Rows, bias);
        }
    }

    [Fact]
    public void With_a_fine_stage_too()
    {
        var dataset = Train(Coarse, Fine);
        var (coarse, fine) = StoredRun.Open(Run).LoadCheckpoints();
        using (coarse)
        using (fine)
        {
            var assignment = CoarseTensors.ReadAssignment(coarse, "assignment", dataset.UserCount + dataset.ItemCount, Coarse.CoarseCount, Coarse.CoarsePerEntity);
            var second = CoarseTensors.ReadAssignment(fine!, "fine_assignment", Coarse.CoarseCount, Fine.FineCount, Fine.FinePerCoarse);
            var bias = fine!.Values<float>("item_bias", dataset.ItemCount).ToArray().Select(value => (double)value).ToArray();
            var twin = new MetaEmbed.Reference.FineModel(
                ItemsOf(dataset), dataset.ItemCount, Coarse.Layers, Dense(assignment), Dense(second),
                DenseMatrix.From(Coarse.CoarseCount, Coarse.Dimension, coarse.Values<float>("codebook", Coarse.CoarseCount, Coarse.Dimension)),
                DenseMatrix.From(Fine.FineCount, Coarse.Dimension, fine.Values<float>("fine_codebook", Fine.FineCount, Coarse.Dimension)),
                bias, Fine.Threshold, Fine.Gate);
            var forward = twin.Forward();
            AssertParts(dataset, twin.Graph, forward.Layers, forward.Rows, bias);
        }
    }

    [Theory]
    [InlineData("coarse")]
    [InlineData("table")]
    [InlineData("mf")]
    [InlineData("folded")]
    public void Parts_add_up_to_the_score_of_the_list(string kind)
    {
        // Rows are kept in 16 bits where the preset says so: parts add up all the same.
        var options = kind switch
        {
            "coarse" => CoarseRuns.Options with { MaxEpochs = 4 },
            "table" => CoarseRuns.Options with { MaxEpochs = 4, Model = ModelKind.Table },
            "mf" => CoarseRuns.Options with { MaxEpochs = 4, Model = ModelKind.Mf, Layers = 0 },
            _ => Presets.All.Single(preset => preset.Name == "folded").Coarse with { MaxEpochs = 2, Dimension = 16, Cutoffs = [5], BatchSize = 60, EvaluateEvery = 1 },
        };
        var dataset = Train(options, null);
        using var explainer = Explainer.Open(Run, null, null, 1);
        using var workers = new Workers(1);
        for (var user = 0; user < dataset.UserCount; user += 9)
        {
            foreach (var (item, score) in StoredRun.Open(Run).Recommend(null, user, 5, includeTrain: false, workers))
            {
                var why = explainer.Explain(user, item);
                Assert.Equal(score, why.Score, 1e-4);
                Assert.Equal(why.Score, why.Bias + why.Own + why.History.Sum(part => part.Part), 1e-9);
                Assert.Equal(dataset.Train.Of(user).ToArray(), why.History.Select(part => part.Item).Order());
                if (kind == "folded")
                    Assert.Equal(0, why.Own, 1e-4);
                if (kind == "mf")
                    Assert.All(why.History, part => Assert.Equal(0, part.Part));
                if (kind is "coarse" or "table")
                    Assert.Contains(why.History, part => Math.Abs(part.Part) > 1e-3);
                if (why.ShareOf(why.Own) is { } own)
                    Assert.Equal(1, own + why.History.Sum(part => why.ShareOf(part.Part)!.Value), 1e-9);
                if (kind != "coarse")
                    Assert.Empty(why.Shared);
                Assert.All(why.Shared, shared => Assert.True(shared.OfItem > 0 && shared.OfUser + shared.OfHistory > 0));
            }
        }
    }

    [Fact]
    public void A_history_carries_all_of_a_folded_in_score()
    {
        Train(Coarse, null);
        using var model = RunModel.Open(Run, null, 1, foldIn: true, TestContext.Current.CancellationToken);
        int[] history = [3, 17, 4, 17];
        for (var item = 0; item < model.ItemCount; item += 6)
        {
            var why = Explainer.FromHistory(model, history, item);
            Assert.Equal(model.Score(history, item), why.Score, 1e-4);
            Assert.Equal([3, 4, 17], why.History.Select(part => part.Item).Order());
            Assert.Equal(0, why.Own);
        }
    }

    public void Dispose() => _folder.Dispose();

    private void AssertParts(Dataset dataset, DenseMatrix graph, DenseMatrix[] layers, DenseMatrix rows, double[] bias)
    {
        using var explainer = Explainer.Open(Run, null, null, 2);
        var found = 0;
        for (var user = 0; user < dataset.UserCount; user += 5)
        {
            for (var item = user % 3; item < dataset.ItemCount; item += 7)
            {
                var target = rows.Row(dataset.UserCount + item).ToArray();
                var why = explainer.Explain(user, item);
                foreach (var (met, part) in why.History)
                {
                    var entity = dataset.UserCount + met;
                    var carried = layers[..^1].Sum(layer => Product(layer.Row(entity), target));
                    Assert.Equal(graph[user, entity] * carried / layers.Length, part, Tolerance);
                    found++;
                }

                Assert.Equal(Product(rows.Row(user), target) + bias[item], why.Score, 10 * Tolerance);
            }
        }

        Assert.True(found > 100);
    }

    private Dataset Train(CoarseTrainingOptions options, FineTrainingOptions? fine)
    {
        var data = CoarseRuns.Data(Root);
        var request = new TrainRequest(data, Run, "test", options, 1);
        TrainingRun.Execute(fine is null ? request : request with { Stage = TrainingStages.Both, Fine = fine });
        return DatasetFolder.Open(data);
    }

    private static double Product(ReadOnlySpan<double> left, double[] right)
    {
        var sum = 0.0;
        for (var column = 0; column < right.Length; column++)
            sum += left[column] * right[column];
        return sum;
    }

    private static int[][] ItemsOf(Dataset dataset) => [.. Enumerable.Range(0, dataset.UserCount).Select(user => dataset.Train.Of(user).ToArray())];

    private static DenseMatrix Dense(Assignment assignment) => DenseMatrix.FromPicks(assignment.Rows, assignment.Columns, assignment.Picks, assignment.Weights);
}
