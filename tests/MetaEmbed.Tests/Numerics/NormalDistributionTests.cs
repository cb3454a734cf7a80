using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Numerics;

public sealed class NormalDistributionTests
{
    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.975, 1.9599639845400545)]
    [InlineData(0.0013498980316300933, -3.0)]
    [InlineData(1e-20, -9.262340089798408)]
    public void Quantile_matches_tables(double p, double expected) =>
        Assert.Equal(expected, NormalDistribution.Quantile(p), 1e-13 * Math.Max(1, Math.Abs(expected)));

    [Fact]
    public void A_hundred_thousand_draws_have_mean_0_and_variance_1()
    {
        var stream = new RandomStream(7, RandomPurpose.Test);
        double sum = 0, squares = 0, fourth = 0;
        const int n = 100_000;
        for (var i = 0; i < n; i++)
        {
            var x = NormalDistribution.Next(ref stream);
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
        }

        // Six standard errors of each moment.
        Assert.Equal(0, sum / n, 6 / Math.Sqrt(n));
        Assert.Equal(1, squares / n, 6 * Math.Sqrt(2.0 / n));
        Assert.Equal(3, fourth / n, 6 * Math.Sqrt(96.0 / n));
    }
}
