namespace MetaEmbed.Tests;

/// <summary>Comparisons of arrays with a tolerance.</summary>
internal static class Close
{
    public static void Equal(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"element {i}: {actual[i]} instead of {expected[i]}");
    }

    /// <summary>One number for the bits of many.</summary>
    public static ulong Hash(ReadOnlySpan<double> values)
    {
        var hash = 14695981039346656037UL;
        foreach (var x in values)
            hash = (hash ^ (ulong)BitConverter.DoubleToInt64Bits(x)) * 1099511628211UL;
        return hash;
    }
}
