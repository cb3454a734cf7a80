using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Scores of a few users and one panel of items. A score is the same chain everywhere in the product:
/// <code>
/// acc = 0; for k = 0 .. d-1: acc = fma(user[k], item[k], acc); score = acc + bias
/// </code>
/// with a true fused multiply-add (one rounding) and k ascending. An item has a lane of its own, so neither the width
/// of the vectors, nor the size of a block, nor the number of threads can change a bit of it.
/// </summary>
/// <remarks>
/// The sums of a tile stay in registers: 8 users x 3 vectors where there are 32 vector registers (AVX-512, Arm64),
/// 4 x 3 where there are 16. Each step of k loads the panel's vectors and a broadcast for each user: 11 loads for
/// 24 multiply-adds.
/// </remarks>
internal static unsafe class ScoreTile
{
    /// <summary>Users in a tile.</summary>
    public const int Users = 8;

    /// <summary>Packs up to <see cref="Users"/> rows dimension after dimension ([k Users + r]); missing rows are zero.</summary>
    /// <param name="to">d x <see cref="Users"/>.</param>
    /// <param name="rows">Where the rows start; null for a missing row.</param>
    /// <param name="dimension">d.</param>
    public static void PackUsers(float* to, ReadOnlySpan<nint> rows, int dimension)
    {
        for (var r = 0; r < Users; r++)
        {
            var row = r < rows.Length ? (float*)rows[r] : null;
            for (var k = 0; k < dimension; k++)
                to[k * Users + r] = row is null ? 0 : row[k];
        }
    }

    /// <summary>Scores of a tile of users, and who of them has a score that matters.</summary>
    /// <param name="users">Packed rows, d x <see cref="Users"/>.</param>
    /// <param name="panel">Packed items, d x <see cref="ItemPanels.Width"/>.</param>
    /// <param name="bias">The items' biases.</param>
    /// <param name="dimension">d.</param>
    /// <param name="limits">A limit for each user.</param>
    /// <param name="scores">Gets <see cref="Users"/> x <see cref="ItemPanels.Width"/> scores.</param>
    /// <returns>Bit r is set where a score of user r is above the user's limit or is not a number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Score(float* users, float* panel, float* bias, int dimension, float* limits, float* scores)
    {
        if (Vector512.IsHardwareAccelerated)
            return EightUsers<Vector512<float>, Lanes512>(users, panel, bias, dimension, limits, scores);
        if (AdvSimd.IsSupported)
            return EightUsers<Vector128<float>, Lanes128>(users, panel, bias, dimension, limits, scores);
        const int half = Users / 2;
        if (Vector256.IsHardwareAccelerated)
        {
            return FourUsers<Vector256<float>, Lanes256>(users, panel, bias, dimension, limits, scores)
                | FourUsers<Vector256<float>, Lanes256>(users + half, panel, bias, dimension, limits + half, scores + half * ItemPanels.Width) << half;
        }

        return FourUsers<Vector128<float>, Lanes128>(users, panel, bias, dimension, limits, scores)
            | FourUsers<Vector128<float>, Lanes128>(users + half, panel, bias, dimension, limits + half, scores + half * ItemPanels.Width) << half;
    }

    /// <summary>Scores of one user, whose row lies as it is.</summary>
    /// <param name="user">The row, d long.</param>
    /// <param name="panel">Packed items, d x <see cref="ItemPanels.Width"/>.</param>
    /// <param name="bias">The items' biases.</param>
    /// <param name="dimension">d.</param>
    /// <param name="scores">Gets <see cref="ItemPanels.Width"/> scores.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ScoreOne(float* user, float* panel, float* bias, int dimension, float* scores)
    {
        if (Vector512.IsHardwareAccelerated)
            OneUser<Vector512<float>, Lanes512>(user, panel, bias, dimension, scores);
        else if (Vector256.IsHardwareAccelerated)
            OneUser<Vector256<float>, Lanes256>(user, panel, bias, dimension, scores);
        else
            OneUser<Vector128<float>, Lanes128>(user, panel, bias, dimension, scores);
    }

