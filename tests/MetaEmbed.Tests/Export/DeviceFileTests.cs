using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Tests.Experiments;

namespace MetaEmbed.Tests.Export;

public sealed class DeviceFileTests(SmallRun run) : IClassFixture<SmallRun>
{
    [Fact]
    public void A_user_folded_in_is_near_the_users_own_row()
    {
        using var table = Export("near-table.metaembed", ModelFileKind.Table, "float16");
        using var device = Export("near-device.metaembed", ModelFileKind.Device, "float16");
        Assert.Equal(0, device.UserCount);
        var own = new float[table.Info.Dimension];
        var folded = new float[own.Length];
        var (cosines, others) = (new List<double>(), new List<double>());
        for (var user = 0; user < run.Dataset.UserCount; user++)
        {
            table.CopyUserRow(user, own);
            device.FoldIn(run.Dataset.Train.Of(user), folded);
            cosines.Add(Cosine(own, folded));
            table.CopyUserRow((user + 25) % run.Dataset.UserCount, own);
            others.Add(Cosine(own, folded));
        }

        // What is left out, a user's own X0 and meta-embeddings, is a good part of a model of two layers.
        Assert.True(cosines.Average() > 0.7, $"mean cosine {cosines.Average()}");
        Assert.True(cosines.Average() > others.Average() + 0.1, $"mean cosine {cosines.Average()}, with other users' rows {others.Average()}");
    }

    [Fact]
    public void With_histories_a_device_file_knows_its_users()
    {
        using var device = Export("known.metaembed", ModelFileKind.Device, "int8", histories: true);
        Assert.Equal(run.Dataset.UserCount, device.UserCount);
        var (known, folded) = (new Recommendation[8], new Recommendation[8]);
        for (var user = 0; user < device.UserCount; user++)
        {
            Assert.Equal(8, device.Recommend(user, known));
            Assert.Equal(8, device.RecommendFromHistory(run.Dataset.Train.Of(user), folded));
            Assert.Equal(folded, known);
        }
    }

    [Fact]
    public void The_card_of_a_run_judged_by_a_sample_of_users_is_measured_by_one_and_says_so()
    {
        CoarseRuns.Train(run.Root, "sampled", CoarseRuns.Options with { SampleUsers = 7, MaxEpochs = 2 });
        var card = ModelExport.Execute(
            new ExportRequest(run["sampled"], run["sampled.metaembed"], ModelFileKind.Device) { Code = "int8", Threads = 1 }, null, TestContext.Current.CancellationToken);
        Assert.All(card.Metrics, row => Assert.Equal(7, row.Users));
        Assert.Contains(card.Limits, limit => limit.Contains("a sample of at most 7 users", StringComparison.Ordinal));
        using var device = Export("whole.metaembed", ModelFileKind.Device, "int8");
        Assert.DoesNotContain("a sample of", File.ReadAllText(run["whole.card.md"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(14_000)]
    [InlineData(30_000)]
    public void A_budget_is_kept(int budget)
    {
        var steps = new List<string>();
        var card = ModelExport.Execute(
            new ExportRequest(run.Run, run[$"budget-{budget}.metaembed"], ModelFileKind.Device) { Budget = budget, TuningSteps = 20, Threads = 1 }, new Steps(steps), TestContext.Current.CancellationToken);
        Assert.InRange(card.Bytes, 1, budget);
        Assert.Equal(card.Bytes, new FileInfo(run[$"budget-{budget}.metaembed"]).Length);
        Assert.True(steps.Count(step => step.Contains("NDCG@", StringComparison.Ordinal)) >= 2, "fewer than two candidates were tried");
    }

    [Fact]
    public void A_budget_that_nothing_fits_is_a_mistake_and_leaves_nothing()
    {
        var request = new ExportRequest(run.Run, run["none.metaembed"], ModelFileKind.Device) { Budget = 100 };
        Assert.Contains("no item code fits 100 bytes", Assert.Throws<UserMistakeException>(() => ModelExport.Execute(request)).Message);
        Assert.False(File.Exists(run["none.metaembed"]));
    }

    [Fact]
    public void A_file_that_cannot_be_written_to_is_read_all_the_same()
    {
        Export("read-only.metaembed", ModelFileKind.Device, "int4").Dispose();
        File.SetAttributes(run["read-only.metaembed"], FileAttributes.ReadOnly);
        using (var recommender = Recommender.Open(run["read-only.metaembed"]))
            Assert.Equal(3, recommender.RecommendFromHistory([1, 2], new Recommendation[3]));
        File.SetAttributes(run["read-only.metaembed"], FileAttributes.Normal);
    }

    private static double Cosine(float[] x, float[] y) =>
        x.Zip(y, (a, b) => (double)a * b).Sum() / Math.Sqrt(x.Sum(a => (double)a * a) * y.Sum(b => (double)b * b));

    private Recommender Export(string name, ModelFileKind kind, string code, bool? histories = null)
    {
        ModelExport.Execute(new ExportRequest(run.Run, run[name], kind) { Code = code, Histories = histories, Threads = 1 });
        return Recommender.Open(run[name]);
    }
}
