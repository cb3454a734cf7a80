using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Positives of a step in blocks that share their negatives, as entities: B users, then B positives, then J negatives a
/// block, one array, so that a place names both block and role. Positives are in the order of their users.
/// </summary>
internal sealed class BlockBatch : ITrainingBatch
{
    /// <param name="capacity">B.</param>
    /// <param name="blockSize">Positives of a block; the last block may have fewer.</param>
    /// <param name="shared">J.</param>
    internal BlockBatch(int capacity, int blockSize, int shared)
    {
        Count = capacity;
        BlockSize = Math.Min(blockSize, capacity);
        Shared = shared;
        Blocks = (capacity + BlockSize - 1) / BlockSize;
        Entities = new NativeBuffer<int>(2L * capacity + (long)Blocks * shared);
    }

    /// <summary>B.</summary>
    public int Count { get; }

    internal int BlockSize { get; }

    /// <summary>J.</summary>
    internal int Shared { get; }

    internal int Blocks { get; }

    internal NativeBuffer<int> Entities { get; }

    public ReadOnlySpan<int> All => Entities.Span;

    internal Span<int> Users => Entities.Span[..Count];

    internal Span<int> Positives => Entities.Span.Slice(Count, Count);

    /// <summary>J negatives of each block, block after block.</summary>
    internal Span<int> Negatives => Entities.Span[(2 * Count)..];

    public void Dispose() => Entities.Dispose();
}
