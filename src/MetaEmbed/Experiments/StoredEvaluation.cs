using MetaEmbed.Evaluation;

namespace MetaEmbed.Experiments;

/// <summary>An evaluation of a run's checkpoint.</summary>
/// <param name="File">Where <see cref="Keep"/> puts it: the stage's evaluations.csv.</param>
/// <param name="Stage">The stage of the model.</param>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Epoch">The epoch that it was taken at.</param>
/// <param name="Split">valid, test, new-users or new-users-known.</param>
/// <param name="Options">What was evaluated.</param>
/// <param name="Result">The metrics.</param>
public sealed record StoredEvaluation(
    string File, string Stage, string Checkpoint, int Epoch, string Split, EvaluationOptions Options, EvaluationResult Result)
{
    /// <summary>Keeps the metrics in the run folder.</summary>
    /// <exception cref="Inference.UserMistakeException">The table cannot be written, or has other cut-offs.</exception>
    public void Keep() => EvaluationsTable.Open(File, Options.Cutoffs).Put(Checkpoint, Epoch, Split, Options, Result);
}
