using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Storage;
using MetaEmbed.Tests.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>What a training refuses, each in one line and with the run as it was.</summary>
public sealed class CoarseRunMistakeTests
{
    private static readonly CoarseTrainingOptions Options = CoarseRuns.Updating with { MaxEpochs = 3 };

    [Fact]
    public void Other_settings_other_data_and_a_run_that_is_there_already()
    {
        using var folder = new TemporaryFolder();
        CoarseRuns.Train(folder.Root, "run", Options);
        var before = CoarseRuns.Outcome(folder.Root, "run");
        var manifest = File.ReadAllText(new RunLayout(folder["run"]).Manifest);
        Refused("the run was started with learning-rate 0.02, now it is learning-rate 0.03", () => CoarseRuns.Train(folder.Root, "run", Options with { LearningRate = 0.03 }, resume: true));
        Refused("the run was started with seed 2024, now it is seed 1", () => CoarseRuns.Train(folder.Root, "run", Options with { Seed = 1 }, resume: true));
        Refused("cutoffs 2,5, now it is cutoffs 2", () => CoarseRuns.Train(folder.Root, "run", Options with { Cutoffs = [2] }, resume: true));
        Refused("already holds a run; add --resume", () => CoarseRuns.Train(folder.Root, "run", Options));
        Refused("--data is 'data-4'", () => TrainingRun.Execute(new TrainRequest(CoarseRuns.Data(folder.Root, 4), folder["run"], "test", Options, 1, Resume: true)));
        CoarseRuns.AssertSame(before, CoarseRuns.Outcome(folder.Root, "run"));
        Assert.Equal(manifest, File.ReadAllText(new RunLayout(folder["run"]).Manifest));

        using var held = RunFolder.Open(folder["run"], resume: true);
        Refused("is training in this folder", () => CoarseRuns.Train(folder.Root, "run", Options, resume: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_with_something_else_in_it(bool resume)
    {
        using var folder = new TemporaryFolder();
        CoarseRuns.Data(folder.Root);
        Refused("is not empty and holds no run", () => CoarseRuns.Train(folder.Root, ".", Options, resume: resume));
        Assert.Equal(["data-3"], folder.Names);
        Refused("no such folder", () => StoredRun.Open(folder["nowhere"]));
        Refused("holds no run", () => StoredRun.Open(folder["data-3"]));
    }

    [Fact]
    public void Settings_that_contradict_each_other()
    {
        using var folder = new TemporaryFolder();
        var pursuit = Options with { AssignmentUpdate = AssignmentUpdateRule.MatchingPursuit };
        Refused("coarse-mean 2.5 is not from 1 to coarse-per-entity 2", () => CoarseRuns.Train(folder.Root, "run", pursuit with { CoarseMean = 2.5 }));
        Refused("coarse-mean 0.5 is not from 1 to coarse-per-entity 2", () => CoarseRuns.Train(folder.Root, "run", pursuit with { CoarseMean = 0.5 }));
        Refused("coarse-mean goes with assignment-update matching-pursuit only", () => CoarseRuns.Train(folder.Root, "run", Options with { CoarseMean = 1.5 }));
        Refused("coarse-per-entity 10 is more than coarse-count 9", () => CoarseRuns.Train(folder.Root, "run", Options with { CoarsePerEntity = 10 }));
        Refused("are both 0", () => CoarseRuns.Train(folder.Root, "run", Options with { FixedPatience = 0, UpdatePatience = 0 }));
        Refused("cutoffs", () => CoarseRuns.Train(folder.Root, "run", Options with { Cutoffs = [5, 5] }));
        var folded = Options with { Model = ModelKind.Table, UserRows = UserRowKind.Folded, Loss = RankingLossKind.SampledSoftmax };
        Refused("goes with model table only", () => CoarseRuns.Train(folder.Root, "run", folded with { Model = ModelKind.MetaEmbeddings }));
        Refused("trained by sampled-softmax only", () => CoarseRuns.Train(folder.Root, "run", folded with { Loss = RankingLossKind.Bpr }));
        Refused("knows no weight-averaging and no bias-l2-factor", () => CoarseRuns.Train(folder.Root, "run", folded with { WeightAveraging = 0.9 }));
        Refused("knows no weight-averaging and no bias-l2-factor", () => CoarseRuns.Train(folder.Root, "run", folded with { BiasL2Factor = 1 }));
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_disk_that_fills_up_is_one_clear_line_and_what_was_kept_goes_on_once_there_is_room()
    {
        using var disk = new FullDisk(3000);
        CoarseRuns.Data(disk.Root);
        var filler = disk["filler"];
        var mistake = Refused("the disk is full", () => CoarseRuns.Train(disk.Root, "run", CoarseRuns.Updating, progress: new CoarseRuns.Trip(4, 0, () => Fill(filler))));
        Assert.Contains("needed", mistake.Message);
        var store = new CheckpointStore(new RunLayout(disk["run"]).Checkpoints);
        foreach (var name in new[] { CheckpointStore.Initial, CheckpointStore.BestUpdating, CheckpointStore.Last })
        {
            using var kept = store.Load(name);
            Assert.Null(kept.Notice);
        }

        File.Delete(filler);
        Assert.False(CoarseRuns.Train(disk.Root, "run", CoarseRuns.Updating, resume: true).Interrupted);
        using var folder = new TemporaryFolder();
        CoarseRuns.Train(folder.Root, "whole", CoarseRuns.Updating);
        CoarseRuns.AssertSame(CoarseRuns.Outcome(folder.Root, "whole"), CoarseRuns.Outcome(disk.Root, "run"));
    }

    [Fact]
    public void A_disk_that_is_too_small_from_the_start()
    {
        using var disk = new FullDisk(600);
        CoarseRuns.Data(disk.Root);
        Refused("the disk is full", () => CoarseRuns.Train(disk.Root, "run", Options));
    }

    private static UserMistakeException Refused(string because, Func<object> attempt)
    {
        var mistake = Assert.Throws<UserMistakeException>(attempt);
        Assert.Contains(because, mistake.Message);
        Assert.DoesNotContain('\n', mistake.Message);
        return mistake;
    }

    /// <summary>Takes every byte that is left.</summary>
    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, 1);
        try
        {
            for (var size = 1 << 16; size > 0;)
            {
                try
                {
                    file.Write(new byte[size]);
                }
                catch (IOException)
                {
                    size /= 4;
                }
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }
}
