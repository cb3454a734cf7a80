namespace MetaEmbed.Numerics;

/// <summary>Standard normal numbers with the same bits on every machine.</summary>
internal static class NormalDistribution
{
    /// <summary>
    /// One N(0, 1) number by the inverse of the distribution function (Wichura 1988, algorithm AS 241, about 1e-16).
    /// Uses only +, -, *, / and square root, and a logarithm of our own.
    /// </summary>
    /// <param name="stream">Where the uniform number comes from.</param>
    public static double Next(ref RandomStream stream)
    {
        // (k + 1/2) / 2^53 is never 0 or 1.
        var p = ((stream.NextUInt64() >> 11) + 0.5) * (1.0 / (1UL << 53));
        return Quantile(p);
    }

    /// <summary>The number below which a standard normal variable lies with probability p.</summary>
    /// <param name="p">In (0, 1).</param>
    public static double Quantile(double p)
    {
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            var r = 0.180625 - q * q;
            return q * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r
                + 3.387132872796366608)
                / (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0);
        }

        var tail = Math.Sqrt(-Log(q < 0 ? p : 1 - p));
        double x;
        if (tail <= 5)
        {
            var r = tail - 1.6;
            x = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r
                + 1.42343711074968357734)
                / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0);
        }
        else
        {
            var r = tail - 5;
            x = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r
                + 6.6579046435011037772)
                / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0);
        }

        return q < 0 ? -x : x;
    }

    /// <summary>
    /// Natural logarithm of a positive normal number: x = 2^k m with m in [sqrt(1/2), sqrt(2)), then the series of
    /// 2 artanh((m - 1) / (m + 1)) to 1e-17.
    /// </summary>
    private static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        var s = (m - 1) / (m + 1);
        var square = s * s;
        var sum = 0.0;
        for (var n = 23; n >= 1; n -= 2)
            sum = sum * square + 1.0 / n;
        return exponent * 0.69314718055994530942 + 2 * s * sum;
    }
}