    /// <summary>Bit j is set where score j of a panel is above the limit or is not a number.</summary>
    /// <param name="scores"><see cref="ItemPanels.Width"/> scores.</param>
    /// <param name="limit">The limit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AboveOrNaN(float* scores, float limit)
    {
        if (Vector512.IsHardwareAccelerated)
            return Above<Vector512<float>, Lanes512>(scores, limit);
        return Vector256.IsHardwareAccelerated
            ? Above<Vector256<float>, Lanes256>(scores, limit)
            : Above<Vector128<float>, Lanes128>(scores, limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Above<TVector, TLanes>(float* scores, float limit)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var limits = TLanes.Broadcast(limit);
        ulong bits = 0;
        for (var j = 0; j < ItemPanels.Width; j += TLanes.Count)
            bits |= (ulong)TLanes.AboveOrNaN(TLanes.Load(scores + j), limits) << j;
        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint EightUsers<TVector, TLanes>(float* users, float* panel, float* bias, int dimension, float* limits, float* scores)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var lanes = TLanes.Count;
        uint above = 0;
        for (var strip = 0; strip < ItemPanels.Width; strip += 3 * lanes)
        {
            TVector a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
            TVector c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
            TVector e0 = default, e1 = default, e2 = default, f0 = default, f1 = default, f2 = default;
            TVector g0 = default, g1 = default, g2 = default, h0 = default, h1 = default, h2 = default;
            var user = users;
            var end = users + (long)dimension * Users;
            for (var item = panel + strip; user != end; user += Users, item += ItemPanels.Width)
            {
                var x = TLanes.Load(item);
                var y = TLanes.Load(item + lanes);
                var z = TLanes.Load(item + 2 * lanes);
                var u = TLanes.Broadcast(user[0]);
                a0 = TLanes.MultiplyAdd(u, x, a0);
                a1 = TLanes.MultiplyAdd(u, y, a1);
                a2 = TLanes.MultiplyAdd(u, z, a2);
                u = TLanes.Broadcast(user[1]);
                b0 = TLanes.MultiplyAdd(u, x, b0);
                b1 = TLanes.MultiplyAdd(u, y, b1);
                b2 = TLanes.MultiplyAdd(u, z, b2);
                u = TLanes.Broadcast(user[2]);
                c0 = TLanes.MultiplyAdd(u, x, c0);
                c1 = TLanes.MultiplyAdd(u, y, c1);
                c2 = TLanes.MultiplyAdd(u, z, c2);
                u = TLanes.Broadcast(user[3]);
                d0 = TLanes.MultiplyAdd(u, x, d0);
                d1 = TLanes.MultiplyAdd(u, y, d1);
                d2 = TLanes.MultiplyAdd(u, z, d2);
                u = TLanes.Broadcast(user[4]);
                e0 = TLanes.MultiplyAdd(u, x, e0);
                e1 = TLanes.MultiplyAdd(u, y, e1);
                e2 = TLanes.MultiplyAdd(u, z, e2);
                u = TLanes.Broadcast(user[5]);
                f0 = TLanes.MultiplyAdd(u, x, f0);
                f1 = TLanes.MultiplyAdd(u, y, f1);
                f2 = TLanes.MultiplyAdd(u, z, f2);
                u = TLanes.Broadcast(user[6]);
                g0 = TLanes.MultiplyAdd(u, x, g0);
                g1 = TLanes.MultiplyAdd(u, y, g1);
                g2 = TLanes.MultiplyAdd(u, z, g2);
                u = TLanes.Broadcast(user[7]);
                h0 = TLanes.MultiplyAdd(u, x, h0);
                h1 = TLanes.MultiplyAdd(u, y, h1);
                h2 = TLanes.MultiplyAdd(u, z, h2);
            }

            above |= Finish<TVector, TLanes>(scores + strip, bias + strip, limits[0], a0, a1, a2);
            above |= Finish<TVector, TLanes>(scores + strip + ItemPanels.Width, bias + strip, limits[1], b0, b1, b2) << 1;
            above |= Finish<TVector, TLanes>(scores + strip + 2 * ItemPanels.Width, bias + strip, limits[2], c0, c1, c2) << 2;
            above |= Finish<TVector, TLanes>(scores + strip + 3 * ItemPanels.Width, bias + strip, limits[3], d0, d1, d2) << 3;
            above |= Finish<TVector, TLanes>(scores + strip + 4 * ItemPanels.Width, bias + strip, limits[4], e0, e1, e2) << 4;
            above |= Finish<TVector, TLanes>(scores + strip + 5 * ItemPanels.Width, bias + strip, limits[5], f0, f1, f2) << 5;
            above |= Finish<TVector, TLanes>(scores + strip + 6 * ItemPanels.Width, bias + strip, limits[6], g0, g1, g2) << 6;
            above |= Finish<TVector, TLanes>(scores + strip + 7 * ItemPanels.Width, bias + strip, limits[7], h0, h1, h2) << 7;
        }

        return above;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint FourUsers<TVector, TLanes>(float* users, float* panel, float* bias, int dimension, float* limits, float* scores)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var lanes = TLanes.Count;
        uint above = 0;
        for (var strip = 0; strip < ItemPanels.Width; strip += 3 * lanes)
        {
            TVector a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
            TVector c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
            var user = users;
            var end = users + (long)dimension * Users;
            for (var item = panel + strip; user != end; user += Users, item += ItemPanels.Width)
            {
                var x = TLanes.Load(item);
                var y = TLanes.Load(item + lanes);
                var z = TLanes.Load(item + 2 * lanes);
                var u = TLanes.Broadcast(user[0]);
                a0 = TLanes.MultiplyAdd(u, x, a0);
                a1 = TLanes.MultiplyAdd(u, y, a1);
                a2 = TLanes.MultiplyAdd(u, z, a2);
                u = TLanes.Broadcast(user[1]);
                b0 = TLanes.MultiplyAdd(u, x, b0);
                b1 = TLanes.MultiplyAdd(u, y, b1);
                b2 = TLanes.MultiplyAdd(u, z, b2);
                u = TLanes.Broadcast(user[2]);
                c0 = TLanes.MultiplyAdd(u, x, c0);
                c1 = TLanes.MultiplyAdd(u, y, c1);
                c2 = TLanes.MultiplyAdd(u, z, c2);
                u = TLanes.Broadcast(user[3]);
                d0 = TLanes.MultiplyAdd(u, x, d0);
                d1 = TLanes.MultiplyAdd(u, y, d1);
                d2 = TLanes.MultiplyAdd(u, z, d2);
            }

            above |= Finish<TVector, TLanes>(scores + strip, bias + strip, limits[0], a0, a1, a2);
            above |= Finish<TVector, TLanes>(scores + strip + ItemPanels.Width, bias + strip, limits[1], b0, b1, b2) << 1;
            above |= Finish<TVector, TLanes>(scores + strip + 2 * ItemPanels.Width, bias + strip, limits[2], c0, c1, c2) << 2;
            above |= Finish<TVector, TLanes>(scores + strip + 3 * ItemPanels.Width, bias + strip, limits[3], d0, d1, d2) << 3;
        }

        return above;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneUser<TVector, TLanes>(float* user, float* panel, float* bias, int dimension, float* scores)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var lanes = TLanes.Count;
        for (var strip = 0; strip < ItemPanels.Width; strip += 3 * lanes)
        {
            TVector a0 = default, a1 = default, a2 = default;
            var item = panel + strip;
            for (var k = 0; k < dimension; k++, item += ItemPanels.Width)
            {
                var u = TLanes.Broadcast(user[k]);
                a0 = TLanes.MultiplyAdd(u, TLanes.Load(item), a0);
                a1 = TLanes.MultiplyAdd(u, TLanes.Load(item + lanes), a1);
                a2 = TLanes.MultiplyAdd(u, TLanes.Load(item + 2 * lanes), a2);
            }

            _ = Finish<TVector, TLanes>(scores + strip, bias + strip, float.PositiveInfinity, a0, a1, a2);
        }
    }

    /// <summary>Adds the biases, writes the scores, and tells (1 or 0) whether any is above the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Finish<TVector, TLanes>(float* scores, float* bias, float limit, TVector x, TVector y, TVector z)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>
    {
        var lanes = TLanes.Count;
        x = TLanes.Add(x, TLanes.Load(bias));
        y = TLanes.Add(y, TLanes.Load(bias + lanes));
        z = TLanes.Add(z, TLanes.Load(bias + 2 * lanes));
        TLanes.Store(scores, x);
        TLanes.Store(scores + lanes, y);
        TLanes.Store(scores + 2 * lanes, z);
        return TLanes.AnyAboveOrNaN(x, y, z, TLanes.Broadcast(limit)) ? 1u : 0u;
    }
}
