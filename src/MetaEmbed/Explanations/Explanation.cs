namespace MetaEmbed.Explanations;

/// <summary>
/// Why an item is in a list. The score is a sum,
/// <code>
/// score(u, i) = b_i + sum over j in J of part_j + own
/// </code>
/// J the items that the user has met: <see cref="History"/> has part_j, what the item j carried to the user in the last propagation;
/// own is what the user's own row (or own meta-embeddings) carried. docs/explaining.md derives it.
/// </summary>
/// <param name="Item">i.</param>
/// <param name="Score">The score.</param>
/// <param name="Bias">b_i, the same for every user.</param>
/// <param name="Own">What came by no item of the history.</param>
/// <param name="History">The items of the history with their parts, the largest first, ties by the smaller item.</param>
/// <param name="Shared">Meta-embeddings that item and user have in common, the most telling first; empty in a model without them.</param>
public sealed record Explanation(
    int Item, double Score, double Bias, double Own, IReadOnlyList<HistoryPart> History, IReadOnlyList<SharedMetaEmbedding> Shared)
{
    /// <summary>A part as a share of the score without the bias; shares of history and own add up to 1. Null where that score is not positive.</summary>
    /// <param name="part">The part.</param>
    public double? ShareOf(double part) => Score - Bias > 0 ? part / (Score - Bias) : null;
}

/// <summary>What an item of the history carried.</summary>
/// <param name="Item">j.</param>
/// <param name="Part">part_j, in units of the score; it may be negative.</param>
public readonly record struct HistoryPart(int Item, double Part);

/// <summary>A meta-embedding that the item is composed of, and the user or the items that carried the recommendation as well.</summary>
/// <param name="Coarse">Its number.</param>
/// <param name="Name">What it stands for.</param>
/// <param name="OfItem">Its share of the item's composition, 0 to 1.</param>
/// <param name="OfUser">Its share of the user's composition; 0 where the user has none of it.</param>
/// <param name="OfHistory">Its share of the compositions of the items that carried the recommendation, weighted by what they carried.</param>
public sealed record SharedMetaEmbedding(int Coarse, string Name, double OfItem, double OfUser, double OfHistory);
