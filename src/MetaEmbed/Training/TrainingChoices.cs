namespace MetaEmbed.Training;

/// <summary>A loss that ranks a positive above negatives.</summary>
public enum RankingLossKind
{
    /// <summary>Bayesian personalised ranking, as published.</summary>
    Bpr,

    /// <summary>Softmax over the positive and sampled negatives that a block of positives shares.</summary>
    SampledSoftmax,
}

/// <summary>How the learning rate changes over a stage.</summary>
public enum LearningRateCurve
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls along half a cosine.</summary>
    Cosine,
}

/// <summary>Where the shared negatives of a block come from.</summary>
public enum NegativeSource
{
    /// <summary>Each item alike.</summary>
    Uniform,

    /// <summary>The item of a random training interaction.</summary>
    Popularity,

    /// <summary>The positive of a random place of the same step.</summary>
    InBatch,
}

/// <summary>How the positives of a step are drawn.</summary>
public enum PositiveSource
{
    /// <summary>A user uniformly, then one of their items: every user counts alike, as in the metrics.</summary>
    ByUser,

    /// <summary>Each training interaction alike.</summary>
    ByInteraction,
}
