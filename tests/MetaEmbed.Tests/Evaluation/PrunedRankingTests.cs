using System.Runtime.InteropServices;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Graphs;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Evaluation;

public sealed class PrunedRankingTests
{
    private const string Run = "benchmarks/results/amd-epyc-family-26-2-cores/runs/gowalla-published";

    [Fact]
    public void Lists_and_metrics_do_not_depend_on_pruning()
    {
        using var workers = new Workers(2);
        foreach (var (users, items, d, k) in new[] { (300, 3000, 64, 20), (40, 1500, 128, 50), (9, 700, 17, 300), (1, 5000, 100, 10), (50, 9000, 40, 100) })
        {
            using var rows = Rows.Random(users + items, d, (ulong)d);
            var bias = Rows.Random(1, items, (ulong)d + 1).Row(0).ToArray();
            var exclude = Rows.Pairs(users, items, 0.02, 5);
            AssertSameLists(rows, users, bias, exclude, null, k, workers);

            var relevant = Rows.Pairs(users, items, 0.02, 6);
            var metrics = new[] { true, false }.Select(prune => FullRanking.Evaluate(
                rows, users, items, bias, exclude, relevant, new EvaluationOptions { Cutoffs = [5, k], Prune = prune, UserBlock = 16 }, workers)).ToArray();
            Assert.Equal(metrics[0].Ndcg[k], metrics[1].Ndcg[k]);
            Assert.Equal(metrics[0].Recall[5], metrics[1].Recall[5]);
        }
    }

    [Fact]
    public void Every_fourth_user_of_a_trained_Gowalla_model_gets_the_same_list()
    {
        var folder = Shared.Require("datasets/gowalla");
        var run = StoredRun.Open(Path.Combine(Root(), Run));
        var data = ValidationSplit.Create(DatasetFolder.Open(folder), run.Options.SplitSeed);
        using var workers = new Workers(2);
        using var checkpoint = run.LoadCoarseCheckpoint();
        using var model = StoredModel.Coarse(checkpoint, run.Options, Graph.Bipartite(data.Train), data.Train.UserCount, workers);
        using var rows = new Matrix(model.UserCount + model.ItemCount, model.Propagation.Dimension);
        model.Forward();
        model.Propagation.FinishAll(rows);
        var users = Enumerable.Range(0, model.UserCount / 4).Select(i => 4 * i).ToArray();
        AssertSameLists(rows, model.UserCount, model.ItemBias.Value.Span[..model.ItemCount].ToArray(), data.Train, users, 50, workers);
    }

    private static void AssertSameLists(Matrix rows, int userCount, float[] bias, Interactions exclude, int[]? users, int k, Workers workers)
    {
        var scored = FullRanking.TopItems(rows, userCount, bias.Length, bias, exclude, users, k, prune: false, workers);
        var pruned = FullRanking.TopItems(rows, userCount, bias.Length, bias, exclude, users, k, prune: true, workers);
        var count = users?.Length ?? userCount;
        for (var i = 0; i < count; i++)
        {
            Assert.True(scored.Items(i).SequenceEqual(pruned.Items(i)), $"items of user {i}");
            Assert.True(MemoryMarshal.AsBytes(scored.Scores(i)).SequenceEqual(MemoryMarshal.AsBytes(pruned.Scores(i))), $"scores of user {i}");
        }
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("no MetaEmbed.slnx above the tests");
    }
}
