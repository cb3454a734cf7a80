using System.Text;

namespace MetaEmbed.Serving.Items;

/// <summary>
/// Finds items by a part of their id or title, in any case: first those whose text begins with it, then those with a word that
/// does, then the rest; each in the order of items.
/// </summary>
internal sealed class ItemSearch
{
    private const char Separator = '\n';
    private readonly string _text;
    private readonly int[] _starts;

    /// <summary>Prepares the texts.</summary>
    /// <param name="count">Items.</param>
    /// <param name="texts">What an item is called, its id and its title; an empty one is none.</param>
    public ItemSearch(int count, Func<int, (string Id, string? Title)> texts)
    {
        var text = new StringBuilder();
        _starts = new int[count + 1];
        for (var item = 0; item < count; item++)
        {
            _starts[item] = text.Length;
            var (id, title) = texts(item);
            // Titles come first: people search by them.
            text.Append(Folded(title ?? "")).Append(Separator).Append(Folded(id)).Append(Separator);
        }

        _starts[count] = text.Length;
        _text = text.ToString();
    }

    /// <summary>The best k items for a text that is not empty.</summary>
    public List<int> Find(string query, int k)
    {
        var wanted = Folded(query);
        var ranks = new List<int>[] { [], [], [] };
        var item = 0;
        for (var at = 0; (at = _text.IndexOf(wanted, at, StringComparison.Ordinal)) >= 0;)
        {
            item = ItemAt(at, item);
            var rank = Rank(at);
            var end = _starts[item + 1];
            for (var next = at + 1; rank > 0 && (next = _text.IndexOf(wanted, next, end - next, StringComparison.Ordinal)) >= 0; next++)
                rank = Math.Min(rank, Rank(next));
            if (ranks[rank].Count < k)
                ranks[rank].Add(item);
            if (ranks[0].Count == k)
                break;
            at = end;
            if (at >= _text.Length)
                break;
        }

        var found = new List<int>(k);
        foreach (var rank in ranks)
            found.AddRange(rank.Take(k - found.Count));
        return found;
    }

    private int Rank(int at)
    {
        if (at == 0 || _text[at - 1] == Separator)
            return 0;
        return char.IsLetterOrDigit(_text[at - 1]) ? 2 : 1;
    }

    private int ItemAt(int at, int from)
    {
        var found = Array.BinarySearch(_starts, from, _starts.Length - from, at);
        return found >= 0 ? found : ~found - 1;
    }

    private static string Folded(string text) => text.Replace(Separator, ' ').ToLowerInvariant();
}
