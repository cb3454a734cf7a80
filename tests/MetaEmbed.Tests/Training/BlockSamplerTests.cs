using MetaEmbed.Data;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Training;

/// <summary>What a step of the sampled softmax trains on.</summary>
public sealed class BlockSamplerTests
{
    private const long Seed = 11;

    // The first, the last and one in five between have no items; the others one to six of twenty. Item 19 has nobody.
    private static readonly int[][] ItemsOf =
        [.. Enumerable.Range(0, 31).Select(user => user % 5 == 0 ? [] : Enumerable.Range(user % 13, 1 + user % 6).ToArray())];

    private static readonly Interactions Train = RandomProblem.ToInteractions(ItemsOf, 20);

    public static TheoryData<PositiveSource, NegativeSource> Sources =>
        new MatrixTheoryData<PositiveSource, NegativeSource>(Enum.GetValues<PositiveSource>(), Enum.GetValues<NegativeSource>());

    [Theory]
    [MemberData(nameof(Sources))]
    public void Positives_and_negatives_are_drawn_as_often_as_their_source_says(PositiveSource positives, NegativeSource negatives)
    {
        // A negative a step: those of one step share its positives and would not be independent.
        using var batch = new BlockBatch(8, 8, 1);
        var sampler = new BlockSampler(Train, Seed, 8, positives, negatives);
        Assert.False(sampler.Empty);
        var (users, pairs, drawn) = (new double[31], new double[31, 20], new double[20]);
        for (var step = 0; step < 6000; step++)
        {
            sampler.Draw(2, step, batch);
            for (var i = 0; i < 8; i++)
            {
                users[batch.Users[i]]++;
                pairs[batch.Users[i], batch.Positives[i] - 31]++;
            }

            drawn[batch.Negatives[0] - 31]++;
        }

        var options = new CoarseTrainingOptions { PositiveSource = positives, NegativeSource = negatives };
        var active = Enumerable.Range(0, 31).Where(user => ItemsOf[user].Length > 0).ToArray();
        Assert.All(Enumerable.Range(0, 31).Except(active), user => Assert.Equal(0, users[user]));
        Assert.Equal(users.Sum(), active.SelectMany(user => ItemsOf[user].Select(item => pairs[user, item])).Sum());
        ChiSquare.Matches(
            [.. active.Select(user => users[user])],
            [.. active.Select(user => positives == PositiveSource.ByUser ? 1.0 / active.Length : (double)ItemsOf[user].Length / Train.Count)],
            "users");
        foreach (var user in active)
            ChiSquare.Uniform([.. ItemsOf[user].Select(item => pairs[user, item])], $"items of user {user}");
        var probabilities = DrawProbability.OfNegatives(Train, options);
        int[] possible = [.. Enumerable.Range(0, 20).Where(item => negatives == NegativeSource.Uniform || ItemsOf.Any(items => items.Contains(item)))];
        Assert.Equal(drawn.Sum(), possible.Sum(item => drawn[item]));
        ChiSquare.Matches([.. possible.Select(item => drawn[item])], [.. possible.Select(item => probabilities[item])], "negatives");
    }

    [Fact]
    public void The_correction_is_the_logarithm_of_the_probability_to_be_drawn()
    {
        var options = new CoarseTrainingOptions { PopularityCorrection = true, NegativeSource = NegativeSource.InBatch };
        var correction = SoftmaxLoss.Correction(Train, options)!;
        var users = ItemsOf.Where(items => items.Length > 0).ToArray();
        for (var item = 0; item < 19; item++)
        {
            var q = users.Where(items => items.Contains(item)).Sum(items => 1.0 / items.Length) / users.Length;
            if (q > 0)
                Assert.Equal(Math.Log(q), correction[item], 1e-6);
        }

        Assert.Equal(Math.Log(0.5 / Train.Count), correction[19], 1e-6);
        Assert.Equal(
            Train.CountByItem()[3] / (double)Train.Count,
            Math.Exp(SoftmaxLoss.Correction(Train, options with { PositiveSource = PositiveSource.ByInteraction })![3]),
            1e-7);
        Assert.Null(SoftmaxLoss.Correction(Train, options with { PopularityCorrection = false }));
        Assert.Null(SoftmaxLoss.Correction(Train, options with { NegativeSource = NegativeSource.Uniform }));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_step_has_its_own_draw_in_the_order_of_the_users(PositiveSource positives, NegativeSource negatives)
    {
        var sampler = new BlockSampler(Train, Seed, 50, positives, negatives);
        using var batch = new BlockBatch(50, 8, 9);
        Assert.Equal((7, 63), (batch.Blocks, batch.Negatives.Length));
        var first = Draw(sampler, 3, 4);
        var keys = batch.Users.ToArray().Zip(batch.Positives.ToArray()).ToArray();
        Assert.Equal(keys.Order(), keys);
        if (negatives == NegativeSource.InBatch)
            Assert.Empty(batch.Negatives.ToArray().Except(batch.Positives.ToArray()));
        foreach (var (epoch, step) in new[] { (3, 5), (4, 4), (0, 0), (4, 3) })
            Assert.NotEqual(first, Draw(sampler, epoch, step));
        Assert.NotEqual(first, Draw(new BlockSampler(Train, Seed + 1, 50, positives, negatives), 3, 4));

        // Whatever was drawn before.
        Assert.Equal(first, Draw(sampler, 3, 4));
        Assert.Equal(first, Draw(new BlockSampler(Train, Seed, 50, positives, negatives), 3, 4));

        int[] Draw(BlockSampler from, int epoch, int step)
        {
            from.Draw(epoch, step, batch);
            return batch.All.ToArray();
        }
    }

    [Fact]
    public void Steps_of_an_epoch()
    {
        var options = new CoarseTrainingOptions { Loss = RankingLossKind.SampledSoftmax, BatchSize = 30 };
        Assert.Equal((Train.Count + 29) / 30, Steps(Train, options));
        Assert.Equal(1, Steps(Train, options with { BatchSize = 1 << 20 }));
        Assert.Equal(77, Steps(Train, options with { StepsPerEpoch = 77 }));

        // Nothing to draw: an epoch comes to an end.
        Assert.Equal(0, Steps(RandomProblem.ToInteractions([[], []], 3), options with { StepsPerEpoch = 5 }));

        static int Steps(Interactions train, StageTrainingOptions options)
        {
            using var source = new BlockSource(train, options);
            Assert.Equal(source.FullSteps, source.Begin(4));
            Assert.InRange(source.Batch.Count, 1, Math.Max(train.Count, 1));
            return source.FullSteps;
        }
    }
}
