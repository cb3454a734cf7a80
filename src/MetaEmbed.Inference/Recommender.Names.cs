using System.Globalization;

namespace MetaEmbed.Inference;

/// <content>Lists by names rather than numbers, for callers who do not count allocations.</content>
public sealed partial class Recommender
{
    /// <summary>The best items for a user, those that the file knows the user to have met left out.</summary>
    /// <param name="user">The user's name; where the file carries no names, the number.</param>
    /// <param name="count">How many items.</param>
    /// <returns>The items, the best first.</returns>
    /// <exception cref="UserMistakeException">There is no such user, or count is below 1.</exception>
    public IReadOnlyList<NamedRecommendation> Recommend(string user, int count)
    {
        var best = List(count);
        return Named(best, Recommend(RequireUser(user), best));
    }

    /// <summary>The best items for somebody who has met these items; without any, the most popular ones.</summary>
    /// <param name="history">The items' names; where the file carries no names, their numbers.</param>
    /// <param name="count">How many items.</param>
    /// <returns>The items, the best first.</returns>
    /// <exception cref="UserMistakeException">There is no such item, the file cannot fold in, or count is below 1.</exception>
    public IReadOnlyList<NamedRecommendation> RecommendFromHistory(IEnumerable<string> history, int count)
    {
        ArgumentNullException.ThrowIfNull(history);
        var best = List(count);
        return Named(best, RecommendFromHistory([.. history.Select(RequireItem)], best));
    }

    /// <summary>The items most similar to an item.</summary>
    /// <param name="item">The item's name; where the file carries no names, its number.</param>
    /// <param name="count">How many items.</param>
    /// <returns>The items, the most similar first.</returns>
    /// <exception cref="UserMistakeException">There is no such item, or count is below 1.</exception>
    public IReadOnlyList<NamedRecommendation> SimilarItems(string item, int count)
    {
        var best = List(count);
        return Named(best, SimilarItems(RequireItem(item), best));
    }

    private Recommendation[] List(int count) => count >= 1
        ? new Recommendation[Math.Min(count, ItemCount)]
        : throw new UserMistakeException($"a list of {count} items is asked for", "give a whole number from 1");

    private NamedRecommendation[] Named(Recommendation[] best, int count) =>
        Array.ConvertAll(best[..count], one => new NamedRecommendation(one.Item, ItemName(one.Item), ItemTitle(one.Item), one.Score));

    private int RequireUser(string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (FindUser(user) is >= 0 and var found)
            return found;
        if (!HasUserNames && Number(user) is { } number)
            return number;
        throw new UserMistakeException(
            $"there is no user '{user}'", UserCount == 0 ? "the model file knows no users: give a history" : "give a user of the training data, or a history");
    }

    private int RequireItem(string item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (FindItem(item) is >= 0 and var found)
            return found;
        return !HasItemNames && Number(item) is { } number
            ? number
            : throw new UserMistakeException($"there is no item '{item}'", "give an item of the training data by its name");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
