using MetaEmbed.Data;

namespace MetaEmbed.Tests.Data;

public sealed class ValidationSplitTests
{
    [Fact]
    public void A_third_rounded_up_becomes_validation_and_nothing_is_lost()
    {
        var data = WithTestSizes(Enumerable.Range(0, 40).ToArray());
        var split = ValidationSplit.Create(data, 7);
        Assert.Same(data.Train, split.Train);
        for (var user = 0; user < data.UserCount; user++)
        {
            var validation = split.Validation.Of(user).ToArray();
            var rest = split.Test.Of(user).ToArray();
            Assert.Equal((int)Math.Ceiling(user / 3.0), validation.Length);
            Assert.Equal(data.Test.Of(user).ToArray(), validation.Concat(rest).Order());
        }

        Assert.Equal(data.ItemCount, split.Validation.ItemCount);
        Assert.Equal(data.UserCount, split.Test.UserCount);
    }

    [Fact]
    public void Seed_decides_and_one_user_does_not_disturb_another()
    {
        var data = WithTestSizes(Enumerable.Repeat(12, 50).ToArray());
        var one = ValidationSplit.Create(data, 2024);
        Assert.Equal(one.Validation.Items.ToArray(), ValidationSplit.Create(data, 2024).Validation.Items.ToArray());
        Assert.NotEqual(one.Validation.Items.ToArray(), ValidationSplit.Create(data, 2025).Validation.Items.ToArray());

        var sizes = Enumerable.Repeat(12, 50).ToArray();
        sizes[3] = 5;
        var other = ValidationSplit.Create(WithTestSizes(sizes), 2024);
        Assert.Equal(one.Validation.Of(40).ToArray(), other.Validation.Of(40).ToArray());
        Assert.NotEqual(one.Validation.Of(40).ToArray(), one.Validation.Of(41).ToArray());
    }

    [Fact]
    public void Every_item_is_as_likely()
    {
        // 30,000 draws of 2 of 5: each item 0.4, standard deviation 0.0028; 5 deviations are allowed.
        const int Users = 30_000;
        var split = ValidationSplit.Create(WithTestSizes(Enumerable.Repeat(5, Users).ToArray()), 1);
        foreach (var count in split.Validation.CountByItem())
            Assert.InRange(count / (double)Users, 0.4 - 0.0142, 0.4 + 0.0142);
    }

    [Fact]
    public void Pinned_draw_stays()
    {
        var split = ValidationSplit.Create(WithTestSizes([6, 4, 1, 0, 9]), 2024);
        Assert.Equal("0:2,4 1:1,2 2:0 3: 4:2,3,5", InteractionTextFormatTests.Show(split.Validation));
    }

    private static Dataset WithTestSizes(int[] sizes)
    {
        var rowStart = new int[sizes.Length + 1];
        for (var user = 0; user < sizes.Length; user++)
            rowStart[user + 1] = rowStart[user] + sizes[user];
        var items = sizes.SelectMany(n => Enumerable.Range(0, n)).ToArray();
        var itemCount = sizes.Max();
        return new Dataset("x", new Interactions(itemCount, new int[sizes.Length + 1], []), new Interactions(itemCount, rowStart, items), "");
    }
}
