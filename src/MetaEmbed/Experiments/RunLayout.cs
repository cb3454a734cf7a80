using MetaEmbed.Inference;

namespace MetaEmbed.Experiments;

/// <summary>What lies where in a run folder. Reading needs no lock: every file but the log is replaced as a whole.</summary>
/// <param name="Root">The folder.</param>
public sealed record RunLayout(string Root)
{
    /// <summary>The folder's own name, without what lies above it.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Root)));

    /// <summary>Version, data, machine, seeds, timings, checksums: <see cref="RunManifest"/>. Its presence makes a folder a run.</summary>
    public string Manifest => Path.Combine(Root, "manifest.json");

    /// <summary>The settings of each stage, under the names of the command line: <see cref="RunSettings"/>.</summary>
    public string Settings => Path.Combine(Root, "settings.json");

    /// <summary>Everything that happened, one JSON object a line: <see cref="RunLog"/>.</summary>
    public string Log => Path.Combine(Root, "log.jsonl");

    /// <summary>Validation metrics by epoch: <see cref="MetricsTable"/>.</summary>
    public string Metrics => Path.Combine(Root, "metrics.csv");

    /// <summary>Statistics of the assignment at the start and at each update: <see cref="AssignmentTable"/>.</summary>
    public string Assignment => Path.Combine(Root, "assignment.csv");

    /// <summary>Test metrics of the kept checkpoints: <see cref="ResultsTable"/>.</summary>
    public string Results => Path.Combine(Root, "results.csv");

    /// <summary>Metrics of the kept checkpoints by parts, head and tail, and of samples of users: <see cref="EvaluationsTable"/>.</summary>
    public string Evaluations => Path.Combine(Root, "evaluations.csv");

    /// <summary>Event files: <see cref="TensorBoardWriter"/>.</summary>
    public string TensorBoard => Path.Combine(Root, "tensorboard");

    /// <summary>safetensors files: <see cref="Storage.CheckpointStore"/>.</summary>
    public string Checkpoints => Path.Combine(Root, "checkpoints");

    /// <summary>The curves as a picture that scales.</summary>
    public string CurvesSvg => Path.Combine(Root, "curves.svg");

    /// <summary>The curves as pixels.</summary>
    public string CurvesPng => Path.Combine(Root, "curves.png");

    /// <summary>The curves of the fine stage as a picture that scales.</summary>
    public string FineCurvesSvg => Path.Combine(Root, "curves-fine.svg");

    /// <summary>The curves of the fine stage as pixels.</summary>
    public string FineCurvesPng => Path.Combine(Root, "curves-fine.png");

    /// <summary>Settings, curves, metrics and timing on one page.</summary>
    public string Report => Path.Combine(Root, "report.html");

    /// <summary>Held open by the process that writes to the folder.</summary>
    internal string Lock => Path.Combine(Root, "run.lock");

    /// <summary>
    /// Where a stage keeps its tables, events and checkpoints: the coarse one in the run folder itself, the fine one in a
    /// folder under it. Manifest, settings and log are the run's.
    /// </summary>
    /// <param name="stage">coarse or fine.</param>
    public RunLayout Stage(string stage) => stage == TrainingStages.Coarse ? this : new RunLayout(Path.Combine(Root, stage));

    /// <summary>The layout of a folder that must hold a run.</summary>
    /// <param name="root">The folder.</param>
    /// <exception cref="UserMistakeException">It is missing or holds no run.</exception>
    public static RunLayout Find(string root)
    {
        var layout = new RunLayout(root);
        if (!Directory.Exists(root))
            throw new UserMistakeException(root, null, "there is no such folder", "name a folder that 'metaembed train --run' made");
        if (!File.Exists(layout.Manifest))
            throw new UserMistakeException(root, null, "the folder holds no run: manifest.json is missing", "name a folder that 'metaembed train --run' made");
        return layout;
    }

    /// <summary>
    /// The files that belong to the run's outcome, relative to <see cref="Root"/>, sorted; not the manifest, the lock, and
    /// what is computed or drawn from the others and may be made again.
    /// </summary>
    internal IEnumerable<string> Files()
    {
        string[] others = [Manifest, Lock, Evaluations, Stage(TrainingStages.Fine).Evaluations, Report, CurvesSvg, CurvesPng, FineCurvesSvg, FineCurvesPng];
        return Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(file => !others.Contains(file) && !Storage.AtomicFile.IsLeftover(file))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
    }
}
