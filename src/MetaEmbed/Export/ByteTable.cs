namespace MetaEmbed.Export;

/// <summary>How 256 values lie between the least and the largest.</summary>
internal enum ByteScale
{
    /// <summary>Equal differences.</summary>
    Linear,

    /// <summary>Equal quotients; for positive numbers.</summary>
    Logarithmic,
}

/// <summary>Numbers as bytes that point into a table of 256 values.</summary>
internal static class ByteTable
{
    private const int Count = Inference.Codes.ByteValues.Count;

    /// <summary>Rounds each number to the nearest value of the table, on its scale.</summary>
    public static (byte[] Codes, float[] Values) Quantise(ReadOnlySpan<float> numbers, ByteScale scale)
    {
        var low = double.PositiveInfinity;
        var high = double.NegativeInfinity;
        foreach (var number in numbers)
        {
            low = Math.Min(low, To(number));
            high = Math.Max(high, To(number));
        }

        var step = (high - low) / (Count - 1);
        var values = new float[Count];
        for (var i = 0; i < Count; i++)
            values[i] = (float)From(low + i * step);
        var codes = new byte[numbers.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = step > 0 ? (byte)Math.Clamp(Math.Round((To(numbers[i]) - low) / step), 0, Count - 1) : (byte)0;
        return (codes, values);

        double To(double number) => scale == ByteScale.Linear ? number : Math.Log2(number);

        double From(double point) => scale == ByteScale.Linear ? point : Math.Pow(2, point);
    }
}
