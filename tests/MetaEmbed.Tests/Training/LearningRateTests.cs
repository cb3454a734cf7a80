using MetaEmbed.Training;

namespace MetaEmbed.Tests.Training;

public sealed class LearningRateTests
{
    private static readonly CoarseTrainingOptions Options = new() { LearningRate = 0.3, LearningRateCurve = LearningRateCurve.Cosine, FinalLearningRateShare = 0.1 };

    [Fact]
    public void Without_a_curve_it_stays()
    {
        var rate = new LearningRate(new CoarseTrainingOptions { LearningRate = 0.3 }, 100);
        foreach (var step in new long[] { 0, 1, 50, 99, 100, long.MaxValue })
            Assert.Equal(0.3, rate.At(step));
    }

    [Theory]
    [InlineData(LearningRateCurve.Constant)]
    [InlineData(LearningRateCurve.Cosine)]
    public void It_rises_from_0_in_equal_parts_to_the_whole(LearningRateCurve curve)
    {
        var rate = new LearningRate(Options with { WarmupSteps = 8, LearningRateCurve = curve }, 100);
        for (var step = 0; step < 8; step++)
            Assert.Equal(0.3 * (step + 1) / 8, rate.At(step), 1e-16);
        Assert.Equal(0.3, rate.At(8));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 7)]
    [InlineData(0, 1000)]
    [InlineData(13, 500)]
    [InlineData(13, 14)]
    public void The_cosine_falls_from_the_whole_to_its_final_share_and_stays_there(int warmup, int total)
    {
        var rate = new LearningRate(Options with { WarmupSteps = warmup }, total);
        for (var step = warmup; step <= total; step++)
        {
            var expected = 0.3 * (0.1 + 0.9 * 0.5 * (1 + Math.Cos(Math.PI * (step - warmup) / (total - warmup))));
            Assert.Equal(expected, rate.At(step), 1e-15);
        }

        Assert.Equal(0.3, rate.At(warmup), 1e-16);
        Assert.Equal(0.03, rate.At(total), 1e-16);
        Assert.Equal(0.03, rate.At(total + 1000L), 1e-16);
    }

    [Fact]
    public void A_warm_up_longer_than_the_stage_only_rises()
    {
        var rate = new LearningRate(Options with { WarmupSteps = 50 }, 20);
        Assert.Equal(0.3 * 20 / 50, rate.At(19), 1e-16);
        Assert.Equal(0.03, rate.At(51), 1e-16);
    }
}
