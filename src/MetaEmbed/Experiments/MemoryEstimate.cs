using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>
/// What a training will take of memory at the most, phase by phase, from the counts of the dataset and the settings; the
/// formulas are those of docs/scale.md. Counted is what grows with the data; what does not is <see cref="Base"/>.
/// </summary>
/// <param name="Reading">Text and rows of the dataset, where it does not come from the cache.</param>
/// <param name="Partitioning">The dataset, the graph and the levels of the partitioner.</param>
/// <param name="Training">The dataset, the graph, the model and its trainer, the larger of the stages.</param>
public sealed record MemoryEstimate(long Reading, long Partitioning, long Training)
{
    /// <summary>Runtime, code, threads and what else does not grow with the data.</summary>
    public const long Base = 120_000_000;

    /// <summary>
    /// Bytes for each stored neighbour (two for an edge) that the partitioner takes at its peak: its own copy of the graph with
    /// weights (8), the buffers of contraction (8), and the coarser graphs, which lose few edges where the graph has hubs. Measured.
    /// </summary>
    private const long PartitionBytes = 77;

    /// <summary>The largest of the phases.</summary>
    public long Peak => Math.Max(Reading, Math.Max(Partitioning, Training));

    /// <summary>Estimates.</summary>
    /// <param name="data">Counts of the dataset.</param>
    /// <param name="coarse">Settings of the coarse stage; shared ones hold for the fine one.</param>
    /// <param name="fine">Settings of the fine stage; null where it is not trained.</param>
    /// <param name="threads">Threads; with more than one the next epoch's triples are drawn while this one trains.</param>
    public static MemoryEstimate Of(RunDataset data, CoarseTrainingOptions coarse, FineTrainingOptions? fine, int threads)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(coarse);
        long users = data.Users, entities = users + data.Items, train = data.Train, held = data.Validation + data.Test;

        // Rows of train, test as read, validation and test; 4 bytes an interaction and a row start.
        var rows = 4 * (train + 2 * held + 4 * users);
        var graph = 8 * train + 4 * entities;
        var reading = rows + 4 * (train + held) + 2 * 16 * users;
        var partitions = coarse.Model == ModelKind.MetaEmbeddings && (coarse.Initialization == AssignmentInitialization.Partition || fine is not null);
        var partitioning = rows + graph + (partitions ? 2 * train * PartitionBytes + 48 * entities : 0);
        var training = Stage(coarse, coarse, 0, train, entities, data.Items, threads);
        if (fine is not null)
            training = Math.Max(training, Stage(fine, coarse, fine.FineCount, train, entities, data.Items, threads));

        // The runtime keeps a part of what reading gave back, and somewhat more than what is asked of it.
        var kept = reading - rows;
        return new MemoryEstimate(Base + reading, Base + partitioning, Base + (rows + graph + training + kept) * 21 / 20);
    }

    /// <summary>Refuses a training that would not fit.</summary>
    /// <param name="limit">Bytes; 0 for no limit.</param>
    /// <exception cref="UserMistakeException">The peak is above it; the message names the phases.</exception>
    public void Require(long limit)
    {
        if (limit == 0 || Peak <= limit)
            return;
        throw new UserMistakeException(
            $"the training needs about {MemorySize.Text(Peak)} of memory (reading {MemorySize.Text(Reading)}, partitioning {MemorySize.Text(Partitioning)}, "
            + $"training {MemorySize.Text(Training)}), --memory-limit is {MemorySize.Text(limit)}",
            Peak == Training ? "raise it, or lower dimension, layers or negatives" : "raise it, or train on fewer interactions");
    }

    private static long Stage(
        StageTrainingOptions options, CoarseTrainingOptions shared, int fineCount, long train, long entities, long items, int threads)
    {
        long padded = EntityRows.Pad(shared.Dimension), picks = shared.CoarsePerEntity;
        var number = shared.Precision == RowPrecision.BFloat16 ? 2 : 4;
        var composed = shared.Model == ModelKind.MetaEmbeddings;
        var folded = !composed && shared.UserRows == UserRowKind.Folded;

        // Neighbours once more, row starts, sigma, 1 / sigma, alpha and two sums in 64 bits; picks, weights, beta, members, gamma, and S itself.
        var expanded = folded ? 0 : 8 * train + entities * (4 * 4 + 2 * 8 + (composed ? picks * 4 * (fineCount == 0 ? 7 : 8) : 0));
        var layers = folded ? 0 : ((shared.Model == ModelKind.Mf ? 1 : Math.Max(shared.Layers, 1)) + 2) * entities * padded * number;
        var partials = composed ? 256 * shared.CoarseCount * padded : 0;
        var all = 4 * entities * shared.Dimension;

        // Places of a step; the distinct entities of them have a row and its gradient.
        var (places, batches) = options.Loss == RankingLossKind.Bpr
            ? (3L * options.BatchSize, (threads == 1 ? 1 : 2) * train * (8 + 8L * options.Negatives))
            : (2L * options.BatchSize + (options.BatchSize / options.BlockSize + 1L) * options.SharedNegatives, 0);
        var batch = 2 * Math.Min(entities, places) * padded * 4 + 16 * places + 4 * entities + (options.Loss == RankingLossKind.Bpr ? 0 : places * padded * 4);

        // Values, gradient and two moments, perhaps an average; updates of S go to and fro between two of them.
        var trained = composed ? shared.CoarseCount + fineCount : folded ? items : entities;
        var parameters = (options.WeightAveraging == 0 ? 16 : 20) * (trained * padded + 2 * items);
        var weights = composed && shared.AssignmentWeightRate > 0 && fineCount == 0 ? entities * picks * (16 + 4 * (padded / EntityRows.BlockWidth)) : 0;
        var update = composed && fineCount == 0 ? entities * picks * 8 : 0;
        var ranking = 5 * items * shared.Dimension;

        // A checkpoint is put together in memory: values and two moments without padding.
        var checkpoint = 12 * trained * shared.Dimension;
        return expanded + layers + partials + all + batches + batch + parameters + weights + update + Math.Max(ranking, checkpoint);
    }
}
