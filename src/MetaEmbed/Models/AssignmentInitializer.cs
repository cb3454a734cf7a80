using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>The first assignment of entities to coarse meta-embeddings.</summary>
internal static class AssignmentInitializer
{
    /// <summary>Weight of the drawn meta-embedding in a random assignment; the others share the rest.</summary>
    public const double RandomAnchorWeight = 0.9;

    /// <summary>
    /// From a partition: an entity's own part gets the anchor weight w*, t - 1 other parts drawn without replacement
    /// share 1 - w* equally; with t = 1 the own part gets weight 1.
    /// </summary>
    /// <param name="parts">Part of each entity, N long.</param>
    /// <param name="coarseCount">c.</param>
    /// <param name="perEntity">t, at most c.</param>
    /// <param name="anchorWeight">w*.</param>
    /// <param name="seed">Seed of the run.</param>
    public static Assignment FromPartition(ReadOnlySpan<int> parts, int coarseCount, int perEntity, double anchorWeight, long seed)
    {
        var picks = new int[parts.Length * perEntity];
        var weights = new float[picks.Length];
        var own = (float)(perEntity == 1 ? 1 : anchorWeight);
        var other = (float)((1 - anchorWeight) / Math.Max(perEntity - 1, 1));
        for (var e = 0; e < parts.Length; e++)
        {
            var stream = new RandomStream((ulong)seed, RandomPurpose.Assignment, 0, (ulong)e);
            var row = picks.AsSpan(e * perEntity, perEntity);
            var rowWeights = weights.AsSpan(e * perEntity, perEntity);
            row[0] = parts[e];
            rowWeights.Fill(other);
            rowWeights[0] = own;
            for (var j = 1; j < perEntity; j++)
            {
                int pick;
                do
                    pick = stream.NextInt32(coarseCount);
                while (row[..j].Contains(pick));
                row[j] = pick;
            }

            row.Sort(rowWeights);
        }

        return new Assignment(coarseCount, perEntity, picks, weights);
    }

    /// <summary>At random: 0.9 on one meta-embedding, 0.1 shared by t - 1 others.</summary>
    /// <param name="entities">N.</param>
    /// <param name="coarseCount">c.</param>
    /// <param name="perEntity">t, at most c.</param>
    /// <param name="seed">Seed of the run.</param>
    public static Assignment Random(int entities, int coarseCount, int perEntity, long seed)
    {
        var stream = new RandomStream((ulong)seed, RandomPurpose.Assignment, 1);
        var parts = new int[entities];
        for (var e = 0; e < entities; e++)
            parts[e] = stream.NextInt32(coarseCount);
        return FromPartition(parts, coarseCount, perEntity, RandomAnchorWeight, seed);
    }
}
