using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Training;

/// <summary>
/// What the loop of phases needs of a stage, coarse or fine: train an epoch, give the rows that rank, save and restore.
/// </summary>
internal interface IStageTrainer : IDisposable
{
    /// <summary>Steps of an epoch; 0 before the first.</summary>
    int StepsPerEpoch { get; }

    /// <summary>The assignment that the second phase updates: S in the coarse stage, S2 in the fine one; null for a table.</summary>
    Assignment? UpdatedAssignment { get; }

    /// <summary>b, one an item.</summary>
    ReadOnlySpan<float> ItemBias { get; }

    /// <summary>H of all entities with the parameters as they are, N x d; valid until the next call.</summary>
    Matrix ComputeEntityRows();

    /// <summary>Trains one epoch.</summary>
    /// <param name="epoch">Its number, which keys the triples.</param>
    /// <param name="updateAssignment">Whether the first batch updates the assignment, with the H of its own forward pass.</param>
    /// <param name="afterStep">Called after each step with the steps done and the mean loss so far.</param>
    /// <param name="cancellation">Stops after a step; the model is then in the middle of an epoch.</param>
    EpochLosses TrainEpoch(int epoch, bool updateAssignment, Action<int, double>? afterStep, CancellationToken cancellation);

    /// <summary>The model, and with <paramref name="optimizer"/> also Adam's moments, as tensors.</summary>
    IReadOnlyList<TensorEntry> Tensors(bool optimizer);

    /// <summary>Adam's steps, to be saved beside the tensors.</summary>
    long OptimizerSteps { get; }

    /// <summary>Takes the model, and with <paramref name="optimizer"/> also Adam's state, from a checkpoint.</summary>
    void Restore(TrainingCheckpoint checkpoint, bool optimizer);
}
