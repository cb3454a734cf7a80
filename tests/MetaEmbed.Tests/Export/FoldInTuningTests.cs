using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Tests.Export;

public sealed class FoldInTuningTests(SmallRun run) : IClassFixture<SmallRun>
{
    [Fact]
    public void The_loss_falls_and_codes_rest()
    {
        using var content = ModelExport.Open(new ExportRequest(run.Run, "", ModelFileKind.Device) { Threads = 1 });
        var items = PackedItems.Of(content.Rows, ItemCodes.Find("rq-1+pq-2"), 0, content.Workers);
        var losses = new List<double>();
        var options = FoldInTuning.For(200, 1, items.Sums!.Dimension, content.Rows.Train);
        var tuned = FoldInTuning.Tune(items, 1, content.Rows.Train, options, content.Workers, (_, loss) => losses.Add(loss), default);
        Assert.Equal(20, losses.Count);
        Assert.True(losses[^3..].Average() < losses[..3].Average(), string.Join(' ', losses));
        Assert.Equal(items.Sums.Codes, tuned.Sums!.Codes);
        Assert.NotEqual(items.Sums.Codebooks, tuned.Sums.Codebooks);
        Assert.Equal("rq-1+pq-2+tuned", tuned.Name);
        Assert.Equal(items.Rows.Bytes, tuned.Rows.Bytes);
    }

    [Fact]
    public void Steps_of_no_length_change_nothing()
    {
        using var content = ModelExport.Open(new ExportRequest(run.Run, "", ModelFileKind.Device) { Threads = 1 });
        var items = PackedItems.Of(content.Rows, ItemCodes.Find("rq-2"), 0, content.Workers);
        var options = FoldInTuning.For(10, 1, items.Sums!.Dimension, content.Rows.Train) with { LearningRate = 0 };
        var tuned = FoldInTuning.Tune(items, 2, content.Rows.Train, options, content.Workers, null, default);
        Assert.Equal(items.Sums.Codebooks, tuned.Sums!.Codebooks);
        Assert.Equal(items.Bias, tuned.Bias);
        Assert.Equal(items.FoldIn.ForRoot(2, content.Rows.Train), tuned.FoldIn.Weights);
    }

    [Fact]
    public void The_better_one_on_validation_is_taken_whatever_the_threads()
    {
        var files = new List<byte[]>();
        foreach (var threads in new[] { 1, 2 })
        {
            var steps = new List<string>();
            var path = run[$"tuned-{threads}.metaembed"];
            var request = new ExportRequest(run.Run, path, ModelFileKind.Device) { Code = "rq-2", TuningSteps = 60, Threads = threads };
            var card = ModelExport.Execute(request, new Steps(steps), TestContext.Current.CancellationToken);
            var found = steps.Where(step => step.Contains("NDCG@", StringComparison.Ordinal)).ToArray();
            Assert.Equal(2, found.Length);
            Assert.StartsWith("rq-2+tuned: ", found[1], StringComparison.Ordinal);
            Assert.Equal(Ndcg(found[1]) > Ndcg(found[0]) ? "rq-2+tuned" : "rq-2", card.ItemCode);
            files.Add(File.ReadAllBytes(path));
        }

        Assert.Equal(files[0], files[1]);

        static double Ndcg(string step) => double.Parse(
            step.Split(' ')[Array.FindIndex(step.Split(' '), word => word.StartsWith("NDCG@", StringComparison.Ordinal)) + 1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_tuned_file_folds_users_in_as_it_was_trained_to()
    {
        using var content = ModelExport.Open(new ExportRequest(run.Run, "", ModelFileKind.Device) { Threads = 1 });
        var items = PackedItems.Of(content.Rows, ItemCodes.Find("rq-2"), 0, content.Workers);
        var options = FoldInTuning.For(60, 1, items.Sums!.Dimension, content.Rows.Train);
        var tuned = FoldInTuning.Tune(items, 1, content.Rows.Train, options, content.Workers, null, default);
        using var file = Recommender.Read(RowsExport.File(new ExportRequest("", "", ModelFileKind.Device), content, tuned, null)(1).ToBytes(), "test");
        var history = content.Rows.Train.Of(3);
        var (row, expected, found) = (new float[file.Info.Dimension], new double[file.Info.Dimension], new float[file.Info.Dimension]);
        foreach (var item in history)
        {
            file.CopyItemRow(item, row);
            for (var k = 0; k < row.Length; k++)
                expected[k] += tuned.FoldIn.Weights[item] * row[k] / Math.Sqrt(history.Length);
        }

        file.FoldIn(history, found);
        // Weights are a byte each in the file.
        var error = found.Zip(expected, (a, b) => Math.Pow(a - b, 2)).Sum() / expected.Sum(value => value * value);
        Assert.True(error < 1e-3, $"relative squared error {error}");
    }
}
