using MetaEmbed.Numerics;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Numerics;

public class SparsePcaTests
{
    [Theory]
    [InlineData("sparsepca_20x8_k5")]
    [InlineData("sparsepca_100x128_k80_a")]
    public void Without_chance_the_golden_optimum_comes_out(string name)
    {
        // No component is without use here, so nothing random enters; the files give nine digits.
        using var golden = new GoldenFile(name);
        var (x, rows, columns) = Input(golden, "X");
        var pca = SparsePca.Fit(x, rows, columns, Options(golden, "components"), 0);
        var errors = golden.Vector("error");
        Assert.Equal(errors.Length, pca.Errors.Length);
        for (var i = 0; i < errors.Length; i++)
            Assert.Equal(1, pca.Errors[i] / errors[i], 1e-7);
        Close.Equal(golden.Vector("mean"), pca.Means, 1e-6);
        Close.Equal(golden.Matrix("components"), pca.Components, 1e-6);
        Close.Equal(golden.Matrix("transform"), pca.Transform(x, rows), 1e-5);
        CheckObjective(pca, x, rows, columns);
    }

    [Fact]
    public void With_few_dimensions_the_objective_is_no_worse_than_the_golden_one()
    {
        // Components without use are replaced by random samples: another local optimum.
        using var golden = new GoldenFile("sparsepca_100x128_k80_b_lowrank");
        var (x, rows, columns) = Input(golden, "X");
        for (ulong seed = 0; seed < 3; seed++)
        {
            var pca = SparsePca.Fit(x, rows, columns, Options(golden, "components"), seed);
            Assert.InRange(pca.Errors[^1] / golden.Number("objective"), 0.9, 1.001);
            CheckObjective(pca, x, rows, columns);
        }
    }

    [Theory]
    [InlineData("tinyA")]
    [InlineData("tinyB")]
    [InlineData("tinyC")]
    public void Some_seed_reaches_the_golden_optimum_and_its_codes(string name)
    {
        using var golden = new GoldenFile($"{name}_fineinit_f64");
        var (x, rows, columns) = Input(golden, "sparsepca_input");
        var options = Options(golden, "sparsepca_components");
        var expected = golden.Vector("sparsepca_error")[^1];
        var pca = Enumerable.Range(0, 200).Select(seed => SparsePca.Fit(x, rows, columns, options, (ulong)seed))
            .MinBy(p => Math.Abs(p.Errors[^1] - expected))!;
        Assert.Equal(1, pca.Errors[^1] / expected, 1e-7);
        // Components that chance replaced may come in another order; what the codes and components rebuild may not.
        var n = options.Components;
        Close.Equal(
            Rebuilt(golden.Matrix("sparsepca_output"), golden.Matrix("sparsepca_components"), rows, n, columns),
            Rebuilt(pca.Transform(x, rows), pca.Components, rows, n, columns), 1e-2);
    }

    [Fact]
    public void Conventions_hold()
    {
        var x = Normal(12, 30, 3);
        var pca = SparsePca.Fit(x, 12, 30, new SparsePcaOptions { Components = 20 }, 1);
        CheckObjective(pca, x, 12, 30);
        for (var k = 0; k < 20; k++)
        {
            var loadings = pca.Loadings.AsSpan(k * 12, 12);
            var component = pca.Components.AsSpan(k * 30, 30);
            Assert.True(Math.Sqrt(DoubleVectors.Dot(loadings, loadings)) <= 1 + 1e-12);
            var largest = loadings.ToArray().MaxBy(Math.Abs);
            Assert.True(largest > 0, $"largest loading {largest}");
            var norm = DoubleVectors.Dot(component, component);
            Assert.True(norm == 0 || Math.Abs(norm - 1) < 1e-12, $"norm {norm}");
        }

        for (var i = 1; i < pca.Errors.Length; i++)
            Assert.True(pca.Errors[i] <= pca.Errors[i - 1] * (1 + 1e-12));
    }

