using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>Settings of the coarse stage (LEGCF), or of an uncompressed model on the same trainer. Defaults are those of the published Gowalla run.</summary>
public sealed record CoarseTrainingOptions : StageTrainingOptions
{
    /// <summary>Where X0 comes from.</summary>
    [Setting("What a user or item is made of: meta-embeddings (compressed), table (a row of its own, propagated: LightGCN) or mf (a row of its own, layers is taken as 0).")]
    public ModelKind Model { get; init; } = ModelKind.MetaEmbeddings;

    /// <summary>What a user's row is.</summary>
    [Setting("What a user's row is, with model table: own, or folded (a weighted sum of the user's items; no user is stored, layers is not used).")]
    public UserRowKind UserRows { get; init; } = UserRowKind.Own;

    /// <summary>Share of a history that a step leaves out.</summary>
    [Setting("Probability that a step leaves an item of the history out, with user-rows folded.", Minimum = 0, Maximum = 0.99)]
    public double HistoryDropout { get; init; } = 0.6;

    /// <summary>Learning rate of the fold-in weights, beside the others'.</summary>
    [Setting("Learning rate of the fold-in weights as a multiple of learning-rate, with user-rows folded.", Minimum = 0, Maximum = 1000)]
    public double FoldWeightRate { get; init; } = 1;

    /// <summary>d.</summary>
    [Setting("Latent dimension d of every row.", Minimum = 1, Maximum = 4096, OfficialFlag = "latent_dim")]
    public int Dimension { get; init; } = 128;

    /// <summary>c.</summary>
    [Setting("Number c of coarse meta-embeddings; 0 for a tenth of users and items, from 8 to 300.", Minimum = 0, Maximum = 65536, OfficialFlag = "num_clusters")]
    public int CoarseCount { get; init; } = 300;

    /// <summary>t.</summary>
    [Setting("Number t of coarse meta-embeddings that compose an entity.", Minimum = 1, Maximum = 64, OfficialFlag = "num_composition_centroid")]
    public int CoarsePerEntity { get; init; } = 2;

    /// <summary>Mean of t, where it is shared out.</summary>
    [Setting("Mean number of coarse meta-embeddings an entity, shared out by matching-pursuit where they explain most; coarse-per-entity is then the most that one gets. 0 for coarse-per-entity each.", Minimum = 0, Maximum = 64)]
    public double CoarseMean { get; init; }

    /// <summary>L.</summary>
    [Setting("Number L of propagation layers.", Minimum = 0, Maximum = 16, OfficialFlag = "num_layers")]
    public int Layers { get; init; } = 3;

    /// <summary>w*.</summary>
    [Setting("Weight of an entity's own part in the first assignment; the other t - 1 share the rest.", Minimum = 0, Maximum = 1)]
    public double AnchorWeight { get; init; } = 0.5;

    /// <summary>Partition or random.</summary>
    [Setting("Where the first assignment comes from: partition or random.", OfficialFlag = "use_metis_init")]
    public AssignmentInitialization Initialization { get; init; } = AssignmentInitialization.Partition;

    /// <summary>How S is chosen anew.</summary>
    [Setting("How an update chooses the assignment: pseudo-inverse (the t largest of H pinv(H_C)) or matching-pursuit (greedy least squares over H_C).")]
    public AssignmentUpdateRule AssignmentUpdate { get; init; } = AssignmentUpdateRule.PseudoInverse;

    /// <summary>The step from which S rests.</summary>
    [Setting("Step of the stage, counted from 1, from which the assignment rests: no update chooses anew any more; 0 for never.", Minimum = 0)]
    public int AssignmentRestStep { get; init; }

    /// <summary>Learning rate of the weights of S, beside the others'.</summary>
    [Setting("Learning rate of the weights of the assignment once it rests, as a multiple of learning-rate; 0 leaves them as the last update chose them.", Minimum = 0, Maximum = 1000)]
    public double AssignmentWeightRate { get; init; }

    /// <summary>Where the item biases start.</summary>
    [Setting("Where the item biases start: normal (N(0, 1), as published) or zero.")]
    public BiasInitialization BiasInitialization { get; init; } = BiasInitialization.Normal;

    /// <summary>Factor of the L2 term, times 1e-4.</summary>
    [Setting("Factor of the L2 penalty on the composed rows, in units of 1e-4.", Minimum = 0, Maximum = 1e9, OfficialFlag = "l2_penalty_factor")]
    public double L2Factor { get; init; } = 5;

    /// <summary>Passes over the training interactions at the most.</summary>
    [Setting("The stage makes at most this many passes over the training interactions, in whole evaluations: max-epochs falls to that on small data; 0 for no such limit.", Minimum = 0, Maximum = 1e6)]
    public double MaxPasses { get; init; }

    /// <summary>Passes that the L2 factor is meant for.</summary>
    [Setting("Passes over the training interactions that l2-factor is meant for: where the stage can make more, it grows by the square root of their ratio, at most twofold; 0 leaves it.", Minimum = 0, Maximum = 1e6)]
    public double L2Passes { get; init; }

    /// <summary>The k of NDCG@k and Recall@k.</summary>
    [Setting("Cut-offs k of the metrics; NDCG at the first one drives early stopping.", Minimum = 1, OfficialFlag = "ks")]
    public int[] Cutoffs { get; init; } = [5, 10, 20, 50];

    /// <summary>Users that a training's final evaluations rank for.</summary>
    [Setting("Users that the final evaluations of a training rank for, drawn at random; 0 for all of them, or on large data for as many as 2 x 10^13 multiply-adds rank.", Minimum = 0)]
    public int SampleUsers { get; init; }

    /// <summary>Users that the evaluations between the epochs of a training rank for.</summary>
    [Setting("Users that the evaluations between epochs, which choose the checkpoint, rank for, drawn at random; 0 for those of sample-users, on large data for as many as 2 x 10^12 multiply-adds rank.", Minimum = 0)]
    public int ValidationUsers { get; init; }

    /// <summary>Seed of the validation split.</summary>
    [Setting("Seed of the validation split, apart from the run's seed.", Minimum = 0)]
    public long SplitSeed { get; init; } = 2024;

    /// <summary>How rows are kept between propagations.</summary>
    [Setting("How rows are kept between propagations: bfloat16 or float32; sums are always in 32 bits.")]
    public RowPrecision Precision { get; init; } = RowPrecision.BFloat16;
}
