namespace MetaEmbed.Tests.Training;

/// <summary>Whether counts of independent draws are what their probabilities say, at five standard deviations.</summary>
internal static class ChiSquare
{
    /// <summary>Counts that are to be equal; drawing some at a time without replacement only lowers the sum.</summary>
    public static void Uniform(double[] counts, string what, int without = 1) =>
        Matches(counts, [.. Enumerable.Repeat(1.0 / counts.Length, counts.Length)], what, without);

    /// <summary>Counts that are to be in proportion to probabilities, none of them small.</summary>
    public static void Matches(double[] counts, double[] probabilities, string what, int without = 1)
    {
        var (total, degrees) = (counts.Sum(), counts.Length - 1);
        if (degrees == 0)
            return;
        Assert.Equal(1, probabilities.Sum(), 1e-9);
        Assert.True(total * probabilities.Min() > 5 * without, $"{what}: {total * probabilities.Min()} expected of the rarest is too few");
        var chi = counts.Zip(probabilities, (count, share) => (count - total * share) * (count - total * share) / (total * share)).Sum();
        var bound = degrees + 5 * Math.Sqrt(2.0 * degrees) + 10;
        Assert.True(chi < bound, $"{what}: chi-square {chi:f1} at {degrees} degrees of freedom, below {bound:f1} expected");
    }
}
