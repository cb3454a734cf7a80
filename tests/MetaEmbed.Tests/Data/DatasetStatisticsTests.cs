using MetaEmbed.Data;

namespace MetaEmbed.Tests.Data;

public sealed class DatasetStatisticsTests
{
    [Fact]
    public void Small_dataset_by_hand()
    {
        // Users: 0 has three train items, 1 none, 2 one. Items: 3 only in test, 4 and 5 nowhere.
        var train = new Interactions(6, [0, 3, 3, 4], [0, 1, 2, 0]);
        var test = new Interactions(6, [0, 0, 2, 2], [1, 3]);
        var statistics = DatasetStatistics.Of(new Dataset("x", train, test, "h"));
        Assert.Equal(3, statistics.Users);
        Assert.Equal(6, statistics.Items);
        Assert.Equal(4, statistics.TrainInteractions);
        Assert.Equal(2, statistics.TestInteractions);
        Assert.Equal(4 / 18.0, statistics.TrainDensity);
        Assert.Equal(1, statistics.UsersWithoutTrain);
        Assert.Equal(2, statistics.UsersWithoutTest);
        Assert.Equal(3, statistics.ItemsWithoutTrain);
        Assert.Equal(2, statistics.ItemsNeverMet);
        Assert.Equal(new CountQuantiles(0, 0, 1, 3, 3, 3, 3, 4 / 3.0), statistics.UserDegrees);
        Assert.Equal(new CountQuantiles(0, 0, 0, 1, 2, 2, 2, 4 / 6.0), statistics.ItemDegrees);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    public void Quantiles_follow_their_definition(int n)
    {
        var counts = Enumerable.Range(0, n).Select(i => i * 37 % n).ToArray();
        int Naive(double q) => counts.Order().First(v => counts.Count(x => x <= v) >= q * n - 1e-9);
        var expected = new CountQuantiles(0, Naive(0.25), Naive(0.5), Naive(0.75), Naive(0.9), Naive(0.99), n - 1, (n - 1) / 2.0);
        Assert.Equal(expected, CountQuantiles.Of([.. counts]));
    }

    [Fact]
    public void Nothing_gives_zeros() => Assert.Equal(new CountQuantiles(0, 0, 0, 0, 0, 0, 0, 0), CountQuantiles.Of([]));
}
