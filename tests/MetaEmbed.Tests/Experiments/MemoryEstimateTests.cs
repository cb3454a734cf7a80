using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>The estimate of memory as numbers; beside measured peaks it is tested through the command.</summary>
public sealed class MemoryEstimateTests
{
    private static readonly RunDataset Gowalla = new("gowalla", "", 29_858, 40_981, 810_128, 85_000, 132_000);

    [Fact]
    public void Every_dear_setting_raises_it()
    {
        var options = new CoarseTrainingOptions();
        var estimate = MemoryEstimate.Of(Gowalla, options, null, 2);
        foreach (var more in new[]
        {
            options with { Dimension = 192 }, options with { Layers = 4 }, options with { Precision = RowPrecision.Float32 },
            options with { Negatives = 6 }, options with { CoarsePerEntity = 3 }, options with { BatchSize = 20_000 }, options with { WeightAveraging = 0.9 },
        })
        {
            Assert.True(MemoryEstimate.Of(Gowalla, more, null, 2).Training > estimate.Training);
        }

        // A table has a row for each entity; with folded users it has neither those of users nor layers.
        var table = options with { Model = ModelKind.Table, Loss = RankingLossKind.SampledSoftmax };
        var tableNeeds = MemoryEstimate.Of(Gowalla, table, null, 2);
        Assert.True(tableNeeds.Training > MemoryEstimate.Of(Gowalla, options with { Loss = RankingLossKind.SampledSoftmax }, null, 2).Training + 100_000_000);
        Assert.True(MemoryEstimate.Of(Gowalla, table with { UserRows = UserRowKind.Folded }, null, 2).Training < tableNeeds.Training);
        Assert.True(tableNeeds.Partitioning < estimate.Partitioning);

        Assert.True(MemoryEstimate.Of(Gowalla, options, null, 1).Training < estimate.Training);
        Assert.True(MemoryEstimate.Of(Gowalla, options, new FineTrainingOptions(), 2).Peak > estimate.Peak);
        Assert.Equal(estimate.Peak, new[] { estimate.Reading, estimate.Partitioning, estimate.Training }.Max());
    }

    [Fact]
    public void It_grows_in_proportion_to_the_data()
    {
        var large = Gowalla with { Users = 10 * Gowalla.Users, Items = 10 * Gowalla.Items, Train = 10 * Gowalla.Train, Validation = 10 * Gowalla.Validation, Test = 10 * Gowalla.Test };
        var options = new CoarseTrainingOptions { BatchSize = 64 };
        var small = MemoryEstimate.Of(Gowalla, options, null, 2);
        var tenfold = MemoryEstimate.Of(large, options, null, 2);
        foreach (var of in new Func<MemoryEstimate, long>[] { e => e.Reading, e => e.Partitioning })
            Assert.Equal(10.0, (of(tenfold) - MemoryEstimate.Base) / (double)(of(small) - MemoryEstimate.Base), 0.01);
    }

    [Fact]
    public void A_limit_below_it_is_refused_with_every_phase()
    {
        var estimate = MemoryEstimate.Of(Gowalla, new CoarseTrainingOptions(), null, 2);
        estimate.Require(0);
        estimate.Require(estimate.Peak);
        var refusal = Assert.Throws<UserMistakeException>(() => estimate.Require(estimate.Peak - 1));
        foreach (var word in new[] { "reading", "partitioning", "--memory-limit" })
            Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500MB", 500_000_000)]
    [InlineData("500m", 500_000_000)]
    [InlineData("1.5G", 1_500_000_000)]
    [InlineData("2GiB", 2_147_483_648)]
    [InlineData("4096", 4096)]
    [InlineData("12 kB", 12_000)]
    public void Amounts_are_read_as_people_write_them(string text, long bytes) => Assert.Equal(bytes, MemorySize.Parse(text, "x"));

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("0")]
    [InlineData("4TB")]
    [InlineData("4,5GB")]
    [InlineData("NaN")]
    public void What_is_no_amount_is_refused(string text) =>
        Assert.Contains("--memory-limit is '" + text + "'", Assert.Throws<UserMistakeException>(() => MemorySize.Parse(text, "--memory-limit")).Message, StringComparison.Ordinal);
}
