using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Triples (user, positive, negative) of a step as entities: B users, then B positives, then B negatives, one array, so
/// that a place names both triple and role.
/// </summary>
internal sealed class TripleBatch : ITrainingBatch
{
    internal TripleBatch(int capacity)
    {
        Capacity = capacity;
        Entities = new NativeBuffer<int>(3L * capacity);
    }

    internal int Capacity { get; }

    /// <summary>B; smaller than the capacity in the last batch of an epoch.</summary>
    public int Count { get; set; }

    /// <summary>3 B entities; items are users + item.</summary>
    internal NativeBuffer<int> Entities { get; }

    internal Span<int> Users => Entities.Span[..Count];

    internal Span<int> Positives => Entities.Span.Slice(Count, Count);

    internal Span<int> Negatives => Entities.Span.Slice(2 * Count, Count);

    public ReadOnlySpan<int> All => Entities.Span[..(3 * Count)];

    public void Dispose() => Entities.Dispose();
}
