using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>How the settings of the presets follow the data.</summary>
public sealed class ScaledSettingsTests
{
    // Gowalla, amazon-cds and lastfm as they are published, and ten times Gowalla.
    [Theory]
    [InlineData("best", 70_839, 810_128, 8192, 400, 24, 80)]
    [InlineData("best", 708_390, 8_101_280, 65536, 400, 24, 80)]
    [InlineData("best", 80_000, 604_475, 8192, 400, 24, 80)]
    [InlineData("best", 6_381, 42_135, 8192, 400, 8, 157.75)]
    [InlineData("fast", 70_839, 810_128, 8192, 300, 4, 100)]
    [InlineData("fast", 6_381, 42_135, 8192, 300, 4, 139.43)]
    [InlineData("fast", 200, 1_000, 8192, 20, 4, 200)]
    [InlineData("published", 6_381, 42_135, 8192, 300, 900, 5)]
    public void Batch_meta_embeddings_steps_and_penalty_for_some_data(
        string preset, int entities, int interactions, int batch, int coarse, int epochs, double l2)
    {
        var scaled = ScaledSettings.For(Presets.Find(preset, "").Coarse, entities, interactions);
        Assert.Equal((batch, coarse, epochs), (scaled.BatchSize, scaled.CoarseCount, scaled.MaxEpochs));
        Assert.Equal(l2, scaled.L2Factor, 0.01);
    }

    [Fact]
    public void What_is_scaled_once_stays_as_it_is()
    {
        foreach (var preset in Presets.All)
        {
            foreach (var (entities, interactions) in new[] { (90, 10), (6_381, 42_135), (70_839, 810_128), (3_000_000, 100_000_000) })
            {
                var once = ScaledSettings.For(preset.Coarse, entities, interactions);
                Assert.Equal(once, ScaledSettings.For(once, entities, interactions));
                Assert.Equal(0, once.MaxEpochs % Math.Min(once.EvaluateEvery, once.MaxEpochs));
            }
        }
    }

    // Gowalla, ten times Gowalla, a hundred million interactions; what is given stays, and a validation is of no more users than a test.
    [Theory]
    [InlineData(0, 0, 29_858, 40_981, 0, 0)]
    [InlineData(0, 0, 298_580, 409_810, 0, 38_127)]
    [InlineData(0, 0, 3_333_333, 1_666_667, 93_749, 9_374)]
    [InlineData(0, 0, 3_000_000, 2_000_000_000, 1000, 1000)]
    [InlineData(0, 0, 900, 2_000_000_000, 0, 0)]
    [InlineData(25, 0, 29_858, 40_981, 25, 25)]
    [InlineData(50_000, 0, 298_580, 409_810, 50_000, 38_127)]
    [InlineData(20_000, 0, 298_580, 409_810, 20_000, 20_000)]
    [InlineData(0, 60_000, 298_580, 409_810, 0, 60_000)]
    public void Users_of_an_evaluation(int asked, int between, long users, long items, int expected, int expectedBetween)
    {
        var options = new CoarseTrainingOptions { SampleUsers = asked, ValidationUsers = between };
        Assert.Equal((expected, expectedBetween), (ScaledSettings.Sample(options, users, items), ScaledSettings.ValidationSample(options, users, items)));

        // What came out, taken once more, stays.
        var once = options with { SampleUsers = expected, ValidationUsers = expectedBetween };
        Assert.Equal((expected, expectedBetween), (ScaledSettings.Sample(once, users, items), ScaledSettings.ValidationSample(once, users, items)));
    }

    [Theory]
    [InlineData(0, 12, 12)]
    [InlineData(7.9, 12, 6)]
    [InlineData(1, 12, 3)]
    [InlineData(100, 12, 12)]
    public void Where_an_epoch_goes_over_all_interactions_it_is_a_pass(double passes, int epochs, int expected)
    {
        var options = new CoarseTrainingOptions { MaxPasses = passes, MaxEpochs = epochs, EvaluateEvery = 3 };
        Assert.Equal(expected, ScaledSettings.For(options, 1000, 5000).MaxEpochs);
    }
}
