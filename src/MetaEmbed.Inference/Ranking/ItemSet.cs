namespace MetaEmbed.Inference.Ranking;

/// <summary>A set of items as a bit each.</summary>
internal sealed class ItemSet(int items)
{
    private readonly ulong[] _bits = new ulong[(items + 63) / 64];

    public ReadOnlySpan<ulong> Bits => _bits;

    public bool Contains(int item) => (_bits[item >> 6] >> (item & 63) & 1) != 0;

    public void Clear() => Array.Clear(_bits);

    public void CopyFrom(ItemSet other) => other._bits.CopyTo(_bits, 0);

    public void Add(int item) => _bits[item >> 6] |= 1UL << (item & 63);

    /// <summary>Adds items, each of which must exist.</summary>
    /// <exception cref="UserMistakeException">One does not.</exception>
    public void Add(ReadOnlySpan<int> ids)
    {
        foreach (var item in ids)
        {
            if ((uint)item >= (uint)items)
                throw NoItem(item, items);
            Add(item);
        }
    }

    public static UserMistakeException NoItem(int item, int items) => new($"there is no item {item}", $"give one from 0 to {items - 1}");
}
