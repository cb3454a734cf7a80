using MetaEmbed.Numerics;

namespace MetaEmbed.Data;

/// <summary>Draws a subset of known size, every subset equally likely, in the order of the list.</summary>
internal static class SelectionSampling
{
    /// <summary>Parts a list in two (Knuth, TAOCP 2, 3.4.2, algorithm S); one random number an element.</summary>
    /// <param name="random">The stream.</param>
    /// <param name="from">n elements.</param>
    /// <param name="taken">Receives the drawn ones; its length says how many.</param>
    /// <param name="rest">Receives the others; n less the length of <paramref name="taken"/>.</param>
    public static void Draw(ref RandomStream random, ReadOnlySpan<int> from, Span<int> taken, Span<int> rest)
    {
        var t = 0;
        var r = 0;
        for (var i = 0; i < from.Length; i++)
        {
            if (random.NextInt32(from.Length - i) < taken.Length - t)
                taken[t++] = from[i];
            else
                rest[r++] = from[i];
        }
    }
}
