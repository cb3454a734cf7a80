using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// The published update of S: M = H pinv(H_C), of which each row keeps its t largest signed values, negative ones
/// clipped at 0. The inverse is taken in double precision, the product in 32 bits, four rows by 32 columns at a time;
/// an element is one chain of multiply-adds over the latent dimension.
/// </summary>
internal static unsafe class AssignmentUpdate
{
    /// <summary>Entities of a task.</summary>
    private const int RowRun = 512;

    /// <summary>Rows of a tile.</summary>
    private const int TileRows = 4;

    /// <param name="entityRows">H of the entities, N x d.</param>
    /// <param name="coarseRows">H_C, c x d.</param>
    /// <param name="perEntity">t.</param>
    /// <param name="workers">Threads.</param>
    internal static Assignment PseudoInverseUpdate(Matrix entityRows, Matrix coarseRows, int perEntity, Workers workers)
    {
        var entities = entityRows.Rows;
        var coarse = coarseRows.Rows;
        var dimension = coarseRows.Columns;
        var inverse = PseudoInverse.Compute(coarseRows);
        var stride = (coarse + 31) / 32 * 32;
        using var padded = new Matrix(dimension, stride);
        for (var k = 0; k < dimension; k++)
        {
            for (var column = 0; column < coarse; column++)
                padded[k, column] = (float)inverse[k * coarse + column];
        }

        var picks = new int[entities * perEntity];
        var weights = new float[entities * perEntity];
        workers.Run((entities + RowRun - 1) / RowRun, run =>
        {
            var from = run * RowRun;
            var to = Math.Min(from + RowRun, entities);
            using var scores = new Matrix(TileRows, stride);
            for (var row = from; row < to; row += TileRows)
            {
                // The last tile may overlap the one before: the same rows give the same values.
                var first = Math.Max(Math.Min(row, to - TileRows), 0);
                var rows = Math.Min(TileRows, entities);
                if (Vector512.IsHardwareAccelerated)
                    Multiply<SixteenLanes512>(entityRows, first, rows, padded, scores);
                else
                    Multiply<SixteenLanes256>(entityRows, first, rows, padded, scores);
                for (var i = 0; i < rows; i++)
                {
                    var at = (first + i) * perEntity;
                    Assignment.KeepLargest(scores.Row(i)[..coarse], picks.AsSpan(at, perEntity), weights.AsSpan(at, perEntity));
                }
            }
        });
        return new Assignment(coarse, perEntity, picks, weights);
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
