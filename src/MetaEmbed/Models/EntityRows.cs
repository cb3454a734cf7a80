using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// Rows of entities kept for the next propagation: N x d, cut into blocks of 64 columns, each block N rows of 128 bytes
/// (bfloat16) or 256 bytes (float32), so that the random reads of a block stay near the core.
/// </summary>
internal sealed unsafe class EntityRows : IDisposable
{
    private readonly NativeBuffer<byte> _data;

    internal EntityRows(int rows, int paddedDimension, int rowBytes)
    {
        if (paddedDimension % BlockWidth != 0)
            throw new ArgumentException($"the padded dimension must be a multiple of {BlockWidth}", nameof(paddedDimension));
        Rows = rows;
        RowBytes = rowBytes;
        _data = new NativeBuffer<byte>((long)rows * rowBytes * (paddedDimension / BlockWidth));
    }

    /// <summary>Columns of a block; the latent dimension is padded with zeros to a multiple.</summary>
    internal const int BlockWidth = 64;

    internal int Rows { get; }

    /// <summary>Bytes from a row to the next inside a block.</summary>
    internal int RowBytes { get; }

    /// <summary>First row of a block of columns.</summary>
    internal byte* Block(int block) => _data.Pointer + (long)block * Rows * RowBytes;

    /// <summary>The number of columns after padding.</summary>
    internal static int Pad(int dimension) => (dimension + BlockWidth - 1) / BlockWidth * BlockWidth;

    public void Dispose() => _data.Dispose();
}
