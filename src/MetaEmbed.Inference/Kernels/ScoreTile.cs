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
internal static unsafe class ScoreTile
{
    /// <summary>Users in a tile.</summary>
    public const int Users = RegisterTile.Users;

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
        var above = 0u;
        if (Vector512.IsHardwareAccelerated)
        {
            var sums = new Scores<SixteenLanes512>(bias, limits, scores);
            RegisterTile.EightUsers<SixteenLanes512, Scores<SixteenLanes512>>(users, panel, dimension, ref sums);
            above = sums.Above;
        }
        else if (AdvSimd.IsSupported)
        {
            var sums = new Scores<FourLanes>(bias, limits, scores);
            RegisterTile.EightUsers<FourLanes, Scores<FourLanes>>(users, panel, dimension, ref sums);
            above = sums.Above;
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            var sums = new Scores<EightLanes>(bias, limits, scores);
            RegisterTile.TwiceFourUsers<EightLanes, Scores<EightLanes>>(users, panel, dimension, ref sums);
            above = sums.Above;
        }
        else
        {
            var sums = new Scores<FourLanes>(bias, limits, scores);
            RegisterTile.TwiceFourUsers<FourLanes, Scores<FourLanes>>(users, panel, dimension, ref sums);
            above = sums.Above;
        }

        return above;
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
            OneUser<SixteenLanes512>(user, panel, bias, dimension, scores);
        else if (Vector256.IsHardwareAccelerated)
            OneUser<EightLanes>(user, panel, bias, dimension, scores);
        else
            OneUser<FourLanes>(user, panel, bias, dimension, scores);
    }

    /// <summary>Bit j is set where score j of a panel is above the limit or is not a number.</summary>
    /// <param name="scores"><see cref="ItemPanels.Width"/> scores.</param>
    /// <param name="limit">The limit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AboveOrNaN(float* scores, float limit)
    {
        if (Vector512.IsHardwareAccelerated)
            return Above<SixteenLanes512>(scores, limit);
        return Vector256.IsHardwareAccelerated ? Above<EightLanes>(scores, limit) : Above<FourLanes>(scores, limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Above<TLanes>(float* scores, float limit)
        where TLanes : struct, ILanes<TLanes>
    {
        var limits = TLanes.All(limit);
        ulong bits = 0;
        for (var j = 0; j < ItemPanels.Width; j += TLanes.Count)
            bits |= (ulong)TLanes.AboveOrNaN(TLanes.Load(scores + j), limits) << j;
        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneUser<TLanes>(float* user, float* panel, float* bias, int dimension, float* scores)
        where TLanes : struct, ILanes<TLanes>
    {
        var limit = float.PositiveInfinity;
        var sums = new Scores<TLanes>(bias, &limit, scores);
        RegisterTile.OneUser<TLanes, Scores<TLanes>>(user, panel, dimension, ref sums);
    }

    /// <summary>Adds the biases, writes the scores, and notes whose are above their limit.</summary>
    private struct Scores<TLanes>(float* bias, float* limits, float* scores) : ITileSums<TLanes>
        where TLanes : struct, ILanes<TLanes>
    {
        /// <summary>Bit r for user r of the tile.</summary>
        public uint Above;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(int user, int column, TLanes x, TLanes y, TLanes z)
        {
            var lanes = TLanes.Count;
            var from = bias + column;
            var to = scores + user * ItemPanels.Width + column;
            x += TLanes.Load(from);
            y += TLanes.Load(from + lanes);
            z += TLanes.Load(from + 2 * lanes);
            TLanes.Store(to, x);
            TLanes.Store(to + lanes, y);
            TLanes.Store(to + 2 * lanes, z);
            Above |= (TLanes.AnyAboveOrNaN(x, y, z, TLanes.All(limits[user])) ? 1u : 0u) << user;
        }
    }
}
