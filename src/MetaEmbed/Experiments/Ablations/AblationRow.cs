namespace MetaEmbed.Experiments.Ablations;

/// <summary>The metrics of one checkpoint of a point on one split, beside what the model weighs.</summary>
/// <param name="Point">The point.</param>
/// <param name="Stage">coarse for the model before the fine stage, fine for the one after it.</param>
/// <param name="Checkpoint">best-fixed or best-updating.</param>
/// <param name="Epoch">The epoch it was taken at.</param>
/// <param name="IsFinal">Whether it is the checkpoint that counts: of the last phase that had one.</param>
/// <param name="Run">Folder of the run.</param>
/// <param name="Weight">What the model weighs.</param>
/// <param name="Epochs">Epochs of the stage, in all.</param>
/// <param name="Seconds">Time of the stage, in all: preparation, training, evaluation.</param>
/// <param name="Metrics">NDCG and recall on the split that they name.</param>
public sealed record AblationRow(
    AblationPoint Point,
    string Stage,
    string Checkpoint,
    int Epoch,
    bool IsFinal,
    string Run,
    ModelWeight Weight,
    int Epochs,
    double Seconds,
    MetricSummary Metrics);
