using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Import.Tests;

/// <summary>The library as a caller meets it: import, train, export, recommend.</summary>
public sealed class FaceTests
{
    private static readonly Trainer Small = new() { Preset = Presets.Fast, Coarse = Presets.Fast.Coarse with { CoarseCount = 8, Dimension = 16, StepsPerEpoch = 5 }, Threads = 1 };

    [Fact]
    public void From_a_table_to_named_recommendations()
    {
        using var place = new Workplace();
        var shop = Dataset.Import(Clusters.Write(place), place["shop"]);
        Assert.Equal((Clusters.Users, Clusters.Items), (shop.UserCount, shop.ItemCount));
        var run = Small.Train(shop, place["run"]);
        Assert.True(run.Test!.Ndcg[20] > 0);
        Assert.Equal(run.Test.Ndcg[20], run.Evaluate().Ndcg[20]);
        var card = run.Export(place["shop.metaembed"]);
        Assert.Equal(new FileInfo(place["shop.metaembed"]).Length, card.Bytes);

        using var recommender = Recommender.Open(place["shop.metaembed"]);
        var list = recommender.Recommend("user-3", 5);
        Assert.Equal(5, list.Count);
        Assert.All(list, one => Assert.Equal(recommender.FindItem(one.Name), one.Item));
        Assert.DoesNotContain(list, one => shop.Train.Of(recommender.FindUser("user-3")).Contains(one.Item));
        Assert.Equal(3, recommender.RecommendFromHistory(["item-1", "item-5"], 3).Count);
        Assert.DoesNotContain(recommender.SimilarItems("item-1", 4), one => one.Name == "item-1");
    }

    [Fact]
    public void Names_that_are_unknown_are_a_mistake()
    {
        using var place = new Workplace();
        Small.Train(Dataset.Import(Clusters.Write(place), place["shop"]), place["run"]).Export(place["device.metaembed"], ModelFileKind.Device);
        using var recommender = Recommender.Open(place["device.metaembed"]);
        Assert.Contains("'nobody'", Assert.Throws<UserMistakeException>(() => recommender.Recommend("nobody", 3)).Message, StringComparison.Ordinal);
        Assert.Contains("'nothing'", Assert.Throws<UserMistakeException>(() => recommender.RecommendFromHistory(["nothing"], 3)).Message, StringComparison.Ordinal);
        Assert.Contains("list of 0", Assert.Throws<UserMistakeException>(() => recommender.SimilarItems("item-1", 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_training_goes_on_where_it_stopped()
    {
        using var place = new Workplace();
        var shop = Dataset.Import(Clusters.Write(place), place["shop"]);
        var whole = Small.Train(shop, place["whole"]);
        using var stop = new CancellationTokenSource();
        var progress = new Reports<TrainingProgress>(report =>
        {
            if (report is { Epoch: 2, Phase: not "evaluate" })
                stop.Cancel();
        });
        var stopped = Assert.Throws<OperationCanceledException>(() => Small.Train(shop, place["run"], progress, stop.Token));
        Assert.Contains("can be resumed", stopped.Message, StringComparison.Ordinal);
        var resumed = (Small with { Resume = true }).Train(shop, place["run"]);
        Assert.Equal(whole.Test!.Ndcg[20], resumed.Test!.Ndcg[20]);
        Assert.Equal(whole.Validation!.Recall[20], resumed.Validation!.Recall[20]);
    }

    [Fact]
    public async Task A_training_in_the_background_gives_the_same()
    {
        using var place = new Workplace();
        var shop = Dataset.Import(Clusters.Write(place), place["shop"]);
        var there = await Small.TrainAsync(shop, place["there"], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Small.Train(shop, place["here"]).Test!.Ndcg[20], there.Test!.Ndcg[20]);
    }

    [Fact]
    public void An_export_can_be_cancelled()
    {
        using var place = new Workplace();
        var run = Small.Train(Dataset.Import(Clusters.Write(place), place["shop"]), place["run"]);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => run.Export(place["a.metaembed"], ModelFileKind.Table, new Reports<string>(_ => stop.Cancel()), stop.Token));
        Assert.False(File.Exists(place["a.metaembed"]));
    }

    [Fact]
    public void An_import_tells_where_it_stands_and_can_be_cancelled()
    {
        using var place = new Workplace();
        var file = Clusters.Write(place);
        var reports = new Reports<ImportProgress>();
        Dataset.Import(file, place["shop"], reports, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([ImportStep.Reading, ImportStep.Splitting, ImportStep.Writing, ImportStep.Done], reports.All.Select(report => report.Step).Distinct());
        Assert.Equal(Clusters.Rows, reports.All[^1].Events);

        foreach (var step in new[] { ImportStep.Reading, ImportStep.Splitting })
        {
            using var stop = new CancellationTokenSource();
            var cancel = new Reports<ImportProgress>(report =>
            {
                if (report.Step == step)
                    stop.Cancel();
            });
            Assert.Throws<OperationCanceledException>(() => Dataset.Import(new ImportRequest([file], place["other"]), cancel, stop.Token));
            Assert.Equal(["clusters.csv", "shop"], Directory.GetFileSystemEntries(place.Root).Select(Path.GetFileName).Order());
        }
    }

    [Fact]
    public void A_dataset_in_memory_cannot_be_trained_on()
    {
        var planted = new Dataset("x", new Interactions(1, [0, 1], [0]), new Interactions(1, [0, 0], []), "");
        Assert.Contains("DatasetFolder.Write", Assert.Throws<ArgumentException>(() => Small.Train(planted, "run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_logger_hears_of_import_training_and_export()
    {
        using var place = new Workplace();
        var log = new ListLogger();
        var file = Clusters.Write(place);
        File.AppendAllText(file, ",item-1\n");
        var shop = Dataset.Import(file, place["shop"], logger: log);
        (Small with { Logger = log }).Train(shop, place["run"]).Export(place["a.metaembed"]);
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Information && line.Text.StartsWith("imported into", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Warning && line.Text.EndsWith("the user is empty", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Text.StartsWith("training on shop begins: 40 users, 24 items", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Text.StartsWith("coarse epoch 2: validation NDCG@5 ", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Level == LogLevel.Debug && line.Text.StartsWith("coarse epoch 0 took", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Text.StartsWith("training ends after 4 epochs", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Text == "evaluating the file through its own reader");
    }
}
