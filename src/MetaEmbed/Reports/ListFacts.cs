using MetaEmbed.Data;
using MetaEmbed.Evaluation;

namespace MetaEmbed.Reports;

/// <summary>What the lists of all users hold together.</summary>
/// <param name="Length">k: how much of each list was looked at.</param>
/// <param name="Coverage">Share of the items that stand in at least one list.</param>
/// <param name="Gini">
/// Gini coefficient of how often each item is recommended, over all items: 0 if all alike, near 1 if a few take all places.
/// </param>
/// <param name="TrainGini">The same of how often each item was met in training, to compare with.</param>
/// <param name="Novelty">
/// Mean of -log2(users who met the item in training / users) over all places of all lists, in bits; an item that nobody met counts as met
/// once.
/// </param>
/// <param name="TestNovelty">The same over the held-out items, to compare with.</param>
public sealed record ListFacts(int Length, double Coverage, double Gini, double TrainGini, double Novelty, double TestNovelty)
{
    /// <summary>Counts.</summary>
    /// <param name="lists">The lists.</param>
    /// <param name="length">k.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="relevant">Held-out items.</param>
    internal static ListFacts Of(RankedLists lists, int length, Interactions train, Interactions relevant)
    {
        var degrees = train.CountByItem();
        var bits = Array.ConvertAll(degrees, degree => -Math.Log2(Math.Max(degree, 1) / (double)train.UserCount));
        var counts = new int[train.ItemCount];
        var (novelty, places) = (0.0, 0L);
        for (var i = 0; i < lists.Users.Length; i++)
        {
            foreach (var item in lists.Items(i)[..Math.Min(length, lists.Items(i).Length)])
            {
                counts[item]++;
                novelty += bits[item];
                places++;
            }
        }

        var held = 0.0;
        foreach (var item in relevant.Items)
            held += bits[item];
        return new ListFacts(
            length,
            train.ItemCount == 0 ? 0 : counts.Count(count => count > 0) / (double)train.ItemCount,
            GiniOf(counts),
            GiniOf(degrees),
            places == 0 ? 0 : novelty / places,
            relevant.Count == 0 ? 0 : held / relevant.Count);
    }

    /// <summary>The Gini coefficient of counts: sum of (2 rank - n - 1) count / (n sum), counts ascending, rank from 1.</summary>
    internal static double GiniOf(int[] counts)
    {
        var sorted = (int[])counts.Clone();
        Array.Sort(sorted);
        var (weighted, sum) = (0.0, 0.0);
        for (var i = 0; i < sorted.Length; i++)
        {
            weighted += (2.0 * (i + 1) - sorted.Length - 1) * sorted[i];
            sum += sorted[i];
        }

        return sum == 0 ? 0 : weighted / (sorted.Length * sum);
    }
}
