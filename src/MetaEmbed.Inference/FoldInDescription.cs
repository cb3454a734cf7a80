namespace MetaEmbed.Inference;

/// <summary>
/// How a model file computes a user from a history J, for those who compute it elsewhere (docs/file-format.md):
/// <code>
/// h_u = scale / sqrt(|J|) * sum of w_j h_j                         or, with shares,
/// h_u = scale / sqrt(sqrt(|J|) * sum of p_j) * sum of w_j h_j
/// </code>
/// </summary>
/// <param name="DividesByShares">Which of the two.</param>
/// <param name="Weights">w_j of each item.</param>
/// <param name="Shares">p_j of each item.</param>
/// <param name="Scale">scale.</param>
public sealed record FoldInDescription(bool DividesByShares, ReadOnlyMemory<float> Weights, ReadOnlyMemory<float> Shares, float Scale);
