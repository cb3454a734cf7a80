using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Models;

public class FineCodebookInitializerTests
{
    [Theory]
    [InlineData("tinyA")]
    [InlineData("tinyB")]
    [InlineData("tinyC")]
    public void Golden_padding_is_a_spreading_of_the_golden_codes(string name)
    {
        // Official positions are numpy's; the rule is checked on its own output, then on ours.
        using var golden = new GoldenFile($"{name}_fineinit_f64");
        var codes = golden.Matrix("sparsepca_output");
        var rows = golden.Rows("sparsepca_output");
        var n = codes.Length / rows;
        var padded = golden.Matrix("finetune_embs_padded");
        using var ours = FineCodebookInitializer.Spread(codes, rows, n, padded.Length / rows, 1);
        for (var i = 0; i < rows; i++)
        {
            var expected = codes[(i * n)..((i + 1) * n)].Where(x => x != 0).ToArray();
            Close.Equal(expected, [.. padded[(i * ours.Columns)..((i + 1) * ours.Columns)].Where(x => x != 0)], 1e-8);
            Close.Equal(expected, [.. ours.Row(i).ToArray().Where(x => x != 0).Select(x => (double)x)], 1e-6);
        }
    }

    [Fact]
    public void Every_column_is_taken_equally_often()
    {
        const int Rows = 4000;
        var codes = new double[Rows * 3];
        Array.Fill(codes, 1);
        using var f = FineCodebookInitializer.Spread(codes, Rows, 3, 10, 2);
        for (var j = 0; j < 10; j++)
        {
            var taken = Enumerable.Range(0, Rows).Count(i => f[i, j] != 0);
            // Six standard deviations of 4000 draws with 0.3.
            Assert.InRange(taken, 1200 - 174, 1200 + 174);
        }
    }

    [Fact]
    public void As_many_codes_as_columns_stay_in_place()
    {
        double[] codes = [1, 2, 3, 4, 5, 6];
        using var f = FineCodebookInitializer.Spread(codes, 2, 3, 3, 2);
        Assert.Equal([1, 2, 3, 4, 5, 6], f.AsSpan().ToArray());
    }

    [Fact]
    public void The_codebook_holds_the_codes_of_drawn_rows()
    {
        using var c = Normal(30, 24);
        var options = new SparsePcaOptions { Components = 9 };
        using var f = FineCodebookInitializer.FromSparseComponents(c, 12, 5, options);
        Assert.Equal((12, 24), (f.Rows, f.Columns));
        var drawn = FineCodebookInitializer.DrawRows(30, 12, 5);
        var x = drawn.SelectMany(i => c.Row(i).ToArray().Select(v => (double)v)).ToArray();
        var codes = SparsePca.Fit(x, 12, 24, options, 5).Transform(x, 12);
        for (var i = 0; i < 12; i++)
        {
            var expected = codes[(i * 9)..((i + 1) * 9)].Select(v => (float)v).Where(v => v != 0);
            Assert.Equal(expected, f.Row(i).ToArray().Where(v => v != 0));
        }

        using var again = FineCodebookInitializer.FromSparseComponents(c, 12, 5, options);
        Assert.Equal(f.AsSpan().ToArray(), again.AsSpan().ToArray());
        using var other = FineCodebookInitializer.FromSparseComponents(c, 12, 6, options);
        Assert.NotEqual(f.AsSpan().ToArray(), other.AsSpan().ToArray());
    }

    [Fact]
    public void Fewer_columns_than_components_are_filled_whole()
    {
        using var c = Normal(30, 6);
        using var f = FineCodebookInitializer.FromSparseComponents(c, 12, 5);
        Assert.Equal((12, 6), (f.Rows, f.Columns));
        Assert.Contains(f.AsSpan().ToArray(), x => x != 0);
    }

    [Fact]
    public void Rows_are_drawn_with_replacement_from_all()
    {
        var drawn = FineCodebookInitializer.DrawRows(20, 400, 1);
        Assert.Equal(Enumerable.Range(0, 20), drawn.Distinct().Order());
        Assert.Throws<ArgumentException>(() => FineCodebookInitializer.DrawRows(0, 4, 1));
    }

    [Fact]
    public void A_normal_codebook_has_two_thirds_of_its_entries_within_one()
    {
        using var f = FineCodebookInitializer.FromNormal(100, 128, 1);
        var share = f.AsSpan().ToArray().Count(x => Math.Abs(x) <= 1) / 12800.0;
        // 0.6827, six standard errors.
        Assert.Equal(0.6827, share, 0.025);
    }

    private static Matrix Normal(int rows, int columns)
    {
        var result = new Matrix(rows, columns);
        var stream = new RandomStream(1, RandomPurpose.Test);
        foreach (ref var x in result.AsSpan())
            x = (float)NormalDistribution.Next(ref stream);
        return result;
    }
}
