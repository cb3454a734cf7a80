using System.Runtime.CompilerServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>Takes the finished sums of a tile, three vectors at a time, while they are in registers.</summary>
/// <typeparam name="TLanes">The vectors.</typeparam>
internal interface ITileSums<TLanes>
{
    /// <summary>Takes the sums of one user with three vectors of items.</summary>
    /// <param name="user">The user's place in the tile.</param>
    /// <param name="column">Place of the first item in the panel.</param>
    /// <param name="x">Sums of the first items.</param>
    /// <param name="y">Sums of the next.</param>
    /// <param name="z">Sums of the last.</param>
    void Take(int user, int column, TLanes x, TLanes y, TLanes z);
}

/// <summary>
/// Products of a few users' rows with one panel of items, a lane an item, for any kind of lanes. The sums stay in
/// registers: 8 users x 3 vectors where there are 32 vector registers (AVX-512, Arm64), 4 x 3 where there are 16. Each
/// step loads the panel's vectors and a broadcast for each user: 11 loads for 24 multiply-adds.
/// </summary>
/// <remarks>
/// Users are packed [step <see cref="Users"/> + r], items [step <see cref="ItemPanels.Width"/> + j], in 32-bit words:
/// a word is a float, or four bytes. A user and an item give sum over steps of user * item, steps ascending.
/// </remarks>
internal static unsafe class RegisterTile
{
    /// <summary>Users in a tile.</summary>
    public const int Users = 8;

    /// <summary>All users of a tile at once, for machines with 32 vector registers.</summary>
    /// <param name="users">Packed users, steps x <see cref="Users"/>.</param>
    /// <param name="panel">Packed items, steps x <see cref="ItemPanels.Width"/>.</param>
    /// <param name="steps">Words in a row.</param>
    /// <param name="sums">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void EightUsers<TLanes, TSums>(float* users, float* panel, int steps, ref TSums sums)
        where TLanes : struct, IProductLanes<TLanes>
        where TSums : struct, ITileSums<TLanes>
    {
        var lanes = TLanes.Count;
        for (var strip = 0; strip < ItemPanels.Width; strip += 3 * lanes)
        {
            TLanes a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero;
            TLanes c0 = TLanes.Zero, c1 = TLanes.Zero, c2 = TLanes.Zero, d0 = TLanes.Zero, d1 = TLanes.Zero, d2 = TLanes.Zero;
            TLanes e0 = TLanes.Zero, e1 = TLanes.Zero, e2 = TLanes.Zero, f0 = TLanes.Zero, f1 = TLanes.Zero, f2 = TLanes.Zero;
            TLanes g0 = TLanes.Zero, g1 = TLanes.Zero, g2 = TLanes.Zero, h0 = TLanes.Zero, h1 = TLanes.Zero, h2 = TLanes.Zero;
            var user = users;
            var end = users + (long)steps * Users;
            for (var item = panel + strip; user != end; user += Users, item += ItemPanels.Width)
            {
                var x = TLanes.Load(item);
                var y = TLanes.Load(item + lanes);
                var z = TLanes.Load(item + 2 * lanes);
                var u = TLanes.Broadcast(user);
                a0 = TLanes.MultiplyAdd(u, x, a0);
                a1 = TLanes.MultiplyAdd(u, y, a1);
                a2 = TLanes.MultiplyAdd(u, z, a2);
                u = TLanes.Broadcast(user + 1);
                b0 = TLanes.MultiplyAdd(u, x, b0);
                b1 = TLanes.MultiplyAdd(u, y, b1);
                b2 = TLanes.MultiplyAdd(u, z, b2);
                u = TLanes.Broadcast(user + 2);
                c0 = TLanes.MultiplyAdd(u, x, c0);
                c1 = TLanes.MultiplyAdd(u, y, c1);
                c2 = TLanes.MultiplyAdd(u, z, c2);
                u = TLanes.Broadcast(user + 3);
                d0 = TLanes.MultiplyAdd(u, x, d0);
                d1 = TLanes.MultiplyAdd(u, y, d1);
                d2 = TLanes.MultiplyAdd(u, z, d2);
                u = TLanes.Broadcast(user + 4);
                e0 = TLanes.MultiplyAdd(u, x, e0);
                e1 = TLanes.MultiplyAdd(u, y, e1);
                e2 = TLanes.MultiplyAdd(u, z, e2);
                u = TLanes.Broadcast(user + 5);
                f0 = TLanes.MultiplyAdd(u, x, f0);
                f1 = TLanes.MultiplyAdd(u, y, f1);
                f2 = TLanes.MultiplyAdd(u, z, f2);
                u = TLanes.Broadcast(user + 6);
                g0 = TLanes.MultiplyAdd(u, x, g0);
                g1 = TLanes.MultiplyAdd(u, y, g1);
                g2 = TLanes.MultiplyAdd(u, z, g2);
                u = TLanes.Broadcast(user + 7);
                h0 = TLanes.MultiplyAdd(u, x, h0);
                h1 = TLanes.MultiplyAdd(u, y, h1);
                h2 = TLanes.MultiplyAdd(u, z, h2);
            }

            sums.Take(0, strip, a0, a1, a2);
            sums.Take(1, strip, b0, b1, b2);
            sums.Take(2, strip, c0, c1, c2);
            sums.Take(3, strip, d0, d1, d2);
            sums.Take(4, strip, e0, e1, e2);
            sums.Take(5, strip, f0, f1, f2);
            sums.Take(6, strip, g0, g1, g2);
            sums.Take(7, strip, h0, h1, h2);
        }
    }

