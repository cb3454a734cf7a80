using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Which of a panel's items can have a score above a limit, for a few users, from products in 8 bits. The value compared is
/// <c>v = s_u s_i &lt;q_u, q_i&gt; + b_i</c>; see <see cref="ScoreBound"/> for its distance from the score.
/// </summary>
internal static unsafe class BoundTile
{
    /// <summary>Marks the candidates of a tile of users.</summary>
    /// <param name="users">Quantised users, words x <see cref="RegisterTile.Users"/>.</param>
    /// <param name="panels">The items.</param>
    /// <param name="columns">Their scales and biases.</param>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="scales">s of each user.</param>
    /// <param name="limits">A limit for each user.</param>
    /// <param name="candidates">Gets a word for each user: bit j is set unless v of item j is at most the limit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Mark(float* users, QuantizedPanels panels, BoundColumns columns, int panel, float* scales, float* limits, ulong* candidates)
    {
        for (var r = 0; r < RegisterTile.Users; r++)
            candidates[r] = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var marks = new Marks<SixteenByteLanes>(panels, columns, panel, scales, limits, candidates);
            RegisterTile.EightUsers<SixteenByteLanes, Marks<SixteenByteLanes>>(users, panels.Rows(panel), panels.Words, ref marks);
        }
        else
        {
            var marks = new Marks<EightByteLanes>(panels, columns, panel, scales, limits, candidates);
            RegisterTile.TwiceFourUsers<EightByteLanes, Marks<EightByteLanes>>(users, panels.Rows(panel), panels.Words, ref marks);
        }
    }

    /// <summary>Marks the candidates of one user.</summary>
    /// <param name="user">The quantised user, words one after the other.</param>
    /// <param name="panels">The items.</param>
    /// <param name="columns">Their scales and biases.</param>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="scale">s of the user.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>Bit j is set unless v of item j is at most the limit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MarkOne(float* user, QuantizedPanels panels, BoundColumns columns, int panel, float scale, float limit)
    {
        ulong candidates = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var marks = new Marks<SixteenByteLanes>(panels, columns, panel, &scale, &limit, &candidates);
            RegisterTile.OneUser<SixteenByteLanes, Marks<SixteenByteLanes>>(user, panels.Rows(panel), panels.Words, ref marks);
        }
        else
        {
            var marks = new Marks<EightByteLanes>(panels, columns, panel, &scale, &limit, &candidates);
            RegisterTile.OneUser<EightByteLanes, Marks<EightByteLanes>>(user, panels.Rows(panel), panels.Words, ref marks);
        }

        return candidates;
    }

    private readonly struct Marks<TLanes>(QuantizedPanels panels, BoundColumns columns, int panel, float* userScales, float* limits, ulong* candidates) : ITileSums<TLanes>
        where TLanes : struct, IByteLanes<TLanes>
    {
        private readonly short* _correction = panels.Correction(panel);
        private readonly float* _scales = columns.Scales(panel);
        private readonly float* _biases = columns.Biases(panel);
        private readonly float* _userScales = userScales;
        private readonly float* _limits = limits;
        private readonly ulong* _candidates = candidates;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(int user, int column, TLanes x, TLanes y, TLanes z)
        {
            var above = TLanes.AboveOrNaN(
                x, y, z, _correction + 2 * column, _userScales[user], _scales + column, _biases + column, _limits[user]);
            _candidates[user] |= above << column;
        }
    }
}
