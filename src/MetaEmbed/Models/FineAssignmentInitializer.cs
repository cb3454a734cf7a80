using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// First fine assignment S2 (c x f, t_f fine meta-embeddings for each coarse one). As published: with P (N x f) that
/// has 0.5 at an entity's part of a second partition and 0.5 / (f - 1) elsewhere, a softmax over each row of S^T P, of
/// which the t_f largest weights stay, not renormalised.
/// </summary>
internal static class FineAssignmentInitializer
{
    private const double OwnPart = 0.5;

    /// <summary>The assignment from a partition of the graph into f parts.</summary>
    /// <param name="parts">Part of each entity, N long, in [0, f).</param>
    /// <param name="fineCount">f, positive.</param>
    /// <param name="coarsePicks">Indices of the non-zeros of S, N x t, in [0, c).</param>
    /// <param name="coarseWeights">Their weights, N x t, finite.</param>
    /// <param name="coarseCount">c.</param>
    /// <param name="kept">t_f, 1 to f.</param>
    /// <returns>Fine indices and weights of each coarse meta-embedding, both c x t_f, the indices of a row
    /// ascending; of equal weights those of the smaller indices are kept.</returns>
    /// <exception cref="ArgumentException">Lengths that do not fit, an index out of range, a weight not finite.</exception>
    public static (int[] Picks, float[] Weights) FromPartition(
        ReadOnlySpan<int> parts, int fineCount, ReadOnlySpan<int> coarsePicks, ReadOnlySpan<float> coarseWeights, int coarseCount, int kept)
    {
        var scores = Scores(parts, fineCount, coarsePicks, coarseWeights, coarseCount);
        for (var k = 0; k < coarseCount; k++)
            ElementaryDouble.Softmax(scores.AsSpan(k * fineCount, fineCount));
        return KeepLargest(scores, coarseCount, fineCount, kept);
    }

    /// <summary>
    /// A random assignment by the rule of the coarse one: 0.9 on one fine meta-embedding, 0.1 shared equally by
    /// t_f - 1 others; weight 1 if t_f = 1.
    /// </summary>
    /// <param name="coarseCount">c, not negative.</param>
    /// <param name="fineCount">f, positive.</param>
    /// <param name="kept">t_f, 1 to f.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>Fine indices and weights of each coarse meta-embedding, both c x t_f, the indices of a row ascending.</returns>
    public static (int[] Picks, float[] Weights) FromRandom(int coarseCount, int fineCount, int kept, ulong seed)
    {
        CheckKept(kept, fineCount);
        var picks = new int[coarseCount * kept];
        var weights = new float[coarseCount * kept];
        for (var k = 0; k < coarseCount; k++)
        {
            // Epoch 1 keeps these streams apart from those of the coarse assignment.
            var stream = new RandomStream(seed, RandomPurpose.Assignment, 1, (ulong)k);
            var row = picks.AsSpan(k * kept, kept);
            for (var a = 0; a < kept; a++)
            {
                int pick;
                do
                {
                    pick = stream.NextInt32(fineCount);
                }
                while (row[..a].Contains(pick));
                row[a] = pick;
                weights[k * kept + a] = kept == 1 ? 1 : a == 0 ? 0.9f : 0.1f / (kept - 1);
            }

            row.Sort(weights.AsSpan(k * kept, kept));
        }

        return (picks, weights);
    }

    /// <summary>S^T P in double precision, c x f; entities are added in their order.</summary>
    internal static double[] Scores(
        ReadOnlySpan<int> parts, int fineCount, ReadOnlySpan<int> coarsePicks, ReadOnlySpan<float> coarseWeights, int coarseCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fineCount);
        if (coarsePicks.Length != coarseWeights.Length || (parts.Length == 0 ? coarsePicks.Length > 0 : coarsePicks.Length % parts.Length != 0))
            throw new ArgumentException($"{coarsePicks.Length} picks and {coarseWeights.Length} weights for {parts.Length} entities", nameof(coarsePicks));
        var own = new double[coarseCount * fineCount];
        var total = new double[coarseCount];
        for (var n = 0; n < coarsePicks.Length; n++)
        {
            var entity = n / (coarsePicks.Length / parts.Length);
            var (part, coarse, weight) = (parts[entity], coarsePicks[n], coarseWeights[n]);
            if ((uint)part >= (uint)fineCount || (uint)coarse >= (uint)coarseCount || !float.IsFinite(weight))
                throw new ArgumentException($"entity {entity}: part {part} of {fineCount}, coarse {coarse} of {coarseCount}, weight {weight}", nameof(parts));
            own[coarse * fineCount + part] += weight;
            total[coarse] += weight;
        }

        var other = fineCount == 1 ? 0 : (1 - OwnPart) / (fineCount - 1);
        for (var i = 0; i < own.Length; i++)
            own[i] = OwnPart * own[i] + other * (total[i / fineCount] - own[i]);
        return own;
    }

    private static (int[] Picks, float[] Weights) KeepLargest(double[] values, int rows, int columns, int kept)
    {
        CheckKept(kept, columns);
        var picks = new int[rows * kept];
        var weights = new float[rows * kept];
        for (var k = 0; k < rows; k++)
        {
            var row = values.AsSpan(k * columns, columns);
            for (var a = 0; a < kept; a++)
            {
                var best = -1;
                for (var j = 0; j < columns; j++)
                {
                    if (!double.IsNaN(row[j]) && (best < 0 || row[j] > row[best]))
                        best = j;
                }

                picks[k * kept + a] = best;
                weights[k * kept + a] = (float)row[best];
                row[best] = double.NaN; // taken
            }

            picks.AsSpan(k * kept, kept).Sort(weights.AsSpan(k * kept, kept));
        }

        return (picks, weights);
    }

    private static void CheckKept(int kept, int fineCount)
    {
        if (kept < 1 || kept > fineCount)
            throw new ArgumentException($"{kept} fine meta-embeddings for each coarse one, of {fineCount}", nameof(kept));
    }
}
