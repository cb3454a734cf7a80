using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Settings of the fine stage (C2F). Dimension, layers, coarse meta-embeddings, L2 factor, precision and the split's seed
/// are those of the coarse run it starts from. Defaults are those of the published Gowalla runs.
/// </summary>
public sealed record FineTrainingOptions : StageTrainingOptions
{
    /// <summary>The published settings.</summary>
    public FineTrainingOptions()
    {
        LearningRate = 3e-3;
        BatchSize = 32768;
    }

    /// <summary>f.</summary>
    [Setting("Number f of fine meta-embeddings.", Minimum = 1, Maximum = 65536, OfficialFlag = "num_clusters_ft")]
    public int FineCount { get; init; } = 100;

    /// <summary>t_f.</summary>
    [Setting("Number t_f of fine meta-embeddings that refine a coarse one.", Minimum = 1, Maximum = 64, OfficialFlag = "top_k_ft")]
    public int FinePerCoarse { get; init; } = 4;

    /// <summary>Threshold of the soft threshold on F.</summary>
    [Setting("Threshold of the soft threshold on the fine codebook.", Minimum = 0, Maximum = 1e9, OfficialFlag = "threshold_ft")]
    public double Threshold { get; init; } = 1;

    /// <summary>g.</summary>
    [Setting("Gate g of the weight bridge: the share of the fine part.", Minimum = 0, Maximum = 1, OfficialFlag = "gate")]
    public double Gate { get; init; } = 0.2;

    /// <summary>Sparse components of the initial F.</summary>
    [Setting("Sparse principal components that the fine codebook starts from; at most the dimension.", Minimum = 1, Maximum = 4096, OfficialFlag = "n_components_ft")]
    public int Components { get; init; } = 80;

    /// <summary>Where F and S2 start.</summary>
    [Setting("Where the fine codebook and assignment start: partition (sparse components and a second partition), random, or zero (a codebook of zeros, which the soft threshold keeps at zero: a control).", OfficialFlag = "use_metis_init")]
    public FineInitialization Initialization { get; init; } = FineInitialization.Partition;

    /// <summary>Whether F stays as it starts.</summary>
    [Setting("Keep the fine codebook as it starts and train the item biases only: a control.")]
    public bool FreezeFine { get; init; }

    /// <summary>Whether C is trained too.</summary>
    [Setting("Train the coarse codebook too, instead of keeping it as the coarse stage left it.")]
    public bool TrainCoarse { get; init; }
}
