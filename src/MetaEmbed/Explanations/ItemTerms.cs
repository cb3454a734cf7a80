using System.Globalization;
using MetaEmbed.Data;

namespace MetaEmbed.Explanations;

/// <summary>
/// Terms that items carry, and which of them a group of items has more often than all items: by
/// P(term | group) ln(P(term | group) / P(term)), at least two items and a seventh of the group. Terms are values of catalog
/// fields that several items share; where there are none, words of titles or names.
/// </summary>
internal sealed class ItemTerms
{
    private const int Most = 5;
    private const double LeastWithin = 1 / 7.0;
    private const int ShortestWord = 3;

    private readonly List<(string Term, string Field)> _terms = [];
    private readonly List<int> _counts = [];
    private readonly int[][] _ofItem;

    public ItemTerms(OpenedModel model, ItemFields? fields)
    {
        var items = model.Dataset.ItemCount;
        var gathered = new List<int>[items];
        var numbers = new Dictionary<(string, string), int>();
        for (var item = 0; item < items; item++)
            gathered[item] = [];
        for (var column = 0; column < (fields?.Columns.Count ?? 0); column++)
        {
            if (!IsCategory(fields!.Of(column)))
                continue;
            for (var item = 0; item < items; item++)
            {
                foreach (var value in ItemFields.Values(fields.Of(column)[item]).Distinct(StringComparer.OrdinalIgnoreCase))
                    Add(item, value, fields.Columns[column]);
            }
        }

        if (_terms.Count == 0 && (model.Names.HasItems || model.Names.HasTitles))
        {
            var field = model.Names.HasTitles ? "title" : "name";
            for (var item = 0; item < items; item++)
            {
                foreach (var word in Words(model.ItemName(item)))
                    Add(item, word, field);
            }
        }

        _ofItem = Array.ConvertAll(gathered, terms => terms.ToArray());

        void Add(int item, string term, string field)
        {
            var key = (term.ToLowerInvariant(), field);
            if (!numbers.TryGetValue(key, out var number))
            {
                numbers[key] = number = _terms.Count;
                _terms.Add((term, field));
                _counts.Add(0);
            }

            gathered[item].Add(number);
            _counts[number]++;
        }
    }

    /// <summary>The terms of a group of items, the most telling first.</summary>
    /// <param name="items">The items with their weights.</param>
    public IReadOnlyList<TermUse> Of(List<(int Item, double Share)> items)
    {
        var weights = new Dictionary<int, (double Weight, int Items)>();
        var total = 0.0;
        foreach (var (item, share) in items)
        {
            total += share;
            foreach (var term in _ofItem[item])
            {
                var (weight, count) = weights.GetValueOrDefault(term);
                weights[term] = (weight + share, count + 1);
            }
        }

        return
        [
            .. weights.Where(pair => pair.Value.Items >= 2)
                .Select(pair => (Number: pair.Key, Use: new TermUse(_terms[pair.Key].Term, _terms[pair.Key].Field, pair.Value.Weight / total, (double)_counts[pair.Key] / _ofItem.Length)))
                .Where(pair => pair.Use.Within >= LeastWithin && pair.Use.Within > pair.Use.Overall)
                .OrderByDescending(pair => pair.Use.Within * Math.Log(pair.Use.Within / pair.Use.Overall)).ThenBy(pair => pair.Number)
                .Take(Most).Select(pair => pair.Use),
        ];
    }

    // Values that items share, neither numbers nor names of single items.
    private static bool IsCategory(ReadOnlySpan<string> cells)
    {
        var distinct = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (values, numbers) = (0, 0);
        foreach (var cell in cells)
        {
            foreach (var value in ItemFields.Values(cell))
            {
                distinct.Add(value);
                values++;
                numbers += double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? 1 : 0;
            }
        }

        return values > 0 && numbers < values / 2 && distinct.Count * 3 <= values;
    }

    private static IEnumerable<string> Words(string name)
    {
        var words = new HashSet<string>();
        var start = -1;
        for (var at = 0; at <= name.Length; at++)
        {
            var inside = at < name.Length && char.IsLetterOrDigit(name[at]);
            if (inside && start < 0)
                start = at;
            if (inside || start < 0)
                continue;
            var word = name[start..at].ToLowerInvariant();
            start = -1;
            if (word.Length >= ShortestWord && word.Any(char.IsLetter) && words.Add(word))
                yield return word;
        }
    }
}
