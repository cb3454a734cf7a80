using System.Numerics;
using System.Runtime.CompilerServices;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>Goes through all panels of items for one user, or for a few users at a time, and keeps the best.</summary>
internal static unsafe class PanelScan
{
    /// <summary>The best items by <c>&lt;user, item&gt; + bias</c>.</summary>
    /// <param name="panels">Items.</param>
    /// <param name="scratch">Holds the user's row and what may enter; gets the list.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(ItemPanels panels, RankingScratch scratch)
    {
        for (var panel = 0; panel < panels.PanelCount; panel++)
        {
            ScoreTile.ScoreOne(scratch.UserPointer, panels.Rows(panel), panels.Bias(panel), panels.Dimension, scratch.Scores);
            Admit(panel, scratch.Scores, scratch);
        }
    }

    /// <summary>The most similar items by cosine: the products with all rows, times the inverse norms.</summary>
    /// <param name="panels">Items; their biases are left out.</param>
    /// <param name="inverseNorms">1 / |h_i|, padded to whole panels.</param>
    /// <param name="scratch">Holds the row to compare with, of length 1, and what may enter; gets the list.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cosine(ItemPanels panels, float[] inverseNorms, RankingScratch scratch)
    {
        var none = stackalloc float[ItemPanels.Width];
        new Span<float>(none, ItemPanels.Width).Clear();
        for (var panel = 0; panel < panels.PanelCount; panel++)
        {
            ScoreTile.ScoreOne(scratch.UserPointer, panels.Rows(panel), none, panels.Dimension, scratch.Scores);
            var first = panel * ItemPanels.Width;
            for (var j = 0; j < ItemPanels.Width; j++)
                scratch.Scores[j] = first + j < panels.ItemCount ? scratch.Scores[j] * inverseNorms[first + j] : float.NegativeInfinity;
            Admit(panel, scratch.Scores, scratch);
        }
    }

    /// <summary>The same as <see cref="One"/> for several users; the bits of a score do not depend on the company.</summary>
    /// <param name="panels">Items.</param>
    /// <param name="users">One scratch a user.</param>
    /// <param name="packed">Room for the users' rows, d x <see cref="ScoreTile.Users"/> a tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Many(ItemPanels panels, ReadOnlySpan<RankingScratch> users, float* packed)
    {
        var d = panels.Dimension;
        Span<nint> rows = stackalloc nint[ScoreTile.Users];
        for (var i = 0; i < users.Length; i += ScoreTile.Users)
        {
            var count = Math.Min(ScoreTile.Users, users.Length - i);
            for (var r = 0; r < count; r++)
                rows[r] = (nint)users[i + r].UserPointer;
            ScoreTile.PackUsers(packed + (long)i * d, rows[..count], d);
        }

        var limits = stackalloc float[ScoreTile.Users];
        var scores = users[0].Scores;
        for (var panel = 0; panel < panels.PanelCount; panel++)
        {
            for (var i = 0; i < users.Length; i += ScoreTile.Users)
            {
                var count = Math.Min(ScoreTile.Users, users.Length - i);
                for (var r = 0; r < ScoreTile.Users; r++)
                    limits[r] = r < count ? users[i + r].Best.Limit : float.PositiveInfinity;
                var above = ScoreTile.Score(packed + (long)i * d, panels.Rows(panel), panels.Bias(panel), d, limits, scores);
                for (; above != 0; above &= above - 1)
                {
                    var r = BitOperations.TrailingZeroCount(above);
                    Admit(panel, scores + r * ItemPanels.Width, users[i + r]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Admit(int panel, float* scores, RankingScratch scratch)
    {
        for (var passing = ScoreTile.AboveOrNaN(scores, scratch.Best.Limit); passing != 0; passing &= passing - 1)
        {
            var lane = BitOperations.TrailingZeroCount(passing);
            var item = panel * ItemPanels.Width + lane;
            if (scratch.Admits(item))
                scratch.Best.Add(item, scores[lane]);
        }
    }
}
