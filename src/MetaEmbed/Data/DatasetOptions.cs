using MetaEmbed.Numerics;

namespace MetaEmbed.Data;

/// <summary>Settings of reading a dataset folder.</summary>
public sealed record DatasetOptions
{
    /// <summary>The defaults.</summary>
    public static DatasetOptions Default { get; } = new();

    /// <summary>
    /// Largest user or item id accepted. Every id from 0 up to the largest gets a row, met or not, so one mistyped id
    /// would ask for gigabytes.
    /// </summary>
    [Setting("Largest user or item id accepted; every id from 0 to the largest one seen gets a row.", Minimum = 0, Maximum = 1_073_741_822)]
    public int MaxId { get; init; } = 99_999_999;

    /// <summary>Bytes read at a time. Tests set it to 3, so that every seam between two blocks is crossed.</summary>
    internal int BlockSize { get; init; } = 1 << 18;
}
