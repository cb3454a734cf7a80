namespace MetaEmbed.Reports;

/// <summary>
/// A mean over users with its 95 % confidence interval, by the normal approximation: mean +- 1.96 s / sqrt(n), s the standard
/// deviation over the users. It says what another draw of users would give, not what another training would.
/// </summary>
/// <param name="Mean">The mean; 0 for no users.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Users.</param>
public sealed record Interval(double Mean, double Low, double High, int Count)
{
    private const double Quantile = 1.959963984540054;

    /// <summary>Half of its width.</summary>
    public double Margin => (High - Low) / 2;

    /// <summary>Of a value for each user.</summary>
    /// <param name="values">The values.</param>
    public static Interval Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            return new Interval(0, 0, 0, 0);
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        var mean = sum / values.Length;
        var squares = 0.0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        var margin = values.Length < 2 ? 0 : Quantile * Math.Sqrt(squares / (values.Length - 1) / values.Length);
        return new Interval(mean, mean - margin, mean + margin, values.Length);
    }
}
