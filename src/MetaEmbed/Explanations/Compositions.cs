using MetaEmbed.Models;

namespace MetaEmbed.Explanations;

/// <summary>What entities are composed of.</summary>
internal static class Compositions
{
    /// <summary>The coarse meta-embeddings of an entity with their shares of its weights, which add up to 1; none where all weights are 0.</summary>
    public static IEnumerable<(int Coarse, double Share)> Of(Assignment assignment, int entity)
    {
        var first = entity * assignment.PerRow;
        var sum = 0.0;
        for (var i = first; i < first + assignment.PerRow; i++)
            sum += assignment.Weights[i];
        for (var i = first; i < first + assignment.PerRow; i++)
        {
            if (assignment.Weights[i] > 0)
                yield return (assignment.Picks[i], assignment.Weights[i] / sum);
        }
    }
}
