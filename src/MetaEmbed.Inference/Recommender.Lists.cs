using MetaEmbed.Inference.Ranking;

namespace MetaEmbed.Inference;

/// <content>Lists and scores.</content>
public sealed partial class Recommender
{
    /// <summary>The best items for a user, those that the file knows the user to have met left out.</summary>
    /// <param name="user">The user.</param>
    /// <param name="best">Gets the items, the best first; its length is the length of the list.</param>
    /// <param name="filter">What the list may hold.</param>
    /// <returns>How many items there are: fewer than asked for where the filter leaves fewer.</returns>
    /// <exception cref="UserMistakeException">There is no such user, an item of the filter does not exist, or a row is damaged.</exception>
    public int Recommend(int user, Span<Recommendation> best, in ItemFilter filter = default)
    {
        using var call = Enter();
        CheckUser(user);
        return best.IsEmpty ? 0 : Rank(call.Scratch, LoadUser(user, call.Scratch), best, filter);
    }

    /// <summary>
    /// The best items for somebody who has met these items; they need not have been there in training. Without any, the items
    /// most popular in training (<see cref="Popular"/>).
    /// </summary>
    /// <param name="history">The items, in any order; one that stands twice counts once.</param>
    /// <param name="best">Gets the items, the best first; its length is the length of the list.</param>
    /// <param name="filter">What the list may hold.</param>
    /// <returns>How many items there are.</returns>
    /// <exception cref="UserMistakeException">An item does not exist, the file cannot fold in, or a row is damaged.</exception>
    public int RecommendFromHistory(ReadOnlySpan<int> history, Span<Recommendation> best, in ItemFilter filter = default)
    {
        using var call = Enter();
        var known = LoadHistory(history, call.Scratch);
        return best.IsEmpty ? 0 : Rank(call.Scratch, known, best, filter);
    }

    /// <summary>The items met most often in training; their scores are how often. As many as the file carries.</summary>
    /// <param name="best">Gets the items, the most popular first.</param>
    /// <param name="filter">What the list may hold.</param>
    /// <returns>How many items there are.</returns>
    /// <exception cref="UserMistakeException">An item of the filter does not exist.</exception>
    public int Popular(Span<Recommendation> best, in ItemFilter filter = default)
    {
        using var call = Enter();
        call.Scratch.History.Clear();
        return best.IsEmpty ? 0 : MostPopular(call.Scratch, best, filter);
    }

    /// <summary>The items most similar to an item: the cosine of their rows, biases left out. The item itself is left out.</summary>
    /// <param name="item">The item.</param>
    /// <param name="best">Gets the items, the most similar first.</param>
    /// <param name="filter">What the list may hold.</param>
    /// <returns>How many items there are.</returns>
    /// <exception cref="UserMistakeException">An item does not exist, or a row is damaged.</exception>
    public int SimilarItems(int item, Span<Recommendation> best, in ItemFilter filter = default)
    {
        using var call = Enter();
        CheckItem(item);
        if (best.IsEmpty)
            return 0;
        var scratch = call.Scratch;
        var norms = _parts.Items.InverseNorms;
        var user = scratch.User;
        _parts.Items.Rows.Decode(item, user);
        _parts.Items.Check(user);
        foreach (ref var value in user)
            value *= norms[item];
        scratch.History.Clear();
        Begin(scratch, best.Length, filter);
        scratch.Excluded.Add(item);
        _parts.Items.Scan.Nearest(norms, scratch);
        return scratch.Finish(best);
    }

    /// <summary>The score of an item for a user, as a list would show it.</summary>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    /// <exception cref="UserMistakeException">There is no such user or item, or a row is damaged.</exception>
    public float Score(int user, int item)
    {
        using var call = Enter();
        CheckItem(item);
        LoadUser(user, call.Scratch);
        return Score(call.Scratch, item);
    }

    /// <summary>The score of an item for somebody who has met these items; from none, the item's bias.</summary>
    /// <param name="history">The items, in any order.</param>
    /// <param name="item">The item.</param>
    /// <exception cref="UserMistakeException">An item does not exist, the file cannot fold in, or a row is damaged.</exception>
    public float Score(ReadOnlySpan<int> history, int item)
    {
        using var call = Enter();
        CheckItem(item);
        LoadHistory(history, call.Scratch);
        return Score(call.Scratch, item);
    }

    private float Score(RankingScratch scratch, int item)
    {
        var items = _parts.Items;
        items.Check(scratch.User);
        return items.Scan.Product(scratch.User, item, scratch.Row) + items.Bias(item);
    }

    /// <summary>Loads a user's row, and the items met in training; false where nothing is known of the user.</summary>
    private bool LoadUser(int user, RankingScratch scratch)
    {
        CheckUser(user);
        scratch.History.Clear();
        var history = _parts.Histories is { } histories ? histories.Of(user) : [];
        scratch.History.Add(history);
        if (_parts.Users is not { } rows)
            return FoldIn(history.Length, scratch);
        rows.Decode(user, scratch.User);
        return true;
    }

    private bool LoadHistory(ReadOnlySpan<int> history, RankingScratch scratch)
    {
        if (_parts.FoldIn is null)
            throw new UserMistakeException(Info.Name, null, "cannot fold in a user from a history", "export it again with fold-in weights");
        scratch.History.Clear();
        scratch.History.Add(history);
        return FoldIn(history.Length, scratch);
    }

    private bool FoldIn(int historyLength, RankingScratch scratch)
    {
        if (historyLength == 0)
        {
            scratch.User.Clear();
            return false;
        }

        _parts.FoldIn!.Compute(scratch.History.Bits, _parts.Items.Rows, scratch.Row, scratch.User);
        return true;
    }

    private int Rank(RankingScratch scratch, bool known, Span<Recommendation> best, in ItemFilter filter)
    {
        if (!known && _parts.Popular.Length > 0)
            return MostPopular(scratch, best, filter);
        _parts.Items.Check(scratch.User);
        Begin(scratch, best.Length, filter);
        _parts.Items.Scan.Best(scratch);
        return scratch.Finish(best);
    }

    private int MostPopular(RankingScratch scratch, Span<Recommendation> best, in ItemFilter filter)
    {
        Begin(scratch, 1, filter);
        var count = 0;
        foreach (var popular in _parts.Popular)
        {
            if (count == best.Length)
                break;
            if (scratch.Admits(popular.Item))
                best[count++] = popular;
        }

        return count;
    }

    private void Begin(RankingScratch scratch, int length, in ItemFilter filter)
    {
        scratch.Restart(Math.Min(length, ItemCount));
        scratch.Excluded.Clear();
        if (!filter.IncludeHistory)
            scratch.Excluded.CopyFrom(scratch.History);
        scratch.Excluded.Add(filter.Exclude);
        scratch.HasAllowed = filter.HasAllow;
        if (filter.HasAllow)
        {
            scratch.Allowed.Clear();
            scratch.Allowed.Add(filter.Allow);
        }

        scratch.Accept = filter.Accept;
    }
}
