using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Requests;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>
/// Why an item stands in a list: the items of the history without which its score would fall most. For each item j of the
/// history J the user is folded in from J without j; what <c>&lt;h(J) - h(J \ j), h_i&gt;</c> the score of i loses by that is the part of j.
/// Parts are given as shares of those that are above 0.
/// </summary>
internal sealed class Explanation
{
    /// <summary>Items of the history that are looked at: the last ones.</summary>
    private const int Most = 50;

    private readonly Recommender _recommender;
    private readonly int[] _history;
    private readonly float[] _differences;
    private readonly float[] _row;
    private readonly float[] _parts;
    private readonly int _dimension;

    private Explanation(Recommender recommender, int[] history)
    {
        (_recommender, _history, _dimension) = (recommender, history, recommender.Info.Dimension);
        _differences = new float[history.Length * _dimension];
        _row = new float[_dimension];
        _parts = new float[history.Length];
        recommender.FoldIn(history, _row);
        var others = new int[Math.Max(0, history.Length - 1)];
        for (var left = 0; left < history.Length; left++)
        {
            history.AsSpan(0, left).CopyTo(others);
            history.AsSpan(left + 1).CopyTo(others.AsSpan(left));
            var without = _differences.AsSpan(left * _dimension, _dimension);
            recommender.FoldIn(others, without);
            for (var k = 0; k < without.Length; k++)
                without[k] = _row[k] - without[k];
        }
    }

    /// <summary>Prepares the reasons of a list; null where it came of no history.</summary>
    public static Explanation? Of(ServedModel model, ListQuery query, string basis)
    {
        var recommender = model.Recommender;
        if (basis == Basis.Popular || !recommender.CanFoldIn)
            return null;
        var history = basis == Basis.User ? recommender.HistoryOf(query.KnownUser) : CollectionsMarshal.AsSpan(query.History);
        if (history.IsEmpty)
            return null;
        var last = new List<int>(Most);
        var seen = new HashSet<int>();
        for (var i = history.Length - 1; i >= 0 && last.Count < Most; i--)
        {
            if (seen.Add(history[i]))
                last.Add(history[i]);
        }

        return new Explanation(recommender, [.. last]);
    }

    /// <summary>The reasons for an item, the strongest first: items of the history and shares that add up to at most 1.</summary>
    public int Reasons(int item, Span<Recommendation> reasons)
    {
        _recommender.CopyItemRow(item, _row);
        var sum = 0f;
        for (var j = 0; j < _parts.Length; j++)
        {
            _parts[j] = Math.Max(0, Dot(_differences.AsSpan(j * _dimension, _dimension), _row));
            sum += _parts[j];
        }

        var count = 0;
        for (; count < reasons.Length && count < _parts.Length; count++)
        {
            var best = _parts.AsSpan().IndexOfMax();
            if (_parts[best] <= 0)
                break;
            reasons[count] = new Recommendation(_history[best], _parts[best] / sum);
            _parts[best] = 0;
        }

        return count;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var k = 0; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }
}

/// <summary>Where the largest number stands.</summary>
internal static class LargestNumber
{
    public static int IndexOfMax(this Span<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }
}
