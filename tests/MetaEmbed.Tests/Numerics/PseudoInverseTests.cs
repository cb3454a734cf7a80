using MetaEmbed.Numerics;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Numerics;

public class PseudoInverseTests
{
    public static TheoryData<int, int> Shapes => new()
    {
        { 300, 128 }, { 128, 300 }, { 64, 64 }, { 1, 1 }, { 1, 7 }, { 7, 1 }, { 9, 5 }, { 5, 9 }, { 2, 2 }, { 3, 3 }, { 33, 17 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_four_Penrose_conditions_hold(int rows, int columns)
    {
        var a = Normal(rows, columns, 1);
        var inverse = PseudoInverse.Compute(a, rows, columns, out var values);
        Assert.Equal(Math.Min(rows, columns), values.Length);
        CheckConditions(a, inverse, rows, columns, 1e-11, 1e-11);
    }

    [Theory]
    [InlineData(300, 128, 50)]
    [InlineData(128, 300, 50)]
    [InlineData(40, 40, 39)]
    [InlineData(12, 8, 1)]
    public void They_hold_where_the_rank_is_deficient(int rows, int columns, int rank)
    {
        var a = Product(Normal(rows, rank, 2), Normal(rank, columns, 3), rows, rank, columns);
        var inverse = PseudoInverse.Compute(a, rows, columns, out var values);
        Assert.Equal(rank, PseudoInverse.Rank(values, rows, columns));
        Assert.True(values[rank] < 1e-12 * values[0]);
        CheckConditions(a, inverse, rows, columns, 1e-10, 1e-10);
    }

    [Fact]
    public void They_hold_for_awkward_matrices()
    {
        Func<int, int, double>[] elements =
        [
            (i, j) => 7,
            (i, j) => i % 4 == j % 4 ? 1e-30 : 0,
            (i, j) => 1.0 / (1 + i + j), // Hilbert's
            (i, j) => 1e25 * ((i * i + 3 * j) % 3 - 1),
            (i, j) => Math.Pow(10, -0.5 * i) * ((i * 7 + j * 5) % 11),
        ];
        foreach (var element in elements)
        {
            foreach (var (rows, columns) in ((int, int)[])[(12, 9), (9, 12), (10, 10)])
            {
                double[] a = [.. Enumerable.Range(0, rows * columns).Select(k => element(k / columns, k % columns))];
                var inverse = PseudoInverse.Compute(a, rows, columns, out var values);
                // Where small singular values were dropped, A A+ A lacks as much. Rounding times a condition of 4e5 is 1e-10.
                var rank = PseudoInverse.Rank(values, rows, columns);
                var dropped = rank < values.Length ? values[rank] : 0;
                CheckConditions(a, inverse, rows, columns, 1e-10 + dropped / a.Max(Math.Abs), 1e-10);
            }
        }
    }

    [Fact]
    public void Repeated_rows_zero_columns_and_permutations_are_inverted_exactly()
    {
        double[] a = [0, 3, 0, 0, 3, 0, 0, 0, 4, 0, 0, 4];
        var inverse = PseudoInverse.Compute(a, 4, 3, out var values);
        Close.Equal([Math.Sqrt(32), Math.Sqrt(18), 0], values, 1e-14);
        Close.Equal([0, 0, 0, 0, 1 / 6.0, 1 / 6.0, 0, 0, 0, 0, 0.125, 0.125], inverse, 1e-15);
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 4)]
    public void Zero_gives_zero(int rows, int columns)
    {
        using var a = new Matrix(rows, columns);
        Assert.All(PseudoInverse.Compute(a, out var values), x => Assert.Equal(0, x));
        Assert.All(values, x => Assert.Equal(0, x));
    }

    [Theory]
    [InlineData(0.99, 299)]
    [InlineData(1.01, 300)]
    public void A_singular_value_at_the_cut_off_is_dropped_or_kept(double timesCutOff, int rank)
    {
        // Cut-off for 300 x 300: 300 / 2^23.
        using var a = new Matrix(300, 300);
        for (var i = 0; i < 300; i++)
            a[i, i] = i == 7 ? (float)(timesCutOff * 300 / (1 << 23)) : 1;
        var inverse = PseudoInverse.Compute(a, out var values);
        Assert.Equal(rank, PseudoInverse.Rank(values, 300, 300));
        Assert.Equal(rank == 300 ? 1.0 / a[7, 7] : 0, inverse[7 * 300 + 7], 1e-9);
        Assert.Equal(rank, inverse.Count(x => x != 0));
    }

    [Theory]
    [InlineData(300, 128)]
    [InlineData(128, 300)]
    public void Small_singular_values_keep_their_digits(int rows, int columns)
    {
        // A = U diag(10^0 ... 10^-4) V^T with orthogonal U and V known, so that A+ is known as well.
        var rank = Math.Min(rows, columns);
        var u = Orthonormal(rank, rows, 4);
        var v = Orthonormal(rank, columns, 5);
        var sigma = Enumerable.Range(0, rank).Select(k => Math.Pow(10, -4.0 * k / (rank - 1))).ToArray();
        var a = DenseAlgebra.TransposedProduct(Scaled(u, sigma, rows), v, rank, rows, columns);
        var expected = DenseAlgebra.TransposedProduct(Scaled(v, [.. sigma.Select(x => 1 / x)], columns), u, rank, columns, rows);
        var inverse = PseudoInverse.Compute(a, rows, columns, out var values);
        for (var k = 0; k < rank; k++)
            Assert.Equal(1, values[k] / sigma[k], 1e-11);
        Close.Equal(expected, inverse, 1e-7);
    }

    [Fact]
    public void Ratios_down_to_a_millionth_are_exact_to_ten_digits()
    {
        // A cut-off of 6 / 2^23 lets a ratio of 1e-6 pass in a 6 x 4 matrix.
        var u = Orthonormal(4, 6, 6);
        var v = Orthonormal(4, 4, 7);
        double[] sigma = [1, 1e-2, 1e-4, 1e-6];
        var a = DenseAlgebra.TransposedProduct(Scaled(u, sigma, 6), v, 4, 6, 4);
        PseudoInverse.Compute(a, 6, 4, out var values);
        for (var k = 0; k < 4; k++)
            Assert.Equal(1, values[k] / sigma[k], 1e-9);
    }

    [Fact]
    public void NaN_and_infinity_are_refused_with_their_place()
    {
        using var a = new Matrix(3, 2);
        a[1, 0] = float.NaN;
        Assert.Contains("row 1, column 0", Assert.Throws<ArgumentException>(() => PseudoInverse.Compute(a)).Message, StringComparison.Ordinal);
        a[1, 0] = float.PositiveInfinity;
        Assert.Throws<ArgumentException>(() => PseudoInverse.Compute(a));
    }

    [Fact]
    public void The_bits_are_those_of_every_machine()
    {
        var a = Normal(97, 45, 8);
        Assert.Equal(7340161159563405931UL, Close.Hash(PseudoInverse.Compute(a, 97, 45, out _)));
    }

    [Theory]
    [InlineData("tinyA")]
    [InlineData("tinyB")]
    [InlineData("tinyC")]
    public void Golden_singular_values_and_products_come_out(string name)
    {
        using var golden = new GoldenFile($"{name}_coarse_f64");
        var entities = golden.Count("meta", "users") + golden.Count("meta", "items");
        var c = golden.Count("meta", "num_clusters");
        var d = golden.Count("meta", "latent_dim");
        // Entity rows, then H_C, then unused fine rows.
        var rows = golden.Matrix("assignment_update", "gcn_all_rows_before_update");
        var inverse = PseudoInverse.Compute(rows.AsSpan(entities * d, c * d), c, d, out var values);
        // The file gives nine digits; the condition number, up to 14 here, multiplies their rounding in the product.
        Close.Equal(golden.Vector("assignment_update", "singular_values_h_centroid"), values, 1e-8 * values[0]);
        var expected = golden.Matrix("assignment_update", "pinv_product_dense");
        var product = Product(rows[..(entities * d)], inverse, entities, d, c);
        Close.Equal(expected, product, 1e-7 * expected.Max(Math.Abs));
    }

    private static void CheckConditions(double[] a, double[] inverse, int rows, int columns, double tolerance, double inverseTolerance)
    {
        var left = Product(a, inverse, rows, columns, rows);
        var right = Product(inverse, a, columns, rows, columns);
        Close.Equal(a, Product(left, a, rows, rows, columns), tolerance * a.Max(Math.Abs));
        Close.Equal(inverse, Product(right, inverse, columns, columns, rows), inverseTolerance * inverse.Max(Math.Abs));
        Close.Equal(DenseAlgebra.Transpose(left, rows, rows), left, inverseTolerance);
        Close.Equal(DenseAlgebra.Transpose(right, columns, columns), right, inverseTolerance);
    }

    private static double[] Product(double[] left, double[] right, int m, int n, int p) =>
        DenseAlgebra.TransposedProduct(DenseAlgebra.Transpose(left, m, n), right, n, m, p);

    private static double[] Normal(int rows, int columns, ulong seed)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        var result = new double[rows * columns];
        for (var i = 0; i < result.Length; i++)
            result[i] = NormalDistribution.Next(ref stream);
        return result;
    }

    /// <summary>Rows of unit length at right angles, by Gram and Schmidt twice.</summary>
    private static double[] Orthonormal(int count, int length, ulong seed)
    {
        var result = Normal(count, length, seed);
        for (var k = 0; k < count; k++)
        {
            var row = result.AsSpan(k * length, length);
            for (var j = 0; j < 2 * k; j++)
            {
                var other = result.AsSpan(j % k * length, length);
                DoubleVectors.AddScaled(-DoubleVectors.Dot(row, other), other, row);
            }

            var norm = Math.Sqrt(DoubleVectors.Dot(row, row));
            foreach (ref var x in row)
                x /= norm;
        }

        return result;
    }

    private static double[] Scaled(double[] rows, double[] factors, int length) =>
        [.. rows.Select((x, i) => x * factors[i / length])];
}
