using MetaEmbed.Training;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>What an ablation needs to know.</summary>
/// <param name="DataFolder">Folder with train.txt and test.txt.</param>
/// <param name="Folder">Folder of the study; made if missing; one that holds the same study already is gone on with.</param>
/// <param name="Preset">Name of the preset that the settings came from, for the manifests.</param>
/// <param name="Study">What is varied.</param>
/// <param name="Coarse">Settings of the coarse stage; not used with <paramref name="From"/>.</param>
/// <param name="Fine">Settings of the fine stage.</param>
/// <param name="Threads">Threads, 0 for one per processor.</param>
/// <param name="From">A run whose coarse stage is done: it is taken wherever a point needs such a coarse run. Null to train all.</param>
public sealed record AblationRequest(
    string DataFolder,
    string Folder,
    string Preset,
    AblationOptions Study,
    CoarseTrainingOptions Coarse,
    FineTrainingOptions Fine,
    int Threads = 0,
    string? From = null);

/// <summary>The outcome of an ablation.</summary>
/// <param name="Folder">Where the study lies.</param>
/// <param name="Points">Points in all.</param>
/// <param name="Rows">What was measured, of the points that are done.</param>
/// <param name="Interrupted">Whether it was cancelled; the same call goes on.</param>
public sealed record AblationResult(string Folder, int Points, IReadOnlyList<AblationRow> Rows, bool Interrupted)
{
    /// <summary>Points that are done.</summary>
    public int Done => Rows.Select(row => row.Point).Distinct().Count();
}
