using System.Numerics;
using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Requests;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>
/// Why an item stands in a list: what each item of the history carried of its score. A user is folded in as a sum of item rows,
/// h_u = sum of factor_j h_j, so <c>part_j = factor_j &lt;h_j, h_i&gt;</c> adds up to the score without the bias, exactly
/// (docs/explaining.md). Of a user with a row of their own, what the parts leave is that row's.
/// </summary>
internal sealed class Explanation
{
    private readonly Recommender _recommender;
    private readonly int[] _history;
    private readonly float[] _carriers;
    private readonly float[] _row;
    private readonly float[] _parts;
    private readonly int _dimension;

    private Explanation(Recommender recommender, int[] history)
    {
        (_recommender, _history, _dimension) = (recommender, history, recommender.Info.Dimension);
        _carriers = new float[history.Length * _dimension];
        _row = new float[_dimension];
        _parts = new float[history.Length];
        recommender.FoldInFactors(history, _parts);
        for (var j = 0; j < history.Length; j++)
        {
            var carrier = _carriers.AsSpan(j * _dimension, _dimension);
            recommender.CopyItemRow(history[j], carrier);
            foreach (ref var value in carrier)
                value *= _parts[j];
        }
    }

    /// <summary>Prepares the reasons of a list; null where it came of no history.</summary>
    public static Explanation? Of(ServedModel model, ListQuery query, string basis)
    {
        var recommender = model.Recommender;
        if (basis == Basis.Popular || !recommender.CanFoldIn)
            return null;
        var history = basis == Basis.User ? recommender.HistoryOf(query.KnownUser) : CollectionsMarshal.AsSpan(query.History);
        return history.IsEmpty ? null : new Explanation(recommender, [.. new SortedSet<int>(history.ToArray())]);
    }

    /// <summary>The reasons for an item, the strongest first: items of the history, and what share of the score without the bias each carried.</summary>
    /// <param name="recommendation">The item with its score.</param>
    /// <param name="reasons">Gets them; only those that carried something.</param>
    /// <returns>How many there are.</returns>
    public int Reasons(Recommendation recommendation, Span<Recommendation> reasons)
    {
        var whole = recommendation.Score - _recommender.ItemBias(recommendation.Item);
        if (!(whole > 0))
            return 0; // shares of nothing mean nothing
        _recommender.CopyItemRow(recommendation.Item, _row);
        for (var j = 0; j < _parts.Length; j++)
            _parts[j] = Product(_carriers.AsSpan(j * _dimension, _dimension), _row);
        var count = 0;
        for (; count < reasons.Length && count < _parts.Length; count++)
        {
            var best = 0;
            for (var j = 1; j < _parts.Length; j++)
            {
                if (_parts[j] > _parts[best])
                    best = j;
            }

            if (_parts[best] <= 0)
                break;
            reasons[count] = new Recommendation(_history[best], _parts[best] / whole);
            _parts[best] = 0;
        }

        return count;
    }

    private static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        var k = 0;
        for (; k <= a.Length - Vector<float>.Count; k += Vector<float>.Count)
            sums += new Vector<float>(a[k..]) * new Vector<float>(b[k..]);
        var sum = Vector.Sum(sums);
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }
}
