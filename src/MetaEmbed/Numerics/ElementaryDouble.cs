namespace MetaEmbed.Numerics;

/// <summary>Elementary functions in double precision from +, -, * and / alone: the same bits on every machine.</summary>
internal static class ElementaryDouble
{
    // ln 2 in two parts: a multiple k up to 2^11 of the first is exact.
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896340736;

    // 1 / n! for n = 13 ... 0.
    private static readonly double[] InverseFactorials =
    [
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
        1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1,
    ];

    /// <summary>
    /// e^x to about one unit in the last place: x = k ln 2 + r with |r| at most ln 2 / 2, the series of e^r to r^13, times
    /// 2^k. 0 below -708, infinity above 709.782712893384, NaN for NaN.
    /// </summary>
    /// <param name="x">Any number.</param>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x < -708)
            return 0;
        if (x > 709.782712893384)
            return double.PositiveInfinity;
        var k = Math.Round(x * Log2E);
        var r = x - k * Ln2High - k * Ln2Low;
        var sum = 0.0;
        foreach (var coefficient in InverseFactorials)
            sum = sum * r + coefficient;
        // 2^1024 is no number: double once apart.
        var power = (int)k;
        var half = power > 1023 ? 2.0 : 1.0;
        return sum * BitConverter.Int64BitsToDouble((long)(Math.Min(power, 1023) + 1023) << 52) * half;
    }

    /// <summary>
    /// ln x for a positive normal number, to a few units in the last place: x = 2^k m with m in [sqrt 1/2, sqrt 2), and
    /// ln m = 2 artanh(z) with z = (m - 1) / (m + 1), at most 0.172, its series to z^23.
    /// </summary>
    /// <param name="x">Positive, finite, at least 2^-1022.</param>
    public static double Log(double x)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x, 2.2250738585072014e-308);
        var bits = BitConverter.DoubleToInt64Bits(x);
        var k = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            k++;
        }

        var z = (m - 1) / (m + 1);
        var square = z * z;
        var sum = 0.0;
        for (var n = 23; n >= 1; n -= 2)
            sum = sum * square + 2.0 / n;
        return k * Ln2High + (k * Ln2Low + sum * z);
    }

    /// <summary>Softmax of a row in place: e^(x - max) / sum, summed from left to right.</summary>
    /// <param name="row">Finite numbers.</param>
    /// <exception cref="ArgumentException">An element is NaN or infinite.</exception>
    public static void Softmax(Span<double> row)
    {
        var largest = double.NegativeInfinity;
        for (var i = 0; i < row.Length; i++)
        {
            if (!double.IsFinite(row[i]))
                throw new ArgumentException($"element {i} is {row[i]}", nameof(row));
            largest = Math.Max(largest, row[i]);
        }

        var sum = 0.0;
        foreach (ref var x in row)
            sum += x = Exp(x - largest);
        foreach (ref var x in row)
            x /= sum;
    }
}
