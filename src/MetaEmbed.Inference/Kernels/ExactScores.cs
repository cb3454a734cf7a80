using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Scores of one user with sixteen items from anywhere, before the bias: the chain of <see cref="ScoreTile"/>, to the bit.
/// Four rows at a time are turned so that an item has a lane; four such groups hide the latency of the chain.
/// </summary>
internal static unsafe class ExactScores
{
    /// <summary>Items scored at once.</summary>
    public const int Count = 16;

    /// <summary>Inner products of one row with <see cref="Count"/> rows.</summary>
    /// <param name="user">d floats.</param>
    /// <param name="items">Addresses of the items' rows.</param>
    /// <param name="dimension">d.</param>
    /// <param name="sums">Gets <see cref="Count"/> sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(float* user, nint* items, int dimension, float* sums)
    {
        Vector128<float> a = default, b = default, c = default, d = default;
        var k = 0;
        for (; k + 4 <= dimension; k += 4)
        {
            a = Four(user + k, items, k, a);
            b = Four(user + k, items + 4, k, b);
            c = Four(user + k, items + 8, k, c);
            d = Four(user + k, items + 12, k, d);
        }

        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
        for (; k < dimension; k++)
            for (var j = 0; j < Count; j++)
                sums[j] = MathF.FusedMultiplyAdd(user[k], ((float*)items[j])[k], sums[j]);
    }

    /// <summary>Four steps of the chains of four items.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Four(float* user, nint* items, int k, Vector128<float> sums)
    {
        var a = Vector128.Load((float*)items[0] + k);
        var b = Vector128.Load((float*)items[1] + k);
        var c = Vector128.Load((float*)items[2] + k);
        var d = Vector128.Load((float*)items[3] + k);
        var ab0 = Sse.UnpackLow(a, b);
        var cd0 = Sse.UnpackLow(c, d);
        var ab1 = Sse.UnpackHigh(a, b);
        var cd1 = Sse.UnpackHigh(c, d);
        sums = Vector128.FusedMultiplyAdd(Vector128.Create(user[0]), Sse.MoveLowToHigh(ab0, cd0), sums);
        sums = Vector128.FusedMultiplyAdd(Vector128.Create(user[1]), Sse.MoveHighToLow(cd0, ab0), sums);
        sums = Vector128.FusedMultiplyAdd(Vector128.Create(user[2]), Sse.MoveLowToHigh(ab1, cd1), sums);
        return Vector128.FusedMultiplyAdd(Vector128.Create(user[3]), Sse.MoveHighToLow(cd1, ab1), sums);
    }
}
