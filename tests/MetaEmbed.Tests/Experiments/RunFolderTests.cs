using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Storage;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

public class RunFolderTests
{
    [Fact]
    public void A_new_run_is_made_with_the_folders_above_it_and_goes_on_with_resume_alone()
    {
        using var folder = new TemporaryFolder();
        var root = folder["a/b/run"];
        using (var run = RunFolder.Open(root, resume: false))
        {
            Assert.False(run.Resumed);
            Assert.Null(run.Manifest);
            run.Save(Manifest());
        }

        var refused = Assert.Throws<UserMistakeException>(() => RunFolder.Open(root, resume: false));
        Assert.Equal($"{root}: the folder already holds a run; add --resume to go on with it, or give another folder.", refused.Message);
        using var resumed = RunFolder.Open(root, resume: true);
        Assert.True(resumed.Resumed);
        Assert.Equal("gowalla", resumed.Manifest!.Dataset.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_with_something_else_is_refused_and_left_as_it_is(bool resume)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["thesis.doc"], "");
        var refused = Assert.Throws<UserMistakeException>(() => RunFolder.Open(folder.Root, resume));
        Assert.Equal($"{folder.Root}: the folder is not empty and holds no run (it has 'thesis.doc', but no manifest.json); give an empty or a new folder.", refused.Message);
        Assert.Equal(["thesis.doc"], folder.Names);
        Assert.Contains("is a file", Assert.Throws<UserMistakeException>(() => RunFolder.Open(folder["thesis.doc"], resume)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_folder_and_one_of_a_run_killed_before_its_manifest_start_anew(bool resume)
    {
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 2; round++)
        {
            using var run = RunFolder.Open(folder.Root, resume);
            Assert.False(run.Resumed);
            File.WriteAllText(folder[".manifest.json.0123456789abcdef0123456789abcdef.tmp"], "{");
        }

        File.WriteAllText(folder["settings.json"], "{}");
        RunFolder.Open(folder.Root, resume).Dispose();
        Assert.Equal(["run.lock", "settings.json"], folder.Names);
        File.Delete(folder["run.lock"]);
        Assert.Contains("it has 'settings.json'", Assert.Throws<UserMistakeException>(() => RunFolder.Open(folder.Root, resume)).Message);
    }

    [Fact]
    public async Task Of_sixteen_that_open_one_folder_at_a_time_one_gets_it()
    {
        using var folder = new TemporaryFolder();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            try
            {
                return RunFolder.Open(folder["run"], resume: true);
            }
            catch (UserMistakeException mistake)
            {
                Assert.Contains("another process is training in this folder", mistake.Message);
                return null;
            }
        })));
        Assert.Single(outcomes, run => run is not null);
        outcomes.Single(run => run is not null)!.Dispose();
        RunFolder.Open(folder["run"], resume: true).Dispose();
    }

    [Fact]
    public void A_sealed_run_finds_each_file_that_changed_or_is_missing()
    {
        using var folder = new TemporaryFolder();
        using var run = RunFolder.Open(folder.Root, resume: false);
        run.Checkpoints.Save(CheckpointStore.Initial, [TensorEntry.Of("C", new float[3])], new Dictionary<string, string>());
        File.WriteAllText(run.Layout.Log, "{}\n");
        run.Seal(Manifest());
        var sealedManifest = RunManifest.Load(run.Layout.Manifest);
        Assert.Equal(["checkpoints/initial.safetensors", "log.jsonl"], sealedManifest.Files.Select(f => f.Name));
        Assert.Empty(sealedManifest.FindDamage(folder.Root));
        File.WriteAllText(run.Layout.Log, "{} \n");
        File.Delete(run.Checkpoints.PathOf(CheckpointStore.Initial));
        Assert.Equal(
            [$"{folder["checkpoints/initial.safetensors"]}: is missing", $"{folder["log.jsonl"]}: is not as it was when the run was sealed"],
            sealedManifest.FindDamage(folder.Root));
    }

    [Fact]
    public void A_manifest_comes_back_whole_and_a_damaged_foreign_or_newer_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder["manifest.json"];
        var manifest = Manifest() with
        {
            State = RunState.Interrupted,
            Timings = new Dictionary<string, double> { ["train"] = 12.5 },
            BestEpochs = new Dictionary<string, int> { ["best-fixed"] = 40 },
            Files = [new RunFile("log.jsonl", 3, "00")],
        };
        manifest.Save(path);
        var text = File.ReadAllText(path);
        RunManifest.Load(path).Save(path);
        Assert.Equal(text, File.ReadAllText(path));
        Assert.Contains("\"state\": \"Interrupted\"", text);
        Assert.Contains($"\"vectorBits\": {MachineInfo.Current.VectorBits}", text);
        Assert.NotEqual("unknown", manifest.ProjectVersion);
        Assert.True(MachineInfo.Current.Cores >= 1 && MachineInfo.Current.Processor.Length > 3);

        File.WriteAllText(path, text[..^10]);
        Assert.Contains("manifest.json:", Assert.Throws<UserMistakeException>(() => RunManifest.Load(path)).Message);
        File.WriteAllText(path, "{}");
        Assert.Contains("is no manifest of a run", Assert.Throws<UserMistakeException>(() => RunManifest.Load(path)).Message);
        File.WriteAllText(path, text.Replace("metaembed-run", "something"));
        Assert.Contains("the format is 'something', not 'metaembed-run'", Assert.Throws<UserMistakeException>(() => RunManifest.Load(path)).Message);
        File.WriteAllText(path, text.Replace("\"formatVersion\": 1", "\"formatVersion\": 2"));
        Assert.Contains("format version 2 is not 1 to 1; use a newer metaembed", Assert.Throws<UserMistakeException>(() => RunManifest.Load(path)).Message);
        Assert.Contains("the folder holds no run", Assert.Throws<UserMistakeException>(() => RunLayout.Find(Path.GetTempPath())).Message);
    }

    [Fact]
    public void Other_data_and_a_disk_too_small_are_refused_before_the_work()
    {
        using var disk = new FullDisk(64);
        using var run = RunFolder.Open(disk["run"], resume: false);
        run.RequireRoom(1000);
        Assert.Contains("the disk is full: 1,000,000 bytes are needed", Assert.Throws<UserMistakeException>(() => run.RequireRoom(1_000_000)).Message);
        run.Save(Manifest());
        run.RequireSameData(Manifest().Dataset with { Name = "copy" });
        Assert.Contains("trained on 'gowalla' (hash ab), --data is 'gowalla' (hash cd)",
            Assert.Throws<UserMistakeException>(() => run.RequireSameData(Manifest().Dataset with { Hash = "cd" })).Message);
    }

    internal static RunManifest Manifest() => new()
    {
        Preset = "published",
        Dataset = new RunDataset("gowalla", "ab", 29858, 40981, 810128, 80000, 137000),
        Machine = MachineInfo.Current,
        Seeds = new Dictionary<string, long> { ["run"] = 2024, ["split"] = 2024 },
        Threads = 2,
        Sessions = [RunSession.Start(0)],
    };
}
