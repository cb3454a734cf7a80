using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

public sealed unsafe class ScoreTileTests
{
    [Fact]
    public void Scores_are_the_chain_of_fused_multiply_adds_to_the_bit_at_every_dimension()
    {
        for (var d = 1; d <= 130; d++)
        {
            // Odd sizes: the last panel and the last tile are partly empty.
            int items = 1 + d * 37 % 101, users = 1 + d % 11;
            using var itemRows = Rows.Random(items, d, (ulong)d);
            using var userRows = Rows.Random(users, d, (ulong)d + 1000);
            var bias = d % 3 == 0 ? [] : Rows.Random(1, items, (ulong)d + 2000).Row(0).ToArray();
            using var panels = ItemPanels.From(itemRows.AsSpan(), bias, items, d);
            var tiled = Tiled(panels, userRows);
            var single = Single(panels, userRows);
            for (var u = 0; u < users; u++)
            {
                for (var i = 0; i < items; i++)
                {
                    var expected = Naive(userRows.Row(u), itemRows.Row(i), bias.Length == 0 ? 0 : bias[i]);
                    AssertSameBits(expected, tiled[u, i]);
                    AssertSameBits(expected, single[u, i]);
                }

                for (var i = items; i < panels.PanelCount * ItemPanels.Width; i++)
                    Assert.Equal(float.NegativeInfinity, tiled[u, i]);
            }
        }
    }

    [Fact]
    public void The_filter_marks_scores_above_the_limit_and_those_that_are_not_numbers()
    {
        using var scores = new Matrix(1, ItemPanels.Width);
        var stream = new RandomStream(3, RandomPurpose.Test);
        for (var round = 0; round < 1000; round++)
        {
            ulong expected = 0;
            for (var j = 0; j < ItemPanels.Width; j++)
            {
                var value = stream.NextInt32(8) switch
                {
                    0 => float.NaN,
                    1 => float.NegativeInfinity,
                    2 => float.PositiveInfinity,
                    var small => small - 5f,
                };
                scores[0, j] = value;
                if (!(value <= 0.5f))
                    expected |= 1UL << j;
            }

            Assert.Equal(expected, ScoreTile.AboveOrNaN(scores.Pointer, 0.5f));
        }
    }

    [Fact]
    public void A_panel_of_another_size_is_refused()
    {
        using var panels = new ItemPanels(50, 3);
        Assert.Throws<ArgumentException>(() => panels.Pack(1, new float[3 * 3], []));
        Assert.Throws<ArgumentException>(() => panels.Pack(1, new float[2 * 3], new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => panels.Pack(2, [], []));
    }

    private static float Naive(ReadOnlySpan<float> user, ReadOnlySpan<float> item, float bias)
    {
        var sum = 0f;
        for (var k = 0; k < user.Length; k++)
            sum = MathF.FusedMultiplyAdd(user[k], item[k], sum);
        return sum + bias;
    }

    private static void AssertSameBits(float expected, float actual) =>
        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(actual));

    private static float[,] Tiled(ItemPanels panels, Matrix users)
    {
        var d = panels.Dimension;
        var result = new float[users.Rows, panels.PanelCount * ItemPanels.Width];
        using var packed = new Matrix(d, ScoreTile.Users);
        using var scores = new Matrix(ScoreTile.Users, ItemPanels.Width);
        using var limits = Rows.Random(1, ScoreTile.Users, (ulong)d + 3000);
        for (var first = 0; first < users.Rows; first += ScoreTile.Users)
        {
            var count = Math.Min(ScoreTile.Users, users.Rows - first);
            var at = new nint[count];
            for (var r = 0; r < count; r++)
                at[r] = (nint)(users.Pointer + (first + r) * d);
            ScoreTile.PackUsers(packed.Pointer, at, d);
            for (var p = 0; p < panels.PanelCount; p++)
            {
                var above = ScoreTile.Score(packed.Pointer, panels.Rows(p), panels.Bias(p), d, limits.Pointer, scores.Pointer);
                for (var r = 0; r < ScoreTile.Users; r++)
                    Assert.Equal(ScoreTile.AboveOrNaN(scores.Pointer + r * ItemPanels.Width, limits[0, r]) != 0, ((above >> r) & 1) != 0);
                for (var r = 0; r < count; r++)
                    for (var j = 0; j < ItemPanels.Width; j++)
                        result[first + r, p * ItemPanels.Width + j] = scores[r, j];
            }
        }

        return result;
    }

    private static float[,] Single(ItemPanels panels, Matrix users)
    {
        var result = new float[users.Rows, panels.PanelCount * ItemPanels.Width];
        using var scores = new Matrix(1, ItemPanels.Width);
        for (var u = 0; u < users.Rows; u++)
        {
            for (var p = 0; p < panels.PanelCount; p++)
            {
                ScoreTile.ScoreOne(users.Pointer + u * panels.Dimension, panels.Rows(p), panels.Bias(p), panels.Dimension, scores.Pointer);
                for (var j = 0; j < ItemPanels.Width; j++)
                    result[u, p * ItemPanels.Width + j] = scores[0, j];
            }
        }

        return result;
    }
}
