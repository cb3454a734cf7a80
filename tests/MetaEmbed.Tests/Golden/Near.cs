using MetaEmbed.Reference;

namespace MetaEmbed.Tests.Golden;

/// <summary>
/// Equality to 1e-8, relative above 1 and absolute below: the traces are printed to nine significant digits, half a
/// unit of the ninth being at most 5e-9 of the value.
/// </summary>
internal static class Near
{
    internal const double Tolerance = 1e-8;

    public static void Equal(double expected, double actual, string what = "")
    {
        if (!(Math.Abs(expected - actual) <= Tolerance * Math.Max(1, Math.Abs(expected))))
            Assert.Fail($"{what}: expected {expected:R}, found {actual:R}");
    }

    public static void Equal(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Equal(expected[i], actual[i], $"{what} [{i}]");
    }

    public static void Equal(double[][] expected, DenseMatrix actual, string what = "")
    {
        Assert.Equal(expected.Length, actual.Rows);
        for (var i = 0; i < expected.Length; i++)
            Equal(expected[i], actual.Row(i), $"{what} row {i}");
    }

    public static void Equal(DenseMatrix expected, DenseMatrix actual, string what = "")
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        for (var i = 0; i < expected.Rows; i++)
            Equal(expected.Row(i), actual.Row(i), $"{what} row {i}");
    }

    public static DenseMatrix Matrix(double[][] rows)
    {
        var result = new DenseMatrix(rows.Length, rows[0].Length);
        for (var i = 0; i < rows.Length; i++)
            rows[i].CopyTo(result.Row(i));
        return result;
    }
}
