using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Data;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>Both stages in one folder, and a fine stage that starts from another run.</summary>
public sealed class FineRunTests
{
    private static readonly CoarseTrainingOptions Coarse = new()
    {
        Dimension = 16,
        CoarseCount = 12,
        LearningRate = 0.02,
        BatchSize = 256,
        EvaluateEvery = 1,
        FixedPatience = 1,
        UpdatePatience = 1,
        MaxEpochs = 6,
        Cutoffs = [5, 10],
    };

    private static readonly FineTrainingOptions Fine = new()
    {
        FineCount = 8,
        FinePerCoarse = 2,
        Components = 6,
        Threshold = 0.2,
        BatchSize = 512,
        EvaluateEvery = 1,
        FixedPatience = 0,
        UpdatePatience = 2,
        MaxEpochs = 5,
    };

    [Fact]
    public void Both_stages_in_one_command_equal_a_fine_stage_from_the_coarse_run()
    {
        using var folder = new TemporaryFolder();
        var data = Data(folder);
        var both = Request(data, folder.File("both"), TrainingStages.Both);
        var bothResult = TrainingRun.Execute(both with { Threads = 1 });
        var coarse = TrainingRun.Execute(Request(data, folder.File("coarse"), TrainingStages.Coarse) with { Threads = 2 });
        var fine = TrainingRun.Execute(Request(data, folder.File("fine"), TrainingStages.Fine) with { From = folder.File("coarse"), Threads = 2 });

        Assert.Equal(bothResult.Test!.Ndcg, fine.Test!.Ndcg);
        Assert.NotEqual(coarse.Test!.Ndcg[10], fine.Test.Ndcg[10]);
        foreach (var name in new[] { "fine/checkpoints/last.safetensors", "fine/checkpoints/best-updating.safetensors", "fine/metrics.csv", "fine/assignment.csv" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("both"), name)), File.ReadAllBytes(Path.Combine(folder.File("fine"), name)));

        // The stored run ranks as the training did.
        using var workers = new Workers(2);
        var stored = StoredRun.Open(folder.File("fine")).Evaluate(null, "test", workers).Result;
        Assert.Equal(fine.Test.Ndcg[10], stored.Ndcg[10]);
        Assert.Equal(fine.Test.Recall[5], stored.Recall[5]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(30)]
    public void Interrupted_and_resumed_both_stages_end_with_the_same_bytes(int reports)
    {
        using var folder = new TemporaryFolder();
        var data = Data(folder);
        TrainingRun.Execute(Request(data, folder.File("whole"), TrainingStages.Both));
        var request = Request(data, folder.File("cut"), TrainingStages.Both);
        using var cancellation = new CancellationTokenSource();
        var seen = 0;
        var last = "";
        var first = TrainingRun.Execute(
            request,
            new Immediate(progress =>
            {
                last = progress.Stage;
                if (++seen == reports)
                    cancellation.Cancel();
            }),
            cancellation.Token);
        Assert.True(first.Interrupted, $"{seen} reports, the last from the {last} stage");
        var second = TrainingRun.Execute(request with { Resume = true });
        Assert.False(second.Interrupted);
        foreach (var name in new[] { "checkpoints/last.safetensors", "metrics.csv", "fine/checkpoints/last.safetensors", "fine/metrics.csv", "fine/results.csv" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.File("whole"), name)), File.ReadAllBytes(Path.Combine(folder.File("cut"), name)));
    }

    [Fact]
    public void Mistakes_are_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var data = Data(folder);
        var run = folder.File("run");
        AssertRefused(Request(data, run, TrainingStages.Both) with { Fine = Fine with { FinePerCoarse = 9 } }, "fine-per-coarse 9");
        AssertRefused(Request(data, run, "medium"), "there is no stage 'medium'");
        AssertRefused(Request(data, run, TrainingStages.Coarse) with { From = folder.File("none") }, "no such folder");
        AssertRefused(Request(data, run, TrainingStages.Fine), "there is no coarse checkpoint");

        void AssertRefused(TrainRequest request, string found)
        {
            var mistake = Assert.Throws<UserMistakeException>(() => TrainingRun.Execute(request));
            Assert.Contains(found, mistake.Message);
        }
    }

    private static TrainRequest Request(string data, string run, string stage) =>
        new(data, run, "test", Coarse, Threads: 2) { Stage = stage, Fine = Fine };

    private static string Data(TemporaryFolder folder)
    {
        var path = folder.File("data");
        DatasetFolder.Write(path, SyntheticDataset.PlantedClusters(6, 20, 12, heldOut: 3, seed: 5).Dataset);
        return path;
    }

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
