namespace MetaEmbed.Models;

/// <summary>
/// Gives entities different numbers of meta-embeddings out of one store: everybody gets one, and each further one goes
/// where it takes the most from the squared error of a row. An entity near one meta-embedding needs no second; one
/// between many gets several, at the same number of weights in all.
/// </summary>
internal static class PickAllotment
{
    private const int HalfBits = 16;

    /// <param name="gains">What each pick takes from |residual|^2, entities x t, in the order of the picks.</param>
    /// <param name="most">t.</param>
    /// <param name="total">Picks in all.</param>
    /// <param name="limits">Gets the picks of each entity.</param>
    internal static void Allot(ReadOnlySpan<float> gains, int most, long total, Span<byte> limits)
    {
        limits.Fill(1);
        var further = Math.Clamp(total - limits.Length, 0, (long)limits.Length * (most - 1));
        if (further == 0)
            return;

        // The worth of the last pick that is given, found by counting: the upper half of its bits, then the lower.
        var counts = new long[1 << HalfBits];
        Count(gains, most, null, counts);
        var upper = Reach(counts, ref further);
        Count(gains, most, upper, counts);
        var last = upper << HalfBits | Reach(counts, ref further);

        // What is worth more is given, and of what is worth as much the first ones.
        for (var entity = 0; entity < limits.Length; entity++)
        {
            var worth = float.PositiveInfinity;
            for (var pick = 1; pick < most; pick++)
            {
                var bits = Worth(ref worth, gains[entity * most + pick]);
                if (bits < last || (bits == last && further-- <= 0))
                    break;
                limits[entity]++;
            }
        }
    }

    /// <summary>
    /// The worth of a pick as bits, which order as the numbers do, none of them being negative. A pick is worth no more than
    /// the ones before it, so that taking the best ones never skips one.
    /// </summary>
    private static uint Worth(ref float worth, float gain)
    {
        worth = Math.Max(Math.Min(worth, gain), 0);
        return BitConverter.SingleToUInt32Bits(worth);
    }

    /// <summary>Counts the picks after the first by the upper half of their worth's bits; with an upper half given, those that have it, by the lower.</summary>
    private static void Count(ReadOnlySpan<float> gains, int most, uint? upper, long[] counts)
    {
        counts.AsSpan().Clear();
        for (var first = 0; first < gains.Length; first += most)
        {
            var worth = float.PositiveInfinity;
            for (var pick = 1; pick < most; pick++)
            {
                var bits = Worth(ref worth, gains[first + pick]);
                if (upper is null)
                    counts[bits >> HalfBits]++;
                else if (bits >> HalfBits == upper)
                    counts[(ushort)bits]++;
            }
        }
    }

    /// <summary>The bin, from the largest down, in which the wanted one lies; what is wanted of that bin is left.</summary>
    private static uint Reach(long[] counts, ref long wanted)
    {
        var bin = counts.Length - 1;
        for (; counts[bin] < wanted; bin--)
            wanted -= counts[bin];
        return (uint)bin;
    }
}
