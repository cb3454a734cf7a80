using System.Text;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Storage;
using MetaEmbed.Tests.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>Whole trainings with the settings that are not as published: the same bits, whatever happens to them.</summary>
public sealed class SoftmaxRunTests
{
    [Fact]
    public void Threads_interruptions_and_a_kill_change_no_byte()
    {
        using var folder = new TemporaryFolder();
        SoftmaxRuns.Train(folder.Root, "whole", threads: 1);
        var expected = SoftmaxRuns.Outcome(folder.Root, "whole");
        Assert.Equal(2, expected.Keys.Count(name => Path.GetFileName(name) == "last.safetensors"));
        SoftmaxRuns.Train(folder.Root, "threads", threads: 3);
        CoarseRuns.AssertSame(expected, SoftmaxRuns.Outcome(folder.Root, "threads"));

        foreach (var (stage, epoch, step) in new[] { (TrainingStages.Coarse, 3, 1), (TrainingStages.Coarse, 7, 1), (TrainingStages.Fine, 1, 2) })
        {
            using var stop = new CancellationTokenSource();
            var trip = new CoarseRuns.Trip(epoch, step, stop.Cancel, stage);
            Assert.True(SoftmaxRuns.Train(folder.Root, "parts", resume: true, progress: trip, cancellation: stop.Token).Interrupted);
        }

        Assert.False(SoftmaxRuns.Train(folder.Root, "parts", resume: true).Interrupted);
        CoarseRuns.AssertSame(expected, SoftmaxRuns.Outcome(folder.Root, "parts"));

        using (var child = ChildProcess.Start(nameof(SoftmaxRuns.DieInTheFineStage), folder.Root))
            child.AwaitItsEnd();
        Assert.Equal(RunState.Running, RunManifest.Load(new RunLayout(folder["run"]).Manifest).State);
        Assert.True(File.Exists(Path.Combine(new RunLayout(folder["run"]).Stage(TrainingStages.Fine).Checkpoints, "last.safetensors")));
        Assert.False(SoftmaxRuns.Train(folder.Root, "run", resume: true).Interrupted);
        CoarseRuns.AssertSame(expected, SoftmaxRuns.Outcome(folder.Root, "run"));
    }

    [Fact]
    public void Both_stages_with_either_loss_leave_the_same_bytes_at_every_vector_width() => WidthRunner.AssertSameBits<Probe>();

    [Fact]
    public void Updates_come_at_their_steps_and_only_they_are_recorded()
    {
        using var folder = new TemporaryFolder();
        SoftmaxRuns.Train(folder.Root, "run");
        Assert.Equal([0, 2, 3, 4, 6], Updates(TrainingStages.Coarse));
        Assert.Equal([0, 2, 3], Updates(TrainingStages.Fine));

        int[] Updates(string stage)
        {
            var lines = File.ReadAllLines(new RunLayout(folder["run"]).Stage(stage).Assignment);
            return [.. lines.Where(line => line.Split(',').Contains("update")).Select(line => int.Parse(line.Split(',')[0]))];
        }
    }

    [Fact]
    public void Weights_of_the_assignment_move_once_it_rests_and_only_then()
    {
        using var folder = new TemporaryFolder();
        // Six epochs of three steps end before it rests, seven after its first two steps.
        var (resting, moved) = (Assignment("six", 6), Assignment("seven", 7));
        Assert.Equal(resting, Assignment("six-left", 6, rate: 0));
        Assert.NotEqual(moved.Weights, Assignment("seven-left", 7, rate: 0).Weights);
        Assert.Equal(moved.Picks, Assignment("seven-left-again", 7, rate: 0).Picks);

        (string Picks, string Weights) Assignment(string run, int epochs = 7, double rate = 0.5)
        {
            var coarse = SoftmaxRuns.Coarse with { MaxEpochs = epochs, LearningRateCurve = LearningRateCurve.Constant, AssignmentWeightRate = rate };
            TrainingRun.Execute(SoftmaxRuns.Request(folder.Root, run, coarse, SoftmaxRuns.Fine) with { Stage = TrainingStages.Coarse });
            using var last = new CheckpointStore(new RunLayout(folder[run]).Stage(TrainingStages.Coarse).Checkpoints).Load(CheckpointStore.Last);
            return (string.Join(' ', last.Values<int>("assignment.picks").ToArray()), string.Join(' ', last.Values<float>("assignment.weights").ToArray()));
        }
    }

