using MetaEmbed.Data;

namespace MetaEmbed.Training;

/// <summary>How likely <see cref="BlockSampler"/> is to draw each item as a negative.</summary>
internal static class DrawProbability
{
    /// <summary>
    /// q, one an item. By popularity, and in-batch where positives are drawn by interaction: the share of its
    /// interactions. In-batch where positives are drawn by user: the mean over the users with items of 1 / (their number
    /// of items), summed over its users. An item that is never drawn counts as half an interaction, so that log q is a
    /// number.
    /// </summary>
    /// <param name="train">Training interactions.</param>
    /// <param name="options">Where positives and negatives come from.</param>
    internal static double[] OfNegatives(Interactions train, StageTrainingOptions options)
    {
        var probabilities = new double[train.ItemCount];
        if (options.NegativeSource == NegativeSource.Uniform)
        {
            Array.Fill(probabilities, 1.0 / train.ItemCount);
            return probabilities;
        }

        var byUser = options.NegativeSource == NegativeSource.InBatch && options.PositiveSource == PositiveSource.ByUser;
        var total = 0.0;
        for (var user = 0; user < train.UserCount; user++)
        {
            var items = train.Of(user);
            total += byUser ? Math.Min(items.Length, 1) : items.Length;
            foreach (var item in items)
                probabilities[item] += byUser ? 1.0 / items.Length : 1;
        }

        for (var item = 0; item < probabilities.Length; item++)
            probabilities[item] = probabilities[item] > 0 ? probabilities[item] / total : 0.5 / Math.Max(train.Count, 1);
        return probabilities;
    }
}
