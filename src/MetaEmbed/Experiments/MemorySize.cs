using System.Globalization;
using MetaEmbed.Inference;

namespace MetaEmbed.Experiments;

/// <summary>Amounts of memory as people write them.</summary>
public static class MemorySize
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KiB", 1024.0), ("MiB", 1024.0 * 1024), ("GiB", 1024.0 * 1024 * 1024), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("B", 1),
    ];

    /// <summary>Reads an amount: a number and a unit, K, M, G (with or without B: 1,000s) or KiB, MiB, GiB (1,024s); bytes without one.</summary>
    /// <param name="text">The text, such as 500MB, 1.5G or 2GiB.</param>
    /// <param name="origin">What to call it in a mistake.</param>
    /// <exception cref="UserMistakeException">It is no such amount, or not positive.</exception>
    public static long Parse(string text, string origin)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (unit, bytes) = Units.FirstOrDefault(known => text.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        var digits = text[..^unit.Length].Trim();
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * bytes is >= 1 and < 1e18)
            return (long)(number * bytes);
        throw new UserMistakeException($"{origin} is '{text}'", "give an amount of memory, such as 500MB or 2GB");
    }

    /// <summary>An amount for people, in units of 1,000.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string Text(long bytes) => bytes < 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB");
}
