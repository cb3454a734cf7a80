using MetaEmbed.Experiments;
using MetaEmbed.Storage;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

/// <summary>Trainings that end by SIGKILL, and files that such an end leaves, lead to the bytes of an uninterrupted training.</summary>
public sealed class CoarseRunKillTests
{
    [Theory]
    [InlineData(nameof(CoarseRuns.DieInAnEpoch))]
    [InlineData(nameof(CoarseRuns.DieInACheckpoint))]
    public void Killed_and_resumed(string moment)
    {
        using var folder = new TemporaryFolder();
        CoarseRuns.Data(folder.Root);
        using (var child = ChildProcess.Start(moment, folder.Root))
            child.AwaitItsEnd();
        var layout = new RunLayout(folder["run"]);
        Assert.Equal(RunState.Running, RunManifest.Load(layout.Manifest).State);
        Assert.True(Directory.Exists(layout.Checkpoints), "it was killed before its first checkpoint");
        Resume(folder);
    }

    [Theory]
    [InlineData("put aside")]
    [InlineData("torn")]
    [InlineData("none")]
    public void Resumed_from_what_a_cut_off_checkpoint_leaves(string state)
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        Assert.True(CoarseRuns.Train(folder.Root, "run", CoarseRuns.BothPhases, progress: new CoarseRuns.Trip(3, 1, stop.Cancel), cancellation: stop.Token).Interrupted);
        var store = new CheckpointStore(new RunLayout(folder["run"]).Checkpoints);
        var last = store.PathOf(CheckpointStore.Last);
        var previous = Path.Combine(store.Folder, "last.previous.safetensors");
        Assert.True(File.Exists(last) && File.Exists(previous));
        File.WriteAllText(Path.Combine(store.Folder, ".last.safetensors.0123456789abcdef0123456789abcdef.tmp"), "half a checkpoint");
        switch (state)
        {
            case "put aside":
                // Between the two renames the new version has no name yet.
                File.Move(last, previous, overwrite: true);
                break;
            case "torn":
                // No order of writes leaves this; a disk may.
                File.WriteAllBytes(last, File.ReadAllBytes(last)[..^9]);
                break;
            default:
                File.Delete(last);
                File.Delete(previous);
                break;
        }

        Resume(folder);
    }

    private static void Resume(TemporaryFolder folder)
    {
        Assert.False(CoarseRuns.Train(folder.Root, "run", CoarseRuns.BothPhases, resume: true).Interrupted);
        CoarseRuns.Train(folder.Root, "whole", CoarseRuns.BothPhases);
        CoarseRuns.AssertSame(CoarseRuns.Outcome(folder.Root, "whole"), CoarseRuns.Outcome(folder.Root, "run"));
    }
}
