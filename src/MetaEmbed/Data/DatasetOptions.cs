using MetaEmbed.Numerics;

namespace MetaEmbed.Data;

/// <summary>Settings of reading a dataset folder.</summary>
public sealed record DatasetOptions
{
    private const int LargestMaxId = 1_073_741_822;

    /// <summary>The defaults.</summary>
    public static DatasetOptions Default { get; } = new();

    /// <summary>
    /// Largest user or item id accepted. Every id from 0 up to the largest gets a row, met or not, so one mistyped id
    /// would ask for gigabytes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or so large that users and items together outgrow 32 bits.</exception>
    [Setting("Largest user or item id accepted; every id from 0 to the largest one seen gets a row.", Minimum = 0, Maximum = LargestMaxId)]
    public int MaxId
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LargestMaxId);
            field = value;
        }
    }

    = 99_999_999;

    /// <summary>
    /// Where parsed datasets are kept: a folder, or <c>off</c>; null asks the environment variable METAEMBED_CACHE and
    /// then the system's place for caches. Text of less than a mebibyte is always parsed.
    /// </summary>
    [Setting("Folder that keeps parsed datasets, or off; by default METAEMBED_CACHE or the system's place for caches.")]
    public string? Cache { get; init; }

    /// <summary>Is told, in a line, what the reader does of its own accord, such as writing a damaged cache anew.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>Text of fewer bytes is not kept in the cache: it is parsed in the time that opening the cache takes.</summary>
    internal long CacheFrom { get; init; } = 1 << 20;

    /// <summary>Bytes read at a time. Tests set it to 3, so that every seam between two blocks is crossed.</summary>
    internal int BlockSize { get; init; } = 1 << 18;
}
