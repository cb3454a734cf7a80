using System.Globalization;
using System.Text;
using System.Text.Json;
using MetaEmbed.Storage;

namespace MetaEmbed.Export;

/// <summary>A card as Markdown and as JSON.</summary>
public static class CardText
{
    /// <summary>Where the card of a model file lies: <c>NAME.card.md</c> and <c>NAME.card.json</c>.</summary>
    /// <param name="modelFile">The model file.</param>
    public static (string Markdown, string Json) PathsOf(string modelFile)
    {
        var start = Path.ChangeExtension(modelFile, null);
        return (start + ".card.md", start + ".card.json");
    }

    /// <summary>Writes both beside the file.</summary>
    /// <param name="card">The card.</param>
    /// <param name="modelFile">The model file.</param>
    /// <exception cref="Inference.UserMistakeException">A file cannot be written.</exception>
    public static void Write(ModelCard card, string modelFile)
    {
        var (markdown, json) = PathsOf(modelFile);
        AtomicFile.WriteText(json, JsonSerializer.Serialize(card, CardJson.Default.ModelCard) + "\n");
        AtomicFile.WriteText(markdown, Markdown(card));
    }

    /// <summary>The card as Markdown.</summary>
    /// <param name="card">The card.</param>
    public static string Markdown(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var text = new StringBuilder();
        Line($"# {card.File}");
        Line($"");
        Line($"A model file of MetaEmbed, kind `{card.Kind}`, {card.Bytes:N0} bytes, format version {card.FormatVersion}, checksum (xxh128) `{card.Checksum}`.");
        Line($"{card.Items:N0} items packed as `{card.ItemCode}`, {card.Users:N0} users known by id, d = {card.Dimension}.");
        Line($"");
        Line($"## Quality");
        Line($"");
        var cutoffs = card.Metrics[0].Ndcg.Keys.Order().ToArray();
        Line($"Test set of `{card.Dataset}` (data hash `{card.DatasetHash}`, split seed {card.SplitSeed}), full ranking of all items, train items left out, {card.Metrics[0].Users:N0} users:");
        Line($"");
        Line($"| | {string.Join(" | ", cutoffs.Select(k => $"NDCG@{k}").Concat(cutoffs.Select(k => $"Recall@{k}")))} |");
        Line($"|---|{string.Concat(Enumerable.Repeat("---|", 2 * cutoffs.Length))}");
        foreach (var row in card.Metrics)
            Line($"| {row.Ranking} | {string.Join(" | ", cutoffs.Select(k => Figure(row.Ndcg[k])).Concat(cutoffs.Select(k => Figure(row.Recall[k]))))} |");
        Line($"");
        Line($"## Speed");
        Line($"");
        Line($"Opening {card.OpenMilliseconds:F2} ms, the first list {card.FirstListMilliseconds:F2} ms, a list of 10 from a history {card.ListMilliseconds:F3} ms (medians, one thread, file in the system's cache; {card.Machine.Processor}, vectors of {card.Machine.VectorBits} bits).");
        Line($"");
        Line($"## What is inside");
        Line($"");
        Line($"| tensor | type | shape | bytes |");
        Line($"|---|---|---|---|");
        foreach (var tensor in card.Tensors)
            Line($"| `{tensor.Name}` | {tensor.Type} | {string.Join(" x ", tensor.Shape)} | {tensor.Bytes:N0} |");
        Line($"");
        Line($"## Training");
        Line($"");
        foreach (var (stage, settings) in card.Settings)
            Line($"{stage}: {string.Join(", ", settings.Select(pair => $"{pair.Key} {pair.Value}"))}.");
        Line($"");
        Line($"## Limits");
        Line($"");
        foreach (var limit in card.Limits)
            Line($"- {limit}");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Figure(double value) => value.ToString("F5", CultureInfo.InvariantCulture);
}
