using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Conformance;

/// <summary>
/// Compares what fast code computed in 32 bits with what the twin computed in 64. The error is measured against the
/// largest element: that is what the roundings of a sum are in proportion to, wherever terms cancel.
/// </summary>
internal static class NearTwin
{
    /// <summary>Fails where an element is off by more than tolerance times the largest expected element.</summary>
    public static void Equal(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0, worst = 0;
        var at = 0;
        foreach (var value in expected)
            largest = Math.Max(largest, Math.Abs(value));
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(expected[i] - actual[i]);
            if (double.IsNaN(error) || error > worst)
                (worst, at) = (error, i);
            if (double.IsNaN(error))
                break;
        }

        if (!(worst <= tolerance * largest))
            Assert.Fail($"{what}: element {at} of {expected.Length} is {actual[at]:R}, expected {expected[at]:R}; off by {worst / largest:E1} of the largest, {tolerance:E1} allowed");
    }

    /// <summary>The same for a matrix, given row after row.</summary>
    public static void Equal(DenseMatrix expected, ReadOnlySpan<float> actual, double tolerance, string what = "") =>
        Equal(expected.Elements, actual, tolerance, $"{what} ({expected.Rows} x {expected.Columns})");
}
