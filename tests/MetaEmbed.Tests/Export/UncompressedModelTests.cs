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

/// <summary>Files of models without meta-embeddings.</summary>
public sealed class UncompressedModelTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("metaembed-").FullName;

    [Fact]
    public void A_folded_table_gives_the_users_of_its_training()
    {
        Train("folded", ModelKind.Table, UserRowKind.Folded);
        var card = Export("folded", ModelFileKind.Device, "float32");
        using var recommender = Recommender.Open(Path.Combine(_root, "folded.metaembed"));
        using var workers = new Workers(1);
        var dataset = DatasetFolder.Open(CoarseRuns.Data(_root));
        using var rows = StoredRun.Open(Path.Combine(_root, "folded")).RankingRows(dataset.Train, workers);
        var user = new float[recommender.Info.Dimension];
        for (var u = 0; u < dataset.UserCount; u++)
        {
            // The scale alone is fitted: the direction is the trained one.
            recommender.FoldIn(dataset.Train.Of(u), user);
            var expected = rows.Rows.Row(u);
            var scale = user[0] / expected[0];
            for (var k = 0; k < user.Length; k++)
                Assert.Equal(expected[k] * scale, user[k], 1e-4f * Math.Abs(scale));
        }

        Assert.True(card.Of(CardMetrics.FileHistory)!.Ndcg[5] > 0);
    }

    [Fact]
    public void A_table_is_exact_as_32_bit_rows_and_has_no_other_exact_form()
    {
        Train("table", ModelKind.Table, UserRowKind.Own);
        var card = Export("table", ModelFileKind.Table, "float32");
        Assert.Equal(card.Of(CardMetrics.Checkpoint)!.Ndcg, card.Of(CardMetrics.FileKnown)!.Ndcg);
        Assert.Contains("choose table or device with --code float32", Assert.Throws<UserMistakeException>(() => Export("table", ModelFileKind.Exact, null)).Message);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Train(string run, ModelKind model, UserRowKind users) => CoarseRuns.Train(_root, run, new CoarseTrainingOptions
    {
        Model = model,
        UserRows = users,
        Loss = RankingLossKind.SampledSoftmax,
        Dimension = 12,
        LearningRate = 0.02,
        BatchSize = 128,
        StepsPerEpoch = 5,
        MaxEpochs = 2,
        EvaluateEvery = 1,
        FixedPatience = 0,
        UpdatePatience = -1,
        Cutoffs = [2, 5],
    });

    private ModelCard Export(string run, ModelFileKind kind, string? code) =>
        ModelExport.Execute(new ExportRequest(Path.Combine(_root, run), Path.Combine(_root, run + ".metaembed"), kind) { Code = code, Threads = 1 });
}
