using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Reference;

public sealed class PseudoInverseTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(6, 6)]
    [InlineData(9, 4)]
    [InlineData(4, 9)]
    [InlineData(40, 17)]
    public void The_four_equations_of_Penrose_hold(int rows, int columns)
    {
        var a = Random(rows, columns);
        var (p, values) = PseudoInverse.Of(a);
        Assert.Equal(Math.Min(rows, columns), values.Length);
        Penrose(a, p);
    }

    [Fact]
    public void They_hold_for_a_matrix_of_lower_rank_and_its_zero_singular_values_are_dropped()
    {
        var a = Random(9, 2).Times(Random(2, 6));
        var (p, values) = PseudoInverse.Of(a);
        Assert.Equal(2, values.Count(value => value > 1e-10));
        Penrose(a, p);
    }

    [Fact]
    public void Singular_values_at_the_cut_off_are_dropped_and_those_above_it_kept()
    {
        // A diagonal matrix 3 x 2 has its diagonal as singular values; the cut-off is 3 * 2^-23 * 1.
        var cutOff = 3 * PseudoInverse.CutOff;
        foreach (var (small, kept) in ((double, bool)[])[(cutOff, false), (cutOff * 1.001, true)])
        {
            var (p, values) = PseudoInverse.Of(DenseMatrix.From(3, 2, [1, 0, 0, small, 0, 0]));
            Assert.Equal([1, small], values);
            Assert.Equal(kept ? 1 / small : 0, p[1, 1], 1e-9 / small);
        }
    }

    [Fact]
    public void Of_zeros_it_is_zero()
    {
        var (p, values) = PseudoInverse.Of(new DenseMatrix(3, 2));
        Assert.Equal([0, 0], values);
        Assert.Equal((2, 3), (p.Rows, p.Columns));
        Assert.All(p.Elements.ToArray(), element => Assert.Equal(0, element));
    }

    private static void Penrose(DenseMatrix a, DenseMatrix p)
    {
        Equal(a, a.Times(p).Times(a));
        Equal(p, p.Times(a).Times(p));
        Equal(a.Times(p).Transpose(), a.Times(p));
        Equal(p.Times(a).Transpose(), p.Times(a));
    }

    private static void Equal(DenseMatrix expected, DenseMatrix actual)
    {
        for (var i = 0; i < expected.Rows; i++)
        {
            for (var j = 0; j < expected.Columns; j++)
                Assert.Equal(expected[i, j], actual[i, j], 1e-11 * Math.Max(1, Math.Abs(expected[i, j])));
        }
    }

    private static DenseMatrix Random(int rows, int columns)
    {
        var random = new Random(rows * 100 + columns);
        return new DenseMatrix(rows, columns).Map(_ => 2 * random.NextDouble() - 1);
    }
}