    [Fact]
    public void What_is_kept_and_evaluated_is_the_average()
    {
        using var folder = new TemporaryFolder();
        SoftmaxRuns.Train(folder.Root, "run");
        foreach (var (stage, name) in new[] { (TrainingStages.Coarse, "codebook"), (TrainingStages.Fine, "fine_codebook") })
        {
            var layout = new RunLayout(folder["run"]).Stage(stage);
            var store = new CheckpointStore(layout.Checkpoints);
            using var last = store.Load(CheckpointStore.Last);
            using var best = store.Load(CheckpointStore.BestUpdating);
            Assert.True(last.Values<float>(name).SequenceEqual(last.Values<float>(name + ".average")) is false, "the average is the value");
            Assert.DoesNotContain(best.Tensors, tensor => tensor.Name.EndsWith(".average", StringComparison.Ordinal));
            if (best.Text("schedule.epoch") == last.Text("schedule.epoch"))
                Assert.True(best.Values<float>(name).SequenceEqual(last.Values<float>(name + ".average")));
            else
                Assert.False(best.Values<float>(name).SequenceEqual(last.Values<float>(name)));
        }

        // The stored run, which knows of no averages, ranks as the training did.
        var results = File.ReadAllLines(new RunLayout(folder["run"]).Stage(TrainingStages.Fine).Results);
        using var workers = new MetaEmbed.Numerics.Workers(1);
        var found = StoredRun.Open(folder["run"]).Evaluate(null, "test", workers).Result;
        Assert.Contains(results, line => line.Contains(found.Ndcg[2].ToString("R", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    [Fact]
    public void Under_a_cosine_another_length_is_refused_and_the_run_stays_as_it_was()
    {
        using var folder = new TemporaryFolder();
        SoftmaxRuns.Train(folder.Root, "run");
        var before = SoftmaxRuns.Outcome(folder.Root, "run");
        Refused("the run was started with max-epochs 8, now it is max-epochs 9", SoftmaxRuns.Coarse with { MaxEpochs = 9 }, SoftmaxRuns.Fine);
        Refused("the run was started with max-epochs 5, now it is max-epochs 6", SoftmaxRuns.Coarse, SoftmaxRuns.Fine with { MaxEpochs = 6 });
        Refused("places a step", SoftmaxRuns.Coarse with { BatchSize = 1 << 20, BlockSize = 1, SharedNegatives = 4096 }, SoftmaxRuns.Fine);
        Refused("fine-shared-negatives 65536", SoftmaxRuns.Coarse, SoftmaxRuns.Fine with { BatchSize = 1 << 24, SharedNegatives = 65536 });
        CoarseRuns.AssertSame(before, SoftmaxRuns.Outcome(folder.Root, "run"));

        void Refused(string because, CoarseTrainingOptions coarse, FineTrainingOptions fine)
        {
            var mistake = Assert.Throws<UserMistakeException>(() => TrainingRun.Execute(SoftmaxRuns.Request(folder.Root, "run", coarse, fine, resume: true)));
            Assert.Contains(because, mistake.Message);
            Assert.DoesNotContain('\n', mistake.Message);
        }
    }

    /// <summary>Both stages with the published losses, and with the others.</summary>
    private sealed class Probe : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            using var folder = new TemporaryFolder();
            SoftmaxRuns.Train(folder.Root, "softmax");
            TrainingRun.Execute(SoftmaxRuns.Request(folder.Root, "bpr", CoarseRuns.BothPhases with { MaxEpochs = 4 }, SoftmaxRuns.FineBpr));
            foreach (var run in new[] { "softmax", "bpr" })
            {
                foreach (var (name, bytes) in SoftmaxRuns.Outcome(folder.Root, run).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    results.Append(Encoding.UTF8.GetBytes(name));
                    results.Append(bytes);
                }
            }
        }
    }
}
