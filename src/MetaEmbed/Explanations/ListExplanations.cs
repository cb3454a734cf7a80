using MetaEmbed.Answers;
using MetaEmbed.Data;

namespace MetaEmbed.Explanations;

/// <summary>Explains the lists of whatever answers: a run exactly, a model file by how it folds in users.</summary>
public static class ListExplanations
{
    /// <summary>Explains a user's list.</summary>
    /// <param name="source">Who answered.</param>
    /// <param name="runFolder">The run behind it; null for a model file.</param>
    /// <param name="fields">The catalog; null for none.</param>
    /// <param name="user">The user.</param>
    /// <param name="items">The list.</param>
    /// <param name="threads">Threads; 0 for one per processor.</param>
    /// <exception cref="Inference.UserMistakeException">The run cannot be used, or the model file cannot fold in.</exception>
    public static IReadOnlyList<Explanation> OfUser(
        AnswerSource source, string? runFolder, ItemFields? fields, int user, IReadOnlyList<int> items, int threads)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(items);
        if (runFolder is not null)
        {
            using var explainer = Explainer.Open(runFolder, source.DataFolder, fields, threads);
            return [.. items.Select(item => explainer.Explain(user, item))];
        }

        var met = source.MetBy(user).ToArray();
        return user < source.Model.UserCount
            ? [.. items.Select(item => Explainer.OfUser(source.Model, user, met, item))]
            : OfHistory(source, met, items);
    }

    /// <summary>Explains the list of a history.</summary>
    /// <param name="source">Who answered.</param>
    /// <param name="history">What was met.</param>
    /// <param name="items">The list.</param>
    /// <exception cref="Inference.UserMistakeException">The model file cannot fold in.</exception>
    public static IReadOnlyList<Explanation> OfHistory(AnswerSource source, IReadOnlyList<int> history, IReadOnlyList<int> items)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(items);
        return [.. items.Select(item => Explainer.FromHistory(source.Model, history, item))];
    }
}
