using System.Numerics;
using Xunit.Sdk;

namespace MetaEmbed.Tests;

public sealed class WidthRunnerTests
{
    [Fact]
    public void Bits_that_depend_on_the_width_are_found_out()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => WidthRunner.AssertSameBits<SumOverLanes>(withoutFused: false));
        Assert.Contains("the bits differ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probe_that_fails_shows_its_error()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => WidthRunner.AssertSameBits<Broken>());
        Assert.Contains("out of order", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The mistake that the rule forbids: a sum across as many lanes as the machine happens to have.</summary>
    private sealed class SumOverLanes : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            using var values = Rows.Random(1, 1024, 1);
            var sums = Vector<float>.Zero;
            for (var i = 0; i < 1024; i += Vector<float>.Count)
                sums += new Vector<float>(values.Row(0)[i..]);
            results.Append([Sum(sums)]);
        }

        private static float Sum(Vector<float> lanes)
        {
            var sum = 0f;
            for (var lane = 0; lane < Vector<float>.Count; lane++)
                sum += lanes[lane];
            return sum;
        }
    }

    private sealed class Broken : IWidthProbe
    {
        public void Run(WidthHash results) => throw new InvalidOperationException("out of order");
    }
}
