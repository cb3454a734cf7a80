using MetaEmbed.Data;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>
/// Settings that depend on the data, with their values for a dataset. Steps of a preset stay the same on larger data; what
/// grows is a step's batch, since propagation, which sees the whole graph, is most of a step's cost. On small data, where
/// the same steps go over the interactions many times, there are fewer of them and the penalty grows:
/// <code>
/// batch-size   = interactions / 100, within 8,192 .. 131,072, rounded down to a power of two
/// coarse-count = entities / 10, within 8 .. 300
/// max-epochs   at most what fills max-passes, in whole evaluations
/// l2-factor    times sqrt(passes / l2-passes), within 1 .. 2
/// sample-users all, where users x items x d is at most 2 10^13; else 2 10^13 / (items x d), at least 1,000
/// validation-users  the same with 2 10^12, sample-users at most
/// </code>
/// What comes out leaves nothing open, and taken once more it stays as it is.
/// </summary>
internal static class ScaledSettings
{
    private const int SmallestBatch = 8192;
    private const int LargestBatch = 131072;
    private const int BatchesOfAPass = 100;
    private const int MostCoarse = 300;
    private const int EntitiesPerCoarse = 10;
    private const double MostGrowth = 2;
    private const long MostProducts = 20_000_000_000_000;
    private const long MostValidationProducts = MostProducts / 10;
    private const int SmallestSample = 1000;

    /// <summary>The coarse stage's settings with nothing left open.</summary>
    /// <param name="options">Settings, some of them 0.</param>
    /// <param name="train">Training interactions.</param>
    public static CoarseTrainingOptions For(CoarseTrainingOptions options, Interactions train)
    {
        ArgumentNullException.ThrowIfNull(train);
        return For(options, train.UserCount + (long)train.ItemCount, train.Count) with
        {
            SampleUsers = Sample(options, train.UserCount, train.ItemCount),
            ValidationUsers = ValidationSample(options, train.UserCount, train.ItemCount),
        };
    }

    /// <summary>How many users a final evaluation ranks for; 0 for all.</summary>
    /// <param name="options">Settings, sample-users 0 where it is open.</param>
    /// <param name="users">U.</param>
    /// <param name="items">I.</param>
    internal static int Sample(CoarseTrainingOptions options, long users, long items) =>
        options.SampleUsers > 0 ? options.SampleUsers : Within(MostProducts, options, users, items);

    /// <summary>How many users an evaluation between epochs ranks for; 0 for all.</summary>
    /// <param name="options">Settings, sample-users and validation-users 0 where they are open.</param>
    /// <param name="users">U.</param>
    /// <param name="items">I.</param>
    internal static int ValidationSample(CoarseTrainingOptions options, long users, long items)
    {
        if (options.ValidationUsers > 0)
            return options.ValidationUsers;
        var within = Within(MostValidationProducts, options, users, items);
        var asked = Sample(options, users, items);
        return within > 0 && asked > 0 ? Math.Min(within, asked) : Math.Max(within, asked);
    }

    private static int Within(long products, CoarseTrainingOptions options, long users, long items)
    {
        var most = Math.Max(products / Math.Max(items * options.Dimension, 1), SmallestSample);
        return users <= most ? 0 : (int)most;
    }

    /// <summary>The same from counts.</summary>
    /// <param name="options">Settings, some of them 0.</param>
    /// <param name="entities">Users and items.</param>
    /// <param name="interactions">Training interactions.</param>
    internal static CoarseTrainingOptions For(CoarseTrainingOptions options, long entities, int interactions)
    {
        var coarse = options.CoarseCount == 0 ? (int)Math.Clamp(entities / EntitiesPerCoarse, 8, MostCoarse) : options.CoarseCount;
        var most = options.CoarseCount == 0 ? Math.Min(options.CoarsePerEntity, coarse) : options.CoarsePerEntity;
        var batch = Batch(options, interactions);
        var (epochs, l2) = Passes(options, batch, interactions);
        return options with
        {
            BatchSize = batch,
            MaxEpochs = epochs,
            MaxPasses = 0,
            L2Factor = l2,
            L2Passes = 0,
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
        return options with { BatchSize = Batch(options, train.Count) };
    }

    private static (int Epochs, double L2Factor) Passes(CoarseTrainingOptions options, int batch, int interactions)
    {
        var passesAnEpoch = options.StepsPerEpoch > 0 ? (double)options.StepsPerEpoch * batch / Math.Max(interactions, 1) : 1;
        var epochs = options.MaxEpochs;
        if (options.MaxPasses > 0)
        {
            var within = (int)Math.Min(options.MaxPasses / passesAnEpoch, epochs);
            epochs = Math.Min(epochs, Math.Max(within - within % options.EvaluateEvery, options.EvaluateEvery));
        }

        var growth = options.L2Passes > 0 ? epochs * passesAnEpoch / options.L2Passes : 1;
        return (epochs, options.L2Factor * Math.Clamp(Math.Sqrt(growth), 1, MostGrowth));
    }

    private static int Batch(StageTrainingOptions options, int interactions)
    {
        if (options.BatchSize > 0)
            return options.BatchSize;
        var wanted = Math.Clamp(interactions / BatchesOfAPass, SmallestBatch, LargestBatch);
        return 1 << System.Numerics.BitOperations.Log2((uint)wanted);
    }
}
