using MetaEmbed.Data;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>
/// Settings that are 0 for "as the data needs it", with their values for a dataset. Steps of a preset stay the same on
/// any data; what grows is a step's batch, since propagation, which sees the whole graph, is most of a step's cost:
/// <code>
/// batch-size   = interactions / 100, within 8,192 .. 131,072, rounded down to a power of two
/// coarse-count = entities / 10, within 8 .. 300
/// </code>
/// </summary>
internal static class ScaledSettings
{
    private const int SmallestBatch = 8192;
    private const int LargestBatch = 131072;
    private const int BatchesOfAPass = 100;
    private const int MostCoarse = 300;
    private const int EntitiesPerCoarse = 10;

    /// <summary>The coarse stage's settings with nothing left open.</summary>
    /// <param name="options">Settings, some of them 0.</param>
    /// <param name="train">Training interactions.</param>
    public static CoarseTrainingOptions For(CoarseTrainingOptions options, Interactions train)
    {
        ArgumentNullException.ThrowIfNull(train);
        var entities = train.UserCount + (long)train.ItemCount;
        var coarse = options.CoarseCount == 0 ? (int)Math.Clamp(entities / EntitiesPerCoarse, 8, MostCoarse) : options.CoarseCount;
        var most = options.CoarseCount == 0 ? Math.Min(options.CoarsePerEntity, coarse) : options.CoarsePerEntity;
        return options with
        {
            BatchSize = Batch(options, train),
            CoarseCount = coarse,
            CoarsePerEntity = most,
            CoarseMean = options.CoarseCount == 0 ? Math.Min(options.CoarseMean, most) : options.CoarseMean,
        };
    }

    /// <summary>The fine stage's settings with nothing left open.</summary>
    /// <param name="options">Settings, some of them 0.</param>
    /// <param name="train">Training interactions.</param>
    public static FineTrainingOptions For(FineTrainingOptions options, Interactions train)
    {
        ArgumentNullException.ThrowIfNull(train);
        return options with { BatchSize = Batch(options, train) };
    }

    private static int Batch(StageTrainingOptions options, Interactions train)
    {
        if (options.BatchSize > 0)
            return options.BatchSize;
        var wanted = Math.Clamp(train.Count / BatchesOfAPass, SmallestBatch, LargestBatch);
        return 1 << System.Numerics.BitOperations.Log2((uint)wanted);
    }
}