    [Fact]
    public void Codes_solve_the_ridge_problem()
    {
        var x = Normal(9, 14, 5);
        var pca = SparsePca.Fit(x, 9, 14, new SparsePcaOptions { Components = 6, RidgeAlpha = 0.5 }, 1);
        var codes = pca.Transform(x, 9);
        // (Xc - Z V) V^T = ridge Z.
        for (var i = 0; i < 9; i++)
        {
            var residual = new double[14];
            for (var j = 0; j < 14; j++)
                residual[j] = x[i * 14 + j] - pca.Means[j];
            for (var k = 0; k < 6; k++)
                DoubleVectors.AddScaled(-codes[i * 6 + k], pca.Components.AsSpan(k * 14, 14), residual);
            for (var k = 0; k < 6; k++)
                Assert.Equal(0.5 * codes[i * 6 + k], DoubleVectors.Dot(residual, pca.Components.AsSpan(k * 14, 14)), 1e-12);
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(5, 4)]
    public void Equal_rows_have_codes_of_zero(int rows, int columns)
    {
        double[] x = [.. Enumerable.Range(0, rows * columns).Select(i => (double)(i % columns))];
        var pca = SparsePca.Fit(x, rows, columns, new SparsePcaOptions { Components = 3 }, 1);
        Assert.All(pca.Transform(x, rows), code => Assert.Equal(0, code));
        Assert.All(pca.Components, w => Assert.Equal(0, w));
    }

    [Fact]
    public void The_bits_are_those_of_every_machine()
    {
        var x = Normal(30, 50, 4);
        var pca = SparsePca.Fit(x, 30, 50, new SparsePcaOptions { Components = 40 }, 9);
        Assert.Equal(14394490219950261355UL, Close.Hash(pca.Transform(x, 30)));
    }

    [Fact]
    public void Mistakes_are_refused()
    {
        double[] x = [1, 2, 3, double.NaN];
        Assert.Contains("row 1, column 1", Assert.Throws<ArgumentException>(() => SparsePca.Fit(x, 2, 2, new(), 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SparsePca.Fit(x, 2, 3, new(), 0));
        x[3] = 4;
        Assert.Throws<ArgumentException>(() => SparsePca.Fit(x, 2, 2, new() { Alpha = double.NaN }, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparsePca.Fit(x, 2, 2, new() { Components = 0 }, 0));
    }

    /// <summary>The objective by its definition, from the loadings and weights.</summary>
    private static void CheckObjective(SparsePca pca, double[] x, int rows, int columns)
    {
        var n = pca.Loadings.Length / rows;
        var fitted = Rebuilt(DenseAlgebra.Transpose(pca.Loadings, n, rows), pca.Weights, rows, n, columns);
        var objective = pca.Weights.Sum(Math.Abs);
        for (var i = 0; i < fitted.Length; i++)
            objective += 0.5 * Math.Pow(x[i] - pca.Means[i % columns] - fitted[i], 2);
        Assert.Equal(1, pca.Errors[^1] / objective, 1e-11);
    }

    private static double[] Rebuilt(double[] codes, double[] components, int rows, int n, int columns) =>
        DenseAlgebra.TransposedProduct(DenseAlgebra.Transpose(codes, rows, n), components, n, rows, columns);

    private static (double[] X, int Rows, int Columns) Input(GoldenFile golden, string name)
    {
        var x = golden.Matrix(name);
        var rows = golden.Rows(name);
        return (x, rows, x.Length / rows);
    }

    private static SparsePcaOptions Options(GoldenFile golden, string components) => new() { Components = golden.Rows(components) };

    private static double[] Normal(int rows, int columns, ulong seed)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        var result = new double[rows * columns];
        foreach (ref var x in result.AsSpan())
            x = NormalDistribution.Next(ref stream);
        return result;
    }
}
