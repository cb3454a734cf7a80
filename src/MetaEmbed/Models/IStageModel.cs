using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Models;

/// <summary>
/// What a trainer needs of a model, coarse or fine: they share propagation, loss and optimiser and differ in where X0
/// comes from, where its gradient goes, and which assignment is updated.
/// </summary>
internal interface IStageModel : IDisposable
{
    /// <summary>U: the first entities are the users.</summary>
    int UserCount { get; }

    /// <summary>I.</summary>
    int ItemCount { get; }

    /// <summary>The layers, and the rows that rank.</summary>
    Propagation Propagation { get; }

    /// <summary>b, one an item.</summary>
    Parameter ItemBias { get; }

    /// <summary>Everything that the optimiser moves, the item biases included.</summary>
    IReadOnlyList<Parameter> Trained { get; }

    /// <summary>S in the coarse stage, S2 in the fine one; null where nothing is assigned.</summary>
    Assignment? UpdatedAssignment { get; }

    /// <summary>X0 .. X(L-1), and the rows of the meta-embeddings in all layers.</summary>
    void Forward();

    /// <summary>After <see cref="Forward"/>: gradients of all trained parameters but the biases.</summary>
    /// <param name="batch">The batch's entities.</param>
    /// <param name="gradient">dLoss / dH / (L + 1) of each, by slot.</param>
    /// <param name="penalty">lambda of lambda sum |x0|^2 over the batch's places.</param>
    /// <returns>sum |x0|^2 over the batch's places.</returns>
    double Backward(BatchRows batch, Matrix gradient, float penalty);

    /// <summary>Chooses the assignment anew.</summary>
    /// <param name="entityRows">H of the entities, N x d.</param>
    /// <param name="metaRows">H of the meta-embeddings, (c + f) x d.</param>
    /// <param name="workers">Threads.</param>
    void UpdateAssignment(Matrix entityRows, Matrix metaRows, Workers workers);

    /// <summary>The model as tensors of a checkpoint, with Adam's moments if asked for; to be written before the next step.</summary>
    IReadOnlyList<TensorEntry> Tensors(bool optimizer);

    /// <summary>Takes the model, and Adam's moments if asked for, from a checkpoint.</summary>
    void Restore(TrainingCheckpoint checkpoint, bool optimizer);
}
