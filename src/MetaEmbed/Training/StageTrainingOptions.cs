using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>What a stage, coarse or fine, may be told about its steps: loss, negatives, learning rate, phases.</summary>
public abstract record StageTrainingOptions
{
    /// <summary>The ranking loss.</summary>
    [Setting("Ranking loss: bpr (a positive against a negative) or sampled-softmax (a positive against the shared negatives of its block).")]
    public RankingLossKind Loss { get; init; } = RankingLossKind.Bpr;

    /// <summary>Step size of Adam.</summary>
    [Setting("Learning rate of Adam.", Minimum = 0, Maximum = 100, OfficialFlag = "lr")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate changes over the stage.</summary>
    [Setting("How the learning rate changes: constant, or cosine (falls over max-epochs to its final share).")]
    public LearningRateCurve LearningRateCurve { get; init; } = LearningRateCurve.Constant;

    /// <summary>What is left of the learning rate at the end of the cosine.</summary>
    [Setting("Share of the learning rate that the cosine ends at.", Minimum = 0, Maximum = 1)]
    public double FinalLearningRateShare { get; init; } = 0.02;

    /// <summary>Steps over which the learning rate rises from 0.</summary>
    [Setting("Steps over which the learning rate rises linearly from 0.", Minimum = 0)]
    public int WarmupSteps { get; init; }

    /// <summary>Adam's weight decay, added to the gradient.</summary>
    [Setting("Weight decay, added to the gradient before Adam.", Minimum = 0, Maximum = 100, OfficialFlag = "optimizer_weight_decay")]
    public double WeightDecay { get; init; }

    /// <summary>B.</summary>
    [Setting("Number B of a step: triples (user, positive, negative) of bpr, or positives of sampled-softmax; 0 for a hundredth of the interactions, from 8,192 to 131,072.", Minimum = 0, Maximum = 1 << 24, OfficialFlag = "bpr_batch")]
    public int BatchSize { get; init; } = 8192;

    /// <summary>Negatives a positive.</summary>
    [Setting("Distinct negative items drawn for a positive; bpr only.", Minimum = 1, Maximum = 1000, OfficialFlag = "neg_size")]
    public int Negatives { get; init; } = 5;

    /// <summary>Positives that share negatives.</summary>
    [Setting("Positives of a block, which share their negatives; sampled-softmax only.", Minimum = 1, Maximum = 4096)]
    public int BlockSize { get; init; } = 64;

    /// <summary>J.</summary>
    [Setting("Number J of negatives that a block shares; sampled-softmax only.", Minimum = 1, Maximum = 65536)]
    public int SharedNegatives { get; init; } = 256;

    /// <summary>Where shared negatives come from.</summary>
    [Setting("Where shared negatives come from: uniform (all items), popularity (by their interactions) or in-batch (the positives of the step).")]
    public NegativeSource NegativeSource { get; init; } = NegativeSource.Uniform;

    /// <summary>Whether scores of negatives are corrected by their popularity.</summary>
    [Setting("Take log q off the score of every item, q its probability to be drawn as a negative; sampled-softmax with popularity or in-batch.")]
    public bool PopularityCorrection { get; init; }

    /// <summary>How positives are drawn.</summary>
    [Setting("How sampled-softmax draws positives: by-user (a user uniformly, then one of their items) or by-interaction (each interaction alike).")]
    public PositiveSource PositiveSource { get; init; } = PositiveSource.ByUser;

    /// <summary>tau.</summary>
    [Setting("Temperature that scores are divided by; sampled-softmax only.", Minimum = 1e-6, Maximum = 1e6)]
    public double Temperature { get; init; } = 1;

    /// <summary>Factor of the L2 term on the biases, times 1e-4.</summary>
    [Setting("Factor of the L2 penalty on the item biases of a step, in units of 1e-4.", Minimum = 0, Maximum = 1e9)]
    public double BiasL2Factor { get; init; }

    /// <summary>Bound of each gradient element.</summary>
    [Setting("Gradients are clipped to this value, element by element; 0 for no clipping.", Minimum = 0, OfficialFlag = "max_grad_value")]
    public double GradientClip { get; init; } = 3;

    /// <summary>Decay of the averaged weights.</summary>
    [Setting("Decay a step of the moving average of the weights, which is what is evaluated and kept; 0 for none.", Minimum = 0, Maximum = 0.99999)]
    public double WeightAveraging { get; init; }

    /// <summary>Steps of an epoch.</summary>
    [Setting("Steps of an epoch; 0 for as many as the training interactions fill.", Minimum = 0)]
    public int StepsPerEpoch { get; init; }

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

    /// <summary>Steps between two updates of the assignment; 0 to go by epochs.</summary>
    [Setting("Steps between two updates of the assignment in the second phase, instead of epochs; 0 to go by epochs.", Minimum = 0)]
    public int UpdateEverySteps { get; init; }

    /// <summary>The step of the first update.</summary>
    [Setting("Step of the stage that makes the first update, counted from 1, where update-every-steps is given.", Minimum = 1)]
    public int FirstUpdateStep { get; init; } = 1;

    /// <summary>Seed of parameters, partition and triples.</summary>
    [Setting("Seed of the stage: parameters, partition, what the steps draw.", Minimum = 0, OfficialFlag = "seed")]
    public long Seed { get; init; } = 2024;
}
