using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// A few rows times a matrix, four rows by 32 columns at a time; an element is one chain of multiply-adds over the inner
/// dimension, so its bits depend on nothing else.
/// </summary>
internal static unsafe class DenseTile
{
    /// <summary>Rows of a tile.</summary>
    internal const int Rows = 4;

    /// <summary>Products of up to four rows with a matrix.</summary>
    /// <param name="rows">The left matrix, as many columns as <paramref name="right"/> has rows.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">How many, 1 to 4.</param>
    /// <param name="right">The right matrix; its columns are a multiple of 32.</param>
    /// <param name="products">Receives them, 4 x columns; rows past the count are not meant.</param>
    internal static void Multiply(Matrix rows, int first, int count, Matrix right, Matrix products)
    {
        if (Vector512.IsHardwareAccelerated)
            Multiply<SixteenLanes512>(rows, first, count, right, products);
        else
            Multiply<SixteenLanes256>(rows, first, count, right, products);
    }

    private static void Multiply<T>(Matrix rows, int first, int count, Matrix right, Matrix scores)
        where T : struct, ISixteenLanes<T>
    {
        var dimension = right.Rows;
        var stride = right.Columns;
        var a = rows.Pointer + (long)first * dimension;
        var b = a + (count > 1 ? dimension : 0);
        var c = a + (count > 2 ? 2 * dimension : 0);
        var d = a + (count > 3 ? 3 * dimension : 0);
        for (var column = 0; column < stride; column += 32)
        {
            var weights = right.Pointer + column;
            T a0 = T.Zero, a1 = T.Zero, b0 = T.Zero, b1 = T.Zero, c0 = T.Zero, c1 = T.Zero, d0 = T.Zero, d1 = T.Zero;
            for (var k = 0; k < dimension; k++, weights += stride)
            {
                var w0 = T.Load(weights);
                var w1 = T.Load(weights + 16);
                var x = T.All(a[k]);
                a0 = T.MultiplyAdd(x, w0, a0);
                a1 = T.MultiplyAdd(x, w1, a1);
                x = T.All(b[k]);
                b0 = T.MultiplyAdd(x, w0, b0);
                b1 = T.MultiplyAdd(x, w1, b1);
                x = T.All(c[k]);
                c0 = T.MultiplyAdd(x, w0, c0);
                c1 = T.MultiplyAdd(x, w1, c1);
                x = T.All(d[k]);
                d0 = T.MultiplyAdd(x, w0, d0);
                d1 = T.MultiplyAdd(x, w1, d1);
            }

            var target = scores.Pointer + column;
            Store(target, a0, a1);
            Store(target + stride, b0, b1);
            Store(target + 2 * stride, c0, c1);
            Store(target + 3 * stride, d0, d1);
        }

        static void Store(float* target, T x, T y)
        {
            T.Store(target, x);
            T.Store(target + 16, y);
        }
    }
}
