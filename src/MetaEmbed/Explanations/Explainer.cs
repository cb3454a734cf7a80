using MetaEmbed.Data;
using MetaEmbed.Inference;

namespace MetaEmbed.Explanations;

/// <summary>Explains recommendations of a run for its users, exactly: by the layers of its last propagation.</summary>
public sealed class Explainer : IDisposable
{
    private readonly OpenedModel _model;
    private readonly Codebook? _codebook;

    private Explainer(OpenedModel model, ItemFields? fields)
    {
        _model = model;
        _codebook = model.Coarse is null ? null : Codebook.Of(model, fields);
    }

    /// <summary>Opens a run.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="dataFolder">The dataset, where it has moved; null for where it lay at training.</param>
    /// <param name="fields">The catalog, to name meta-embeddings by; null for none.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <exception cref="UserMistakeException">The run or its data cannot be used.</exception>
    public static Explainer Open(string runFolder, string? dataFolder, ItemFields? fields, int threads)
    {
        var model = OpenedModel.Open(runFolder, dataFolder, threads);
        try
        {
            return new Explainer(model, fields);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Why an item is recommended to a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    public Explanation Explain(int user, int item)
    {
        var target = _model.Rows.Row(_model.UserCount + item);
        var met = _model.Dataset.Train.Of(user);
        var factor = _model.CarriedFactor(user);
        var parts = new HistoryPart[met.Length];
        var row = new float[target.Length];
        for (var j = 0; j < met.Length; j++)
        {
            _model.CarriedRow(met[j], row);
            parts[j] = new HistoryPart(met[j], factor * Product(row, target));
        }

        var bias = _model.ItemBias[item];
        var product = Product(_model.Rows.Row(user), target);
        var own = product - parts.Sum(part => part.Part);
        return new Explanation(item, product + bias, bias, own, Sorted(parts), _codebook is null ? [] : Shared(user, item, parts));
    }

    /// <summary>Why a model file recommends an item from a history: a user's row is a sum of items' rows, so nothing else carries.</summary>
    /// <param name="model">The model.</param>
    /// <param name="history">What was met.</param>
    /// <param name="item">The item.</param>
    /// <exception cref="UserMistakeException">An item does not exist, or the file cannot fold in.</exception>
    public static Explanation FromHistory(Recommender model, IEnumerable<int> history, int item) =>
        FromHistory(model, history, item, score: null);

    /// <summary>The same for a user whose own row the file has: what the history would carry by itself, the rest is the user's own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="user">The user.</param>
    /// <param name="history">What the user has met.</param>
    /// <param name="item">The item.</param>
    /// <exception cref="UserMistakeException">An item does not exist, or the file cannot fold in.</exception>
    public static Explanation OfUser(Recommender model, int user, IEnumerable<int> history, int item)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FromHistory(model, history, item, model.Score(user, item));
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private static Explanation FromHistory(Recommender model, IEnumerable<int> history, int item, double? score)
    {
        ArgumentNullException.ThrowIfNull(model);
        var met = history.Distinct().Order().ToArray();
        var factors = new float[met.Length];
        model.FoldInFactors(met, factors);
        var target = new float[model.Info.Dimension];
        model.CopyItemRow(item, target);
        var row = new float[target.Length];
        var parts = new HistoryPart[met.Length];
        for (var j = 0; j < met.Length; j++)
        {
            model.CopyItemRow(met[j], row);
            parts[j] = new HistoryPart(met[j], factors[j] * Product(row, target));
        }

        var bias = model.ItemBias(item);
        var carried = parts.Sum(part => part.Part);
        return new Explanation(item, score ?? carried + bias, bias, score is null ? 0 : score.Value - bias - carried, Sorted(parts), []);
    }

    private static HistoryPart[] Sorted(HistoryPart[] parts) => [.. parts.OrderByDescending(part => part.Part).ThenBy(part => part.Item)];

    private static double Product(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var column = 0; column < left.Length; column++)
            sum += (double)left[column] * right[column];
        return sum;
    }

    private SharedMetaEmbedding[] Shared(int user, int item, HistoryPart[] parts)
    {
        var carried = parts.Sum(part => Math.Max(part.Part, 0));
        var history = new Dictionary<int, double>();
        foreach (var part in parts.Where(part => part.Part > 0))
        {
            foreach (var (coarse, share) in Composition(_model.UserCount + part.Item))
                history[coarse] = history.GetValueOrDefault(coarse) + share * part.Part / carried;
        }

        var own = Composition(user).ToDictionary();
        return
        [
            .. Composition(_model.UserCount + item)
                .Select(pick => new SharedMetaEmbedding(pick.Coarse, _codebook!.Coarse[pick.Coarse].Name, pick.Share, own.GetValueOrDefault(pick.Coarse), history.GetValueOrDefault(pick.Coarse)))
                .Where(shared => shared.OfUser > 0 || shared.OfHistory > 0)
                .OrderByDescending(shared => shared.OfItem * (shared.OfUser + shared.OfHistory)).ThenBy(shared => shared.Coarse),
        ];
    }

    private IEnumerable<(int Coarse, double Share)> Composition(int entity) => Compositions.Of(_model.Coarse!, entity);
}
