using System.Numerics;
using System.Runtime.CompilerServices;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>Scores all items and keeps the best; from decoded rows or from codes, whichever is quicker. Any number of threads.</summary>
internal abstract class ItemScan : IDisposable
{
    /// <summary>No number of a row is larger in magnitude.</summary>
    public abstract float Largest { get; }

    /// <summary>The best items for the user whose row the scratch holds.</summary>
    /// <param name="scratch">Holds the row and what may enter; gets the list.</param>
    public abstract void Best(RankingScratch scratch);

    /// <summary>The same for several users; the bits of a score do not depend on the company.</summary>
    /// <param name="users">One scratch a user.</param>
    public abstract void Best(ReadOnlySpan<RankingScratch> users);

    /// <summary>The items with the largest cosine: the products, biases left out, times the inverse norms.</summary>
    /// <param name="inverseNorms">1 / |h_i|.</param>
    /// <param name="scratch">Holds the row to compare with, of length 1, and what may enter; gets the list.</param>
    public abstract void Nearest(float[] inverseNorms, RankingScratch scratch);

    /// <summary>The score that a list would show, without the bias.</summary>
    /// <param name="user">The user's row.</param>
    /// <param name="item">The item.</param>
    /// <param name="row">Room for a row.</param>
    public abstract float Product(ReadOnlySpan<float> user, int item, Span<float> row);

    public abstract void Dispose();

    /// <summary>Offers those of a panel's scores that may enter the list.</summary>
    /// <param name="first">Item of the first score.</param>
    /// <param name="scores"><see cref="ItemPanels.Width"/> scores, minus infinity where there is no item.</param>
    /// <param name="scratch">The list.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static unsafe void Admit(int first, float* scores, RankingScratch scratch)
    {
        for (var passing = ScoreTile.AboveOrNaN(scores, scratch.Best.Limit); passing != 0; passing &= passing - 1)
        {
            var lane = BitOperations.TrailingZeroCount(passing);
            if (scratch.Admits(first + lane))
                scratch.Best.Add(first + lane, scores[lane]);
        }
    }
}
