using MetaEmbed.Evaluation;

namespace MetaEmbed.Export;

/// <summary>An evaluation of a model file on a dataset.</summary>
/// <param name="Model">The model file.</param>
/// <param name="DataFolder">The dataset that the model was trained on.</param>
/// <param name="Split">valid or test.</param>
public sealed record FileEvaluationRequest(string Model, string DataFolder, string Split)
{
    /// <summary>known, history, or auto: known where the file has rows of users.</summary>
    public string Users { get; init; } = "auto";

    /// <summary>Where each user's metrics go as CSV; null for nowhere.</summary>
    public string? PerUserFile { get; init; }

    /// <summary>Head and sample; the cut-offs are those of the training.</summary>
    public EvaluationOptions Options { get; init; } = new();
}
