using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

public sealed unsafe class QuantizedRowTests
{
    [Fact]
    public void The_norms_are_upper_bounds_and_the_halves_keep_theirs()
    {
        for (var d = 1; d <= 300; d++)
        {
            using var row = Rows.Random(1, d, (ulong)d);
            foreach (ref var value in row.Row(0))
                value = d % 3 == 0 ? value * value * value * 1e6f : value;
            Check(row, user: true, largest: 63, half: 128);
            Check(row, user: false, largest: 127, half: 255);
        }
    }

    [Fact]
    public void A_row_that_is_not_finite_has_norms_that_are_not()
    {
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            using var row = Rows.Random(1, 37, 1);
            row[0, 36] = value;
            using var memory = new Matrix(1, 10 + QuantizedRow.WorkLength(37));
            var quantized = QuantizedRow.Item(row.Pointer, 37, (uint*)memory.Pointer, 1, memory.Pointer + 10);
            Assert.False(float.IsFinite(quantized.Norm));
            Assert.False(float.IsFinite(quantized.ErrorNorm));
        }
    }

    private static void Check(Matrix row, bool user, int largest, int half)
    {
        var d = row.Columns;
        var words = QuantizedRow.Words(d);
        using var memory = new Matrix(1, words + QuantizedRow.WorkLength(d));
        var packed = (uint*)memory.Pointer;
        var quantized = user
            ? QuantizedRow.User(row.Pointer, d, packed, 1, memory.Pointer + words)
            : QuantizedRow.Item(row.Pointer, d, packed, 1, memory.Pointer + words);
        double norm = 0, product = 0, error = 0;
        var halves = new int[2];
        for (var k = 0; k < 4 * words; k++)
        {
            var bits = packed[k / 4] >> (8 * (k % 4));
            var q = user ? (byte)bits - 64 : (sbyte)bits;
            var x = k < d ? row[0, k] : 0;
            Assert.InRange(q, -largest, largest);
            halves[k % 4 / 2] += q * q;
            norm += (double)x * x;
            product += Math.Pow((double)quantized.Scale * q, 2);
            error += Math.Pow(x - (double)quantized.Scale * q, 2);
        }

        Assert.InRange(halves.Max(), 0, half * half);
        Assert.InRange(quantized.Norm, Math.Sqrt(norm), Math.Sqrt(norm) * 1.0002);
        Assert.InRange(quantized.QuantizedNorm, Math.Sqrt(product), Math.Sqrt(product) * 1.0002);
        Assert.InRange(quantized.ErrorNorm, Math.Sqrt(error), Math.Sqrt(error) * 1.0002 + 1e-12);

        // Rounding alone is at most half a scale an element: the bound is worth something.
        Assert.InRange(quantized.ErrorNorm, 0, quantized.Scale * 0.5 * Math.Sqrt(d) * 1.001);
    }
}
