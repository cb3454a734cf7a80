using MetaEmbed.Data;

namespace MetaEmbed.Evaluation;

/// <summary>
/// Cuts the items in two: the head, those with the most train users, and the tail, all others. The head is the given
/// share of all items, rounded to the nearest whole number (a half upwards); among items of equal degree the smaller
/// id comes first. Items that nobody met in training count, and lie in the tail.
/// </summary>
internal static class ItemHead
{
    /// <summary>Which items are in the head.</summary>
    /// <param name="train">The train set.</param>
    /// <param name="share">Share of the items, 0 to 1.</param>
    public static bool[] Of(Interactions train, double share)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "a share from 0 to 1 is needed");
        var degrees = train.CountByItem();
        var order = new long[degrees.Length];
        for (var item = 0; item < order.Length; item++)
            order[item] = ((long)-degrees[item] << 32) | (uint)item;
        Array.Sort(order);
        var head = new bool[degrees.Length];
        foreach (var key in order.AsSpan(0, (int)Math.Floor(share * order.Length + 0.5)))
            head[(int)(uint)key] = true;
        return head;
    }
}
