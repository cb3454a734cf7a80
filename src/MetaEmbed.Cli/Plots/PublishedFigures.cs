using MetaEmbed.Experiments.Ablations;

namespace MetaEmbed.Cli.Plots;

/// <summary>The figures of the authors that ship with the command.</summary>
internal static class PublishedFigures
{
    /// <summary>What to say for the authors' figure instead of naming a file.</summary>
    public const string Word = "published";

    /// <summary>The curves of a table, or the authors'.</summary>
    /// <param name="named">A file, or <see cref="Word"/>.</param>
    public static IReadOnlyList<AblationCurvePoint> Read(string named) =>
        AblationCurves.Read(named == Word ? Path.Combine(AppContext.BaseDirectory, "published", "gowalla-ablation.csv") : named);
}
