using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Reports;

/// <summary>Runs side by side on the same users, each tested against the first.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Users">Users ranked for.</param>
/// <param name="UsersInAll">Users with test items; more where a sample was taken.</param>
/// <param name="Cutoff">The cut-off of the tests.</param>
/// <param name="Cutoffs">All cut-offs, those of the first run.</param>
/// <param name="Runs">The runs, in the order given.</param>
/// <param name="Tests">Tests of each further run against the first, by NDCG and recall.</param>
public sealed record RunComparison(
    string Dataset, int Users, int UsersInAll, int Cutoff, IReadOnlyList<int> Cutoffs, IReadOnlyList<ComparedRun> Runs, IReadOnlyList<ComparisonTest> Tests)
{
    private static readonly string[] Tested = ["ndcg", "recall"];

    /// <summary>Names of settings that at least two runs have, with different values, in order.</summary>
    public IReadOnlyList<string> DifferingSettings =>
    [
        .. Runs.SelectMany(run => run.Settings.Keys).Distinct()
            .Where(name => Runs.Where(run => run.Settings.ContainsKey(name)).Select(run => run.Settings[name]).Distinct().Count() > 1),
    ];

    /// <summary>Compares.</summary>
    /// <param name="runFolders">Two runs or more; the others are tested against the first.</param>
    /// <param name="dataFolder">The dataset, where it has moved; null for where it lay at training.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <param name="progress">Is told which run is ranked; null for nobody.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="UserMistakeException">Fewer than two runs, or runs on other data or with another split.</exception>
    public static RunComparison Of(
        IReadOnlyList<string> runFolders, string? dataFolder, int threads, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(runFolders);
        if (runFolders.Count < 2)
            throw new UserMistakeException("a comparison needs two runs", "name two or more");
        var manifests = runFolders.Select(folder => RunManifest.Load(RunLayout.Find(folder).Manifest)).ToArray();
        for (var i = 1; i < manifests.Length; i++)
            RequireAlike(runFolders[0], manifests[0], runFolders[i], manifests[i]);
        var runs = new List<ComparedRun>();
        foreach (var folder in runFolders)
        {
            progress?.Report($"ranking with {folder}");
            runs.Add(ComparedRun.Of(folder, dataFolder, runs.Count == 0 ? null : runs[0].Ranked!.Cutoffs, threads, cancellation));
        }

        var first = runs[0].Ranked!;
        using var workers = new Workers(threads);
        return new RunComparison(
            manifests[0].Dataset.Name, first.Users.Length, first.UsersInAll, first.UsualCutoff, first.Cutoffs, runs,
            [.. Tested.SelectMany(metric => Test(metric, first.UsualCutoff, runs, workers))]);
    }

    private static IEnumerable<ComparisonTest> Test(string metric, int cutoff, List<ComparedRun> runs, Workers workers)
    {
        var first = runs[0].Ranked!.PerUser.Column(metric, cutoff);
        var tests = runs.Skip(1).Select(run => PairedTest.Of(first, run.Ranked!.PerUser.Column(metric, cutoff), workers)).ToArray();
        var adjusted = PairedTest.Holm([.. tests.Select(test => test.PValue)]);
        return tests.Select((test, place) => new ComparisonTest(place + 1, metric, cutoff, test, adjusted[place]));
    }

    private static void RequireAlike(string firstFolder, RunManifest first, string folder, RunManifest other)
    {
        if (other.Dataset.Hash != first.Dataset.Hash)
            throw new UserMistakeException(folder, null, $"was trained on other data than {firstFolder}: '{other.Dataset.Name}', not '{first.Dataset.Name}'", "compare runs on the same data");
        if (other.Seeds.GetValueOrDefault("split") != first.Seeds.GetValueOrDefault("split"))
            throw new UserMistakeException(folder, null, $"has another split of validation and test items than {firstFolder}", "compare runs with the same --split-seed");
    }
}

/// <summary>A test of a run against the first.</summary>
/// <param name="Run">Place of the run in <see cref="RunComparison.Runs"/>.</param>
/// <param name="Metric">ndcg or recall.</param>
/// <param name="Cutoff">Its cut-off.</param>
/// <param name="Test">The test.</param>
/// <param name="AdjustedP">The p-value after Holm's correction over the runs.</param>
public sealed record ComparisonTest(int Run, string Metric, int Cutoff, PairedTest Test, double AdjustedP);
