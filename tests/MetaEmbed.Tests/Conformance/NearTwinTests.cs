using MetaEmbed.Reference;
using Xunit.Sdk;

namespace MetaEmbed.Tests.Conformance;

public sealed class NearTwinTests
{
    [Theory]
    [InlineData(1.9f, 0.02f)]
    [InlineData(2f, 0.2f)]
    [InlineData(float.NaN, 0f)]
    [InlineData(2f, float.NaN)]
    public void What_is_off_by_more_than_a_share_of_the_largest_fails(float first, float second) =>
        Assert.Throws<FailException>(() => NearTwin.Equal([2.0, 0.0], [first, second], 0.04));

    [Fact]
    public void What_is_off_by_less_passes() => NearTwin.Equal(DenseMatrix.From(1, 2, [2.0, 0.0]), [1.95f, 0.05f], 0.04);
}
