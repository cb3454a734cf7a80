using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Export;

/// <summary>An exact file has the rows and the lists of the run to the last bit.</summary>
public sealed class ExactFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("metaembed-").FullName;

    [Theory]
    [InlineData(RowPrecision.BFloat16, 20, 2)]
    [InlineData(RowPrecision.Float32, 70, 3)]
    [InlineData(RowPrecision.BFloat16, 5, 0)]
    public void A_coarse_run_comes_back_bit_for_bit(RowPrecision precision, int dimension, int layers)
    {
        var options = CoarseRuns.Options with { MaxEpochs = 2, Precision = precision, Dimension = dimension, Layers = layers };
        CoarseRuns.Train(_root, "run", options);
        AssertSame("run");
    }

    [Fact]
    public void A_fine_run_comes_back_bit_for_bit()
    {
        var coarse = CoarseRuns.Options with { MaxEpochs = 4 };
        var fine = new FineTrainingOptions
        {
            FineCount = 6,
            FinePerCoarse = 2,
            Components = 5,
            Threshold = 0.3,
            BatchSize = 60,
            Negatives = 2,
            MaxEpochs = 4,
            EvaluateEvery = 1,
            FixedPatience = 1,
            UpdatePatience = -1,
        };
        TrainingRun.Execute(new TrainRequest(CoarseRuns.Data(_root), Path.Combine(_root, "run"), "test", coarse, 2) { Stage = TrainingStages.Both, Fine = fine });
        AssertSame("run");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void AssertSame(string run)
    {
        var stored = StoredRun.Open(Path.Combine(_root, run));
        var dataset = DatasetFolder.Open(CoarseRuns.Data(_root));
        using var workers = new Workers(2);
        using var rows = TrainedRows.Of(stored, dataset.Train, workers);
        var file = Path.Combine(_root, "exact.metaembed");
        var card = ModelExport.Execute(new ExportRequest(Path.Combine(_root, run), file, ModelFileKind.Exact) { Threads = 2 });
        using var recommender = Recommender.Open(file);
        var row = new float[rows.Items.Columns];
        for (var user = 0; user < dataset.UserCount; user++)
        {
            recommender.CopyUserRow(user, row);
            Assert.Equal(rows.Users.Row(user).ToArray(), row);
        }

        for (var item = 0; item < dataset.ItemCount; item++)
        {
            recommender.CopyItemRow(item, row);
            Assert.Equal(rows.Items.Row(item).ToArray(), row);
        }

        Assert.Equal(card.Of(CardMetrics.Checkpoint)!.Ndcg, card.Of(CardMetrics.FileKnown)!.Ndcg);
        var best = new Recommendation[12];
        for (var user = 0; user < dataset.UserCount; user++)
        {
            var expected = stored.Recommend(CoarseRuns.Data(_root), user, 12, includeTrain: false, workers);
            var count = recommender.Recommend(user, best);
            Assert.Equal(expected, best[..count].Select(entry => (entry.Item, entry.Score)));
        }
    }
}
