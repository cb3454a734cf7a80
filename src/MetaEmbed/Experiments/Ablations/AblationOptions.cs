using MetaEmbed.Numerics;

namespace MetaEmbed.Experiments.Ablations;

/// <summary>What an ablation varies.</summary>
public enum AblationStudy
{
    /// <summary>The number of fine meta-embeddings: beside a fixed number of coarse ones, and within a fixed total.</summary>
    Space,

    /// <summary>Whether F is trained: is the gain of the fine stage F's or the item bias's?</summary>
    Frozen,

    /// <summary>The gate g.</summary>
    Gate,

    /// <summary>The threshold of the soft threshold on F.</summary>
    Threshold,
}

/// <summary>Settings of an ablation. Defaults of the space study are those of the authors' figure.</summary>
public sealed record AblationOptions
{
    /// <summary>What is varied.</summary>
    [Setting("What is varied: space (the numbers of meta-embeddings), frozen (F trained or not), gate, or threshold.")]
    public AblationStudy Study { get; init; } = AblationStudy.Space;

    /// <summary>c of part (a) of the space study.</summary>
    [Setting("Space study, (a): number of coarse meta-embeddings.", Minimum = 1, Maximum = 65536)]
    public int FixedCoarse { get; init; } = 100;

    /// <summary>f of part (a), as shares of c.</summary>
    [Setting("Space study, (a): numbers of fine meta-embeddings, as shares of the coarse ones; 0 for none.", Minimum = 0, Maximum = 100)]
    public double[] FineShares { get; init; } = [0.2, 0.4, 0.6, 0.8, 1];

    /// <summary>c + f of part (b).</summary>
    [Setting("Space study, (b): number of coarse and fine meta-embeddings together.", Minimum = 1, Maximum = 65536)]
    public int FixedTotal { get; init; } = 200;

    /// <summary>f of part (b).</summary>
    [Setting("Space study, (b): how many of them are fine; 0 for none.", Minimum = 0, Maximum = 65535)]
    public int[] FineOfTotal { get; init; } = [0, 20, 40, 60, 80, 100];

    /// <summary>Values of g.</summary>
    [Setting("Gate study: the values of the gate.", Minimum = 0, Maximum = 1)]
    public double[] Gates { get; init; } = [0, 0.1, 0.2, 0.4, 0.8];

    /// <summary>Values of the threshold.</summary>
    [Setting("Threshold study: the values of the threshold.", Minimum = 0, Maximum = 1e9)]
    public double[] Thresholds { get; init; } = [0, 0.5, 1, 1.5, 2];
}
