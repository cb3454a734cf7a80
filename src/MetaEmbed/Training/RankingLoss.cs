using MetaEmbed.Data;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>A loss on the rows of a batch, with its gradient.</summary>
internal abstract class RankingLoss : IDisposable
{
    /// <param name="rows">Most distinct entities of a batch.</param>
    /// <param name="paddedDimension">D.</param>
    private protected RankingLoss(int rows, int paddedDimension)
    {
        Rows = new Matrix(rows, paddedDimension);
        RowGradient = new Matrix(rows, paddedDimension);
    }

    /// <summary>H of the batch's rows, by slot; the caller fills it.</summary>
    internal Matrix Rows { get; }

    /// <summary>Gradient of the rows, by slot, times the factor given.</summary>
    internal Matrix RowGradient { get; }

    /// <summary>The loss that the options ask for.</summary>
    /// <param name="train">Training interactions.</param>
    /// <param name="options">Loss, batch, temperature, correction.</param>
    /// <param name="source">Where the batches come from.</param>
    /// <param name="model">The model.</param>
    /// <param name="workers">Threads.</param>
    internal static RankingLoss Create(Interactions train, StageTrainingOptions options, BatchSource source, IStageModel model, Workers workers)
    {
        var entities = model.Propagation.Graph.Entities;
        var padded = model.Propagation.PaddedDimension;
        return options.Loss == RankingLossKind.Bpr
            ? BprLoss.Create(source.Places / 3, entities, padded, workers)
            : new SoftmaxLoss(
                (BlockBatch)source.Batch, Math.Min(entities, source.Places), padded, options.Temperature, SoftmaxLoss.Correction(train, options), workers);
    }

    /// <summary>Loss of the batch; fills <see cref="RowGradient"/> and the gradient of the item biases.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="rows">The batch's entities.</param>
    /// <param name="bias">Item biases; the gradient is set for all items.</param>
    /// <param name="users">U: item i is entity U + i.</param>
    /// <param name="factor">Multiplies the gradient of the rows, 1 / (L + 1) for the mean of layers.</param>
    /// <returns>The mean over the batch's count.</returns>
    internal abstract double Compute(ITrainingBatch batch, BatchRows rows, Parameter bias, int users, float factor);

    public virtual void Dispose()
    {
        Rows.Dispose();
        RowGradient.Dispose();
    }
}
