using MetaEmbed.Training;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>One point of a study: a coarse run, and mostly a fine one on it.</summary>
/// <param name="Panel">The part of the study that it belongs to: <see cref="AblationPanels"/>.</param>
/// <param name="X">The value that the part varies.</param>
/// <param name="CoarseRun">Folder of the coarse run, below the study's.</param>
/// <param name="Coarse">Its settings.</param>
/// <param name="FineRun">Folder of the fine run, below the study's; null for a point without fine meta-embeddings.</param>
/// <param name="Fine">Its settings; null without a fine run.</param>
public sealed record AblationPoint(
    string Panel, double X, string CoarseRun, CoarseTrainingOptions Coarse, string? FineRun, FineTrainingOptions? Fine);

/// <summary>Names of the parts of the studies.</summary>
public static class AblationPanels
{
    /// <summary>Space (a): a fixed number of coarse meta-embeddings; varied is f / c.</summary>
    public const string FixedCoarse = "fixed-coarse";

    /// <summary>Space (b): a fixed number of coarse and fine ones together; varied is f.</summary>
    public const string FixedTotal = "fixed-total";

    /// <summary>F trained (0) or frozen (1).</summary>
    public const string Frozen = "frozen";

    /// <summary>Varied is g.</summary>
    public const string Gate = "gate";

    /// <summary>Varied is the threshold on F.</summary>
    public const string Threshold = "threshold";
}
