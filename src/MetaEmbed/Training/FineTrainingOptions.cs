using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Settings of the fine stage (C2F). Dimension, layers, coarse meta-embeddings, L2 factor, precision and the split's seed
/// are those of the coarse run it starts from. Defaults are those of the published Gowalla runs.
/// </summary>
public sealed record FineTrainingOptions
{
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
    [Setting("Where the fine codebook and assignment start: partition (sparse components and a second partition) or random.", OfficialFlag = "use_metis_init")]
    public AssignmentInitialization Initialization { get; init; } = AssignmentInitialization.Partition;

    /// <summary>Whether F stays as it starts.</summary>
    [Setting("Keep the fine codebook as it starts and train the item biases only: a control.")]
    public bool FreezeFine { get; init; }

    /// <summary>Step size of Adam.</summary>
    [Setting("Learning rate of Adam.", Minimum = 0, Maximum = 100, OfficialFlag = "lr")]
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Adam's weight decay, added to the gradient.</summary>
    [Setting("Weight decay, added to the gradient before Adam.", Minimum = 0, Maximum = 100, OfficialFlag = "optimizer_weight_decay")]
    public double WeightDecay { get; init; }

    /// <summary>B.</summary>
    [Setting("Number B of (user, positive, negative) triples in a step.", Minimum = 1, Maximum = 1 << 24, OfficialFlag = "bpr_batch")]
    public int BatchSize { get; init; } = 32768;

    /// <summary>Negatives a positive.</summary>
    [Setting("Distinct negative items drawn for a positive.", Minimum = 1, Maximum = 1000, OfficialFlag = "neg_size")]
    public int Negatives { get; init; } = 5;

    /// <summary>Bound of each gradient element.</summary>
    [Setting("Gradients are clipped to this value, element by element; 0 for no clipping.", Minimum = 0, OfficialFlag = "max_grad_value")]
    public double GradientClip { get; init; } = 3;

    /// <summary>Longest run, in epochs of the stage.</summary>
    [Setting("The stage ends after this many epochs at the latest.", Minimum = 0, OfficialFlag = "epochs")]
    public int MaxEpochs { get; init; } = 900;

    /// <summary>Epochs between two evaluations.</summary>
    [Setting("Epochs between two evaluations on the validation set.", Minimum = 1)]
    public int EvaluateEvery { get; init; } = 5;

    /// <summary>Evaluations without a better one that end the first phase.</summary>
    [Setting("Evaluations without improvement that end the phase of fixed assignment; 0 skips the phase, -1 never ends it.", Minimum = -1, OfficialFlag = "early_stop_fixed_assignment_stage")]
    public int FixedPatience { get; init; } = 5;

    /// <summary>Evaluations without a better one that end the second phase.</summary>
    [Setting("Evaluations without improvement that end the phase of assignment updates; 0 skips the phase, -1 never ends it.", Minimum = -1, OfficialFlag = "early_stop_assignment_update_stage")]
    public int UpdatePatience { get; init; } = 5;

    /// <summary>Epochs between two updates of S2; 0 for one update only.</summary>
    [Setting("Epochs between two updates of the fine assignment in the second phase; 0 updates once, at its start.", Minimum = 0, OfficialFlag = "assignment_update_frequency")]
    public int UpdateEvery { get; init; } = 1;

    /// <summary>Seed of F, the second partition and the triples.</summary>
    [Setting("Seed of the stage: fine codebook, second partition, triples.", Minimum = 0, OfficialFlag = "seed")]
    public long Seed { get; init; } = 2024;
}
