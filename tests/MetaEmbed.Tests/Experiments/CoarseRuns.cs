using System.Diagnostics;
using System.Text.Json;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>Whole trainings on small data, and what they leave.</summary>
internal static class CoarseRuns
{
    /// <summary>Twelve epochs of fifteen steps with both phases and an evaluation each.</summary>
    public static CoarseTrainingOptions Options { get; } = new()
    {
        Dimension = 20,
        CoarseCount = 9,
        Layers = 2,
        LearningRate = 0.02,
        BatchSize = 60,
        Negatives = 2,
        GradientClip = 0.02,
        MaxEpochs = 12,
        EvaluateEvery = 2,
        FixedPatience = -1,
        UpdatePatience = -1,
        Cutoffs = [2, 5],
    };

    /// <summary>The same, in the second phase from the start: every epoch updates S.</summary>
    public static CoarseTrainingOptions Updating { get; } = Options with { FixedPatience = 0 };

    /// <summary>The same, both phases short.</summary>
    public static CoarseTrainingOptions BothPhases { get; } = Options with { EvaluateEvery = 1, FixedPatience = 1, UpdatePatience = 3 };

    /// <summary>50 users, 50 items and 450 interactions, as a folder of text files.</summary>
    public static string Data(string root, long seed = 3)
    {
        var folder = Path.Combine(root, $"data-{seed}");
        if (!Directory.Exists(folder))
            DatasetFolder.Write(folder, SyntheticDataset.PlantedClusters(5, 10, 10, heldOut: 3, seed).Dataset);
        return folder;
    }

    public static TrainResult Train(
        string root,
        string run,
        CoarseTrainingOptions options,
        int threads = 2,
        bool resume = false,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) =>
        TrainingRun.Execute(new TrainRequest(Data(root), Path.Combine(root, run), "test", options, threads, resume), progress, cancellation);

    /// <summary>Every file of a run that must not depend on threads, width or interruptions, by name.</summary>
    public static Dictionary<string, byte[]> Outcome(string root, string run)
    {
        var layout = new RunLayout(Path.Combine(root, run));
        string[] tables = [layout.Metrics, layout.Results, layout.Assignment];
        return tables.Where(File.Exists).Concat(Directory.EnumerateFiles(layout.Checkpoints, "*", SearchOption.AllDirectories))
            .ToDictionary(file => Path.GetRelativePath(layout.Root, file), File.ReadAllBytes);
    }

    /// <summary>The mean loss of each epoch, from the run's log.</summary>
    public static List<double> Losses(string root, string run)
    {
        var losses = new List<double>();
        foreach (var line in File.ReadLines(new RunLayout(Path.Combine(root, run)).Log))
        {
            using var entry = JsonDocument.Parse(line);
            if (entry.RootElement.GetProperty("event").GetString() == "epoch")
                losses.Add(entry.RootElement.GetProperty("loss").GetDouble());
        }

        return losses;
    }

    /// <summary>Asserts that two runs left the same bytes.</summary>
    public static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, bytes) in expected)
            Assert.True(bytes.AsSpan().SequenceEqual(actual[name]), $"{name} differs");
    }

    /// <summary>In a child process: trains and kills itself in the middle of an epoch.</summary>
    public static void DieInAnEpoch(string root) =>
        Train(root, "run", BothPhases, progress: new Trip(3, 4, () => Process.GetCurrentProcess().Kill()));

    /// <summary>In a child process: trains and kills itself as soon as a checkpoint is being written.</summary>
    public static void DieInACheckpoint(string root)
    {
        FileSystemWatcher? watcher = null;
        Train(root, "run", BothPhases, progress: new Trip(2, 0, () =>
        {
            watcher ??= Watch();
            Thread.Sleep(100);
        }));
        watcher?.Dispose();

        FileSystemWatcher Watch()
        {
            var created = new FileSystemWatcher(new RunLayout(Path.Combine(root, "run")).Checkpoints, ".last*.tmp");
            created.Created += (_, _) => Process.GetCurrentProcess().Kill();
            created.EnableRaisingEvents = true;
            return created;
        }
    }

    /// <summary>
    /// Acts from a step of an epoch on, of one stage or of any, at each report. Reports of steps come a few times a second only, so it holds the
    /// training up until the step has its report.
    /// </summary>
    public sealed class Trip(int epoch, int step, Action action, string? stage = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if ((stage is not null && value.Stage != stage) || value.Epoch < epoch || value.Phase is not ("fixed" or "updating"))
                return;
            if (value.Epoch > epoch || value.Step >= step)
                action();
            else
                Thread.Sleep(220);
        }
    }
}
