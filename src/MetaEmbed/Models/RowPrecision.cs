namespace MetaEmbed.Models;

/// <summary>How rows are kept between two propagations; sums are always in 32 bits.</summary>
public enum RowPrecision
{
    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>16-bit brain floats: half the memory traffic, the same quality within noise.</summary>
    BFloat16,
}
