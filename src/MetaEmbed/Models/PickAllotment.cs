namespace MetaEmbed.Models;

/// <summary>
/// Gives entities different numbers of meta-embeddings out of one store: everybody gets one, and each further one goes
/// where it takes the most from the squared error of a row. An entity near one meta-embedding needs no second; one
/// between many gets several, at the same number of weights in all.
/// </summary>
internal static class PickAllotment
{
    /// <param name="gains">What each pick takes from |residual|^2, entities x t, in the order of the picks.</param>
    /// <param name="most">t.</param>
    /// <param name="total">Picks in all.</param>
    /// <param name="limits">Gets the picks of each entity.</param>
    internal static void Allot(ReadOnlySpan<float> gains, int most, long total, Span<byte> limits)
    {
        var entities = limits.Length;
        var further = Math.Clamp(total - entities, 0, (long)entities * (most - 1));
        var keys = new ulong[entities * (most - 1)];
        for (var entity = 0; entity < entities; entity++)
        {
            // A pick is worth no more than the ones before it, so that taking the best ones never skips one.
            var least = float.PositiveInfinity;
            for (var pick = 1; pick < most; pick++)
            {
                least = Math.Max(Math.Min(least, gains[entity * most + pick]), 0);
                var place = entity * (most - 1) + pick - 1;
                // Descending by worth, then ascending by place: bits of positive floats order as they do.
                keys[place] = (ulong)(uint.MaxValue - BitConverter.SingleToUInt32Bits(least)) << 32 | (uint)place;
            }
        }

        Array.Sort(keys);
        limits.Fill(1);
        for (var i = 0; i < further; i++)
            limits[(int)((uint)keys[i] / (uint)(most - 1))]++;
    }
}
