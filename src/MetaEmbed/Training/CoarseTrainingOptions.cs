using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>Settings of the coarse stage (LEGCF). Defaults are those of the published Gowalla run.</summary>
public sealed record CoarseTrainingOptions
{
    /// <summary>d.</summary>
    [Setting("Latent dimension d of every row.", Minimum = 1, Maximum = 4096, OfficialFlag = "latent_dim")]
    public int Dimension { get; init; } = 128;

    /// <summary>c.</summary>
    [Setting("Number c of coarse meta-embeddings.", Minimum = 1, Maximum = 65536, OfficialFlag = "num_clusters")]
    public int CoarseCount { get; init; } = 300;

    /// <summary>t.</summary>
    [Setting("Number t of coarse meta-embeddings that compose an entity.", Minimum = 1, Maximum = 64, OfficialFlag = "num_composition_centroid")]
    public int CoarsePerEntity { get; init; } = 2;

    /// <summary>L.</summary>
    [Setting("Number L of propagation layers.", Minimum = 0, Maximum = 16, OfficialFlag = "num_layers")]
    public int Layers { get; init; } = 3;

    /// <summary>w*.</summary>
    [Setting("Weight of an entity's own part in the first assignment; the other t - 1 share the rest.", Minimum = 0, Maximum = 1)]
    public double AnchorWeight { get; init; } = 0.5;

    /// <summary>Partition or random.</summary>
    [Setting("Where the first assignment comes from: partition or random.", OfficialFlag = "use_metis_init")]
    public AssignmentInitialization Initialization { get; init; } = AssignmentInitialization.Partition;

    /// <summary>Step size of Adam.</summary>
    [Setting("Learning rate of Adam.", Minimum = 0, Maximum = 100, OfficialFlag = "lr")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Adam's weight decay, added to the gradient.</summary>
    [Setting("Weight decay, added to the gradient before Adam.", Minimum = 0, Maximum = 100, OfficialFlag = "optimizer_weight_decay")]
    public double WeightDecay { get; init; }

    /// <summary>B.</summary>
    [Setting("Number B of (user, positive, negative) triples in a step.", Minimum = 1, Maximum = 1 << 24, OfficialFlag = "bpr_batch")]
    public int BatchSize { get; init; } = 8192;

    /// <summary>Negatives a positive.</summary>
    [Setting("Distinct negative items drawn for a positive.", Minimum = 1, Maximum = 1000, OfficialFlag = "neg_size")]
    public int Negatives { get; init; } = 5;

    /// <summary>Factor of the L2 term, times 1e-4.</summary>
    [Setting("Factor of the L2 penalty on the composed rows, in units of 1e-4.", Minimum = 0, Maximum = 1e9, OfficialFlag = "l2_penalty_factor")]
    public double L2Factor { get; init; } = 5;

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

    /// <summary>Epochs between two updates of the assignment; 0 for one update only.</summary>
    [Setting("Epochs between two updates of the assignment in the second phase; 0 updates once, at its start.", Minimum = 0, OfficialFlag = "assignment_update_frequency")]
    public int UpdateEvery { get; init; } = 1;

    /// <summary>The k of NDCG@k and Recall@k.</summary>
    [Setting("Cut-offs k of the metrics; NDCG at the first one drives early stopping.", Minimum = 1, OfficialFlag = "ks")]
    public int[] Cutoffs { get; init; } = [5, 10, 20, 50];

    /// <summary>Seed of parameters, partition and triples.</summary>
    [Setting("Seed of the run: parameters, partition, triples.", Minimum = 0, OfficialFlag = "seed")]
    public long Seed { get; init; } = 2024;

    /// <summary>Seed of the validation split.</summary>
    [Setting("Seed of the validation split, apart from the run's seed.", Minimum = 0)]
    public long SplitSeed { get; init; } = 2024;

    /// <summary>How rows are kept between propagations.</summary>
    [Setting("How rows are kept between propagations: bfloat16 or float32; sums are always in 32 bits.")]
    public RowPrecision Precision { get; init; } = RowPrecision.BFloat16;
}