    /// <summary>The users of a tile in two halves, for machines with 16 vector registers.</summary>
    /// <param name="users">Packed users, steps x <see cref="Users"/>.</param>
    /// <param name="panel">Packed items, steps x <see cref="ItemPanels.Width"/>.</param>
    /// <param name="steps">Words in a row.</param>
    /// <param name="sums">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TwiceFourUsers<TLanes, TSums>(float* users, float* panel, int steps, ref TSums sums)
        where TLanes : struct, IProductLanes<TLanes>
        where TSums : struct, ITileSums<TLanes>
    {
        FourUsers<TLanes, TSums>(users, panel, steps, 0, ref sums);
        FourUsers<TLanes, TSums>(users + Users / 2, panel, steps, Users / 2, ref sums);
    }

    /// <summary>One user, whose row lies as it is.</summary>
    /// <param name="user">The row, as many words as steps.</param>
    /// <param name="panel">Packed items, steps x <see cref="ItemPanels.Width"/>.</param>
    /// <param name="steps">Words in a row.</param>
    /// <param name="sums">Takes the sums, of user 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneUser<TLanes, TSums>(float* user, float* panel, int steps, ref TSums sums)
        where TLanes : struct, IProductLanes<TLanes>
        where TSums : struct, ITileSums<TLanes>
    {
        var lanes = TLanes.Count;
        for (var strip = 0; strip < ItemPanels.Width; strip += 3 * lanes)
        {
            TLanes a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero;
            var item = panel + strip;
            for (var k = 0; k < steps; k++, item += ItemPanels.Width)
            {
                var u = TLanes.Broadcast(user + k);
                a0 = TLanes.MultiplyAdd(u, TLanes.Load(item), a0);
                a1 = TLanes.MultiplyAdd(u, TLanes.Load(item + lanes), a1);
                a2 = TLanes.MultiplyAdd(u, TLanes.Load(item + 2 * lanes), a2);
            }

            sums.Take(0, strip, a0, a1, a2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourUsers<TLanes, TSums>(float* users, float* panel, int steps, int firstUser, ref TSums sums)
        where TLanes : struct, IProductLanes<TLanes>
        where TSums : struct, ITileSums<TLanes>
    {
        var lanes = TLanes.Count;
        for (var strip = 0; strip < ItemPanels.Width; strip += 3 * lanes)
        {
            TLanes a0 = TLanes.Zero, a1 = TLanes.Zero, a2 = TLanes.Zero, b0 = TLanes.Zero, b1 = TLanes.Zero, b2 = TLanes.Zero;
            TLanes c0 = TLanes.Zero, c1 = TLanes.Zero, c2 = TLanes.Zero, d0 = TLanes.Zero, d1 = TLanes.Zero, d2 = TLanes.Zero;
            var user = users;
            var end = users + (long)steps * Users;
            for (var item = panel + strip; user != end; user += Users, item += ItemPanels.Width)
            {
                var x = TLanes.Load(item);
                var y = TLanes.Load(item + lanes);
                var z = TLanes.Load(item + 2 * lanes);
                var u = TLanes.Broadcast(user);
                a0 = TLanes.MultiplyAdd(u, x, a0);
                a1 = TLanes.MultiplyAdd(u, y, a1);
                a2 = TLanes.MultiplyAdd(u, z, a2);
                u = TLanes.Broadcast(user + 1);
                b0 = TLanes.MultiplyAdd(u, x, b0);
                b1 = TLanes.MultiplyAdd(u, y, b1);
                b2 = TLanes.MultiplyAdd(u, z, b2);
                u = TLanes.Broadcast(user + 2);
                c0 = TLanes.MultiplyAdd(u, x, c0);
                c1 = TLanes.MultiplyAdd(u, y, c1);
                c2 = TLanes.MultiplyAdd(u, z, c2);
                u = TLanes.Broadcast(user + 3);
                d0 = TLanes.MultiplyAdd(u, x, d0);
                d1 = TLanes.MultiplyAdd(u, y, d1);
                d2 = TLanes.MultiplyAdd(u, z, d2);
            }

            sums.Take(firstUser, strip, a0, a1, a2);
            sums.Take(firstUser + 1, strip, b0, b1, b2);
            sums.Take(firstUser + 2, strip, c0, c1, c2);
            sums.Take(firstUser + 3, strip, d0, d1, d2);
        }
    }
}
