using MetaEmbed.Numerics;

namespace MetaEmbed.Reports;

/// <summary>
/// Whether two models differ on the same users, by the differences of a metric, user by user: a bootstrap interval of their mean,
/// and the share of random flips of signs that give a mean as far from 0 (Fisher's randomisation test, two-sided).
/// </summary>
/// <param name="Difference">Mean difference, other minus first.</param>
/// <param name="Low">2.5 % quantile of the means of 2,000 samples of the users, drawn with replacement.</param>
/// <param name="High">97.5 % quantile.</param>
/// <param name="PValue">(flips at least as far + 1) / (flips + 1), of 10,000 flips; 1 where no user differs.</param>
/// <param name="Better">Users for whom the other is better.</param>
/// <param name="Worse">Users for whom it is worse.</param>
public sealed record PairedTest(double Difference, double Low, double High, double PValue, int Better, int Worse)
{
    private const int Resamples = 2000;
    private const int Flips = 10_000;

    /// <summary>Tests.</summary>
    /// <param name="first">A value for each user.</param>
    /// <param name="other">A value for each user, in the same order.</param>
    /// <param name="workers">Threads; the result does not depend on them.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public static PairedTest Of(double[] first, double[] other, Workers workers, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(workers);
        if (first.Length != other.Length)
            throw new ArgumentException($"{other.Length} values beside {first.Length}", nameof(other));
        var differences = first.Zip(other, (a, b) => b - a).ToArray();
        if (differences.Length == 0)
            return new PairedTest(0, 0, 0, 1, 0, 0);

        // A user without a difference moves no flip's sum: only the others are flipped.
        var apart = Array.FindAll(differences, difference => difference != 0);
        var sum = differences.Sum();
        var means = new double[Resamples];
        workers.Run(Resamples, round =>
        {
            var random = new RandomStream((ulong)seed, RandomPurpose.PairedTest, 0, (ulong)round);
            var total = 0.0;
            for (var i = 0; i < differences.Length; i++)
                total += differences[random.NextInt32(differences.Length)];
            means[round] = total / differences.Length;
        });
        Array.Sort(means);
        var far = new bool[Flips];
        workers.Run(Flips, round =>
        {
            var random = new RandomStream((ulong)seed, RandomPurpose.PairedTest, 1, (ulong)round);
            var (total, bits) = (0.0, 0UL);
            for (var i = 0; i < apart.Length; i++)
            {
                if ((i & 63) == 0)
                    bits = random.NextUInt64();
                total += (bits & 1) == 0 ? apart[i] : -apart[i];
                bits >>= 1;
            }

            // A flip that equals the sum up to rounding is as far.
            far[round] = Math.Abs(total) >= Math.Abs(sum) * (1 - 1e-12);
        });
        return new PairedTest(
            sum / differences.Length,
            means[(int)(0.025 * Resamples)],
            means[(int)(0.975 * Resamples) - 1],
            apart.Length == 0 ? 1 : (far.Count(flip => flip) + 1.0) / (Flips + 1),
            apart.Count(difference => difference > 0),
            apart.Count(difference => difference < 0));
    }

    /// <summary>
    /// Holm's correction for several tests at once: of m p-values the j-th smallest becomes the largest of (m - i + 1) p_i, i up to j, at most 1.
    /// </summary>
    /// <param name="pValues">The p-values.</param>
    public static double[] Holm(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        var result = new double[pValues.Count];
        var largest = 0.0;
        var rank = 0;
        foreach (var place in Enumerable.Range(0, pValues.Count).OrderBy(place => pValues[place]).ThenBy(place => place))
        {
            largest = Math.Max(largest, Math.Min(1, (pValues.Count - rank++) * pValues[place]));
            result[place] = largest;
        }

        return result;
    }
}
