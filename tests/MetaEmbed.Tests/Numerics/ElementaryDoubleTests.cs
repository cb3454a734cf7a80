using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Numerics;

public class ElementaryDoubleTests
{
    [Fact]
    public void Exp_is_exact_to_two_units_in_the_last_place()
    {
        var stream = new RandomStream(1, RandomPurpose.Test);
        for (var i = 0; i < 20_000; i++)
        {
            var x = i % 2 == 0 ? (stream.NextDouble() - 0.5) * 1400 : (stream.NextDouble() - 0.5) * 4;
            // The runtime's exp is itself exact to one unit.
            Assert.Equal(1, ElementaryDouble.Exp(x) / Math.Exp(x), 3 * 2.22e-16);
        }
    }

    [Fact]
    public void Exp_at_its_ends()
    {
        Assert.Equal(1, ElementaryDouble.Exp(0));
        Assert.Equal(1, ElementaryDouble.Exp(-0.0));
        Assert.Equal(Math.E, ElementaryDouble.Exp(1), 5e-16);
        Assert.Equal(1, ElementaryDouble.Exp(709.78) / Math.Exp(709.78), 1e-15);
        Assert.Equal(double.PositiveInfinity, ElementaryDouble.Exp(709.79));
        Assert.Equal(double.PositiveInfinity, ElementaryDouble.Exp(double.PositiveInfinity));
        Assert.Equal(0, ElementaryDouble.Exp(-708.5));
        Assert.Equal(0, ElementaryDouble.Exp(double.NegativeInfinity));
        Assert.True(double.IsNaN(ElementaryDouble.Exp(double.NaN)));
    }

    [Fact]
    public void Log_is_exact_to_a_few_units_in_the_last_place()
    {
        var stream = new RandomStream(2, RandomPurpose.Test);
        for (var i = 0; i < 20_000; i++)
        {
            // All magnitudes, and the neighbourhood of 1, where the logarithm is small itself.
            var x = i % 2 == 0 ? Math.Exp((stream.NextDouble() - 0.5) * 1400) : 0.5 + stream.NextDouble();
            var expected = Math.Log(x);
            Assert.Equal(expected, ElementaryDouble.Log(x), 4 * 2.22e-16 * Math.Abs(expected));
        }
    }

    [Fact]
    public void Log_at_its_ends()
    {
        Assert.Equal(0, ElementaryDouble.Log(1));
        Assert.Equal(1, ElementaryDouble.Log(Math.E), 3e-16);
        foreach (var x in new[] { Math.Sqrt(2), Math.BitIncrement(Math.Sqrt(2)), 1 + 2.3e-16, Math.BitDecrement(1), 2, 0.5, double.MaxValue, 2.2250738585072014e-308 })
            Assert.Equal(Math.Log(x), ElementaryDouble.Log(x), 4 * 2.22e-16 * Math.Abs(Math.Log(x)));
        foreach (var x in new[] { 0, -1, 1e-310, double.NaN, double.NegativeInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => ElementaryDouble.Log(x));
    }

    [Fact]
    public void Softmax_sums_to_one_and_does_not_overflow()
    {
        double[] row = [1000, 1001, 999];
        ElementaryDouble.Softmax(row);
        var sum = 1 + Math.Exp(-1) + Math.Exp(-2);
        Assert.Equal(Math.Exp(-1) / sum, row[0], 1e-15);
        Assert.Equal(1 / sum, row[1], 1e-15);
        Assert.Equal(Math.Exp(-2) / sum, row[2], 1e-15);
        Assert.Throws<ArgumentException>(() => ElementaryDouble.Softmax([1, double.NaN]));
    }
}
