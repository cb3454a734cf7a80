using System.Diagnostics;
using System.Globalization;

namespace MetaEmbed.Cli.Tests;

/// <summary>--memory-limit: what it refuses, and how near its estimate comes to what a training takes.</summary>
public sealed class MemoryTests
{
    private static readonly string[] Settings = ["--preset", "published", "--stage", "coarse", "--coarse-count", "32", "--max-epochs", "1", "--threads", "2", "--cutoffs", "20"];

    [Fact]
    public void A_training_above_the_limit_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        var data = Generate(folder, 2_000, 1_000, 20_000);
        var line = Refusal(["train", "--data", data, "--run", folder["run"], "--memory-limit", "50MB", .. Settings]);
        Assert.Contains("--memory-limit is 50 MB", line, StringComparison.Ordinal);
        Assert.Contains("the training needs about ", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run"]));
        Assert.Contains("--memory-limit is 'much'", Metaembed.Mistake("train", "--data", data, "--run", folder["run"], "--memory-limit", "much"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_estimate_lies_near_the_measured_peak()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from /proc");
        using var folder = new TemporaryFolder();
        var data = Generate(folder, 20_000, 10_000, 400_000);

        // One batch is an epoch: the memory of the data counts, not the time of the steps.
        string[] command = ["train", "--data", data, "--run", folder["run"], "--batch-size", "2000000", .. Settings];
        var needed = Refusal([.. command, "--memory-limit", "1MB"]);
        var estimate = Megabytes(needed, "the training needs about ");
        var process = Metaembed.Start(command);
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, Peak(process));
            Thread.Sleep(10);
        }

        Assert.Equal(0, Metaembed.Finish(process).Code);
        Assert.InRange(estimate, 0.95 * peak / 1e6, 1.5 * peak / 1e6);
    }

    private static string Generate(TemporaryFolder folder, int users, int items, int interactions)
    {
        var outcome = Metaembed.Run("data", "generate", folder["data"], "--users", $"{users}", "--items", $"{items}", "--interactions", $"{interactions}");
        Assert.True(outcome.Code == 0, outcome.Error);
        return folder["data"];
    }

    // The one line of a mistake; what was read before it was noticed is told on standard output.
    private static string Refusal(string[] command)
    {
        var outcome = Metaembed.Run(command);
        Assert.Equal(2, outcome.Code);
        return Assert.Single(outcome.ErrorLines);
    }

    private static double Megabytes(string line, string before)
    {
        var words = line[(line.IndexOf(before, StringComparison.Ordinal) + before.Length)..].Split(' ');
        return double.Parse(words[0], CultureInfo.InvariantCulture) * (words[1] == "GB" ? 1000 : 1);
    }

    // The high-water mark of a process; 0 once it has ended.
    private static long Peak(Process process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
