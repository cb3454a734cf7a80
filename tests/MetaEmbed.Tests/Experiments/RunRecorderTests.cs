using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

public class RunRecorderTests
{
    private static readonly Dictionary<int, double> Numbers = new() { [5] = 0.25, [20] = 0.5 };

    [Fact]
    public void Each_event_reaches_the_log_and_its_table_and_a_resume_keeps_what_was_before_it()
    {
        using var folder = new TemporaryFolder();
        using (var run = RunFolder.Open(folder.Root, resume: false))
        using (var recorder = RunRecorder.Open(run, "coarse", [5, 20], 0))
        {
            run.Save(RunFolderTests.Manifest());
            recorder.Assignment(0, "coarse", "initial", new AssignmentStatistics(0.1, 2, 0.1, 0.5, 300, 300));
            for (var epoch = 0; epoch < 12; epoch++)
            {
                if (epoch % 5 == 0)
                    recorder.Evaluation(epoch, "fixed", new MetricSummary("valid", 3, Numbers, Numbers), 0.1);
                recorder.Epoch(epoch, "fixed", 3, 2, 1, 99, 0.2);
            }
        }

        using var resumed = RunFolder.Open(folder.Root, resume: true);
        using (var recorder = RunRecorder.Open(resumed, "coarse", [5, 20], 10))
        {
            Assert.Equal([0, 5], recorder.Evaluations.Select(row => row.Epoch));
            recorder.PhaseEnd(10, "fixed", 5, 0.25, "patience");
            recorder.Test("best-fixed", 5, new MetricSummary("test", 4, Numbers, Numbers));
        }

        resumed.Seal(resumed.Manifest! with { State = RunState.Finished });
        Assert.Equal(
            ["start", "assignment", "evaluation", .. Enumerable.Repeat("epoch", 5), "evaluation", .. Enumerable.Repeat("epoch", 5), "evaluation", "epoch", "epoch", "resume", "phase-end", "test"],
            RunLog.Read(resumed.Layout.Log).Select(line => line.GetProperty("event").GetString()!));
        Assert.Equal(
            ["assignment.csv", "log.jsonl", "metrics.csv", "results.csv", "tensorboard", "tensorboard"],
            RunManifest.Load(resumed.Layout.Manifest).Files.Select(file => file.Name.Split('/')[0]));
        Assert.Empty(resumed.Manifest!.FindDamage(folder.Root));
    }

    [Fact]
    public void Other_cut_offs_are_refused_before_anything_is_dropped()
    {
        using var folder = new TemporaryFolder();
        using var run = RunFolder.Open(folder.Root, resume: false);
        using (var recorder = RunRecorder.Open(run, "coarse", [5, 20], 0))
            recorder.Evaluation(0, "fixed", new MetricSummary("valid", 3, Numbers, Numbers), 0.1);
        Assert.Throws<UserMistakeException>(() => RunRecorder.Open(run, "coarse", [5], 0));
        Assert.Single(MetricsTable.Read(run.Layout.Metrics));
    }
}
