using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Storage;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

public class KillTests
{
    [Fact]
    public void A_folder_in_use_is_refused_in_one_line_and_free_again_once_its_process_is_killed()
    {
        using var folder = new TemporaryFolder();
        var run = folder["run"];
        using var child = ChildProcess.Start("hold", run);
        child.Await(() => File.Exists(new RunLayout(run).Manifest));
        foreach (var resume in new[] { false, true })
        {
            var mistake = Assert.Throws<UserMistakeException>(() => RunFolder.Open(run, resume));
            Assert.Matches("^.*/run: process [0-9]+ on .+, started .+, is training in this folder; wait for it or stop it, or give another folder\\.$", mistake.Message);
        }

        child.Kill();
        using var resumed = RunFolder.Open(run, resume: true);
        Assert.True(resumed.Resumed);
    }

    [Theory]
    [InlineData("Written", "old", null)]
    [InlineData("PutAside", null, "old")]
    [InlineData("Renamed", "new", "old")]
    public void A_process_killed_while_it_writes_leaves_a_whole_version_and_a_sibling_to_sweep(string step, string? current, string? old)
    {
        using var folder = new TemporaryFolder();
        var path = folder["a.bin"];
        AtomicFile.WriteText(path, "old");
        using var child = ChildProcess.Start(step, path);
        child.AwaitItsEnd();
        Assert.Equal((current, old), (Content(path), Content(path + ".old")));
        Assert.Equal(step == "Renamed" ? 0 : 1, AtomicFile.RemoveLeftovers(folder.Root));
    }

    [Fact]
    public void A_training_killed_at_any_moment_loses_at_most_the_epoch_under_way_and_doubles_nothing()
    {
        using var folder = new TemporaryFolder();
        var run = folder["run"];
        var layout = new RunLayout(run);
        var reached = 0;
        for (var round = 0; round < 3; round++)
        {
            using (var child = ChildProcess.Start("train", run))
            {
                child.Await(() => Next(layout) > reached + 2);
                Thread.Sleep(7 * round);
                child.Kill();
            }

            using var opened = RunFolder.Open(run, resume: true);
            var next = Next(layout);
            Assert.True(next > reached + 2);
            reached = next;
            var logged = RunLog.Read(layout.Log).Select(line => line.GetProperty("epoch").GetInt32()).ToList();
            Assert.InRange(logged[^1], next - 1, next);
            Assert.Equal(Enumerable.Range(0, next), logged.Distinct().Order().Where(epoch => epoch < next));
            Assert.Equal(Enumerable.Range(0, next), MetricsTable.Open(layout.Metrics, [5], next).Rows.Select(row => row.Epoch));
            Assert.Equal(round + 1, Directory.GetFiles(layout.TensorBoard).Length);
            Assert.DoesNotContain(Directory.EnumerateFiles(run, ".*.tmp", SearchOption.AllDirectories), _ => true);
        }
    }

    private static int Next(RunLayout layout)
    {
        using var last = new CheckpointStore(layout.Checkpoints).TryLoad(CheckpointStore.Last);
        return last is null ? 0 : (int)last.WholeNumber("next-epoch");
    }

    private static string? Content(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
