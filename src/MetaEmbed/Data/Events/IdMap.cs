using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace MetaEmbed.Data.Events;

/// <summary>
/// Numbers names, given as UTF-8, in the order in which they are first met: 0, 1, 2, ... A hash table with linear
/// probing over names that lie one after the other in blocks: a name costs its bytes, 2 for its length, 8 for its place
/// and 11 to 21 in the table.
/// </summary>
public sealed class IdMap
{
    /// <summary>Longest name in bytes; what is longer is no id.</summary>
    public const int LongestName = 1024;

    private const int BlockBits = 20;
    private const int BlockSize = 1 << BlockBits;
    private readonly List<byte[]> _blocks = [];
    private ulong[] _slots = new ulong[1024]; // upper half of the hash, id + 1; 0 where empty
    private long[] _places = new long[512]; // block and offset of each name's length
    private int _used = BlockSize; // of the last block

    /// <summary>Number of names.</summary>
    public int Count { get; private set; }

    /// <summary>The number of a name, a new one where it has none yet.</summary>
    /// <param name="name">The name, at most <see cref="LongestName"/> bytes.</param>
    public int GetOrAdd(ReadOnlySpan<byte> name) => GetOrAdd(name, Hash(name));

    /// <summary>The number of a name; -1 where it has none.</summary>
    /// <param name="name">The name.</param>
    public int Find(ReadOnlySpan<byte> name)
    {
        var slot = Probe(name, Hash(name));
        return (int)(uint)_slots[slot] - 1;
    }

    /// <summary>The name of a number.</summary>
    /// <param name="id">The number, below <see cref="Count"/>.</param>
    public ReadOnlySpan<byte> NameOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count);
        return NameAt(_places[id]);
    }

    /// <summary>The hash that <see cref="GetOrAdd(ReadOnlySpan{byte}, ulong)"/> takes.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> name) => XxHash3.HashToUInt64(name);

    /// <summary>As above, with the name's hash: a caller with many names hashes them first, so that lookups overlap.</summary>
    internal int GetOrAdd(ReadOnlySpan<byte> name, ulong hash)
    {
        var slot = Probe(name, hash);
        var found = (int)(uint)_slots[slot] - 1;
        return found >= 0 ? found : Add(name, hash, slot);
    }

    // The slot of the name, or the empty one where it belongs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Probe(ReadOnlySpan<byte> name, ulong hash)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var slot = (int)(hash >> 32) & mask; ; slot = (slot + 1) & mask)
        {
            var entry = slots[slot];
            if (entry == 0 || (entry >> 32 == hash >> 32 && NameAt(_places[(int)(uint)entry - 1]).SequenceEqual(name)))
                return slot;
        }
    }

    private int Add(ReadOnlySpan<byte> name, ulong hash, int slot)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, LongestName, nameof(name));
        if (_used + 2 + name.Length > BlockSize)
        {
            _blocks.Add(GC.AllocateUninitializedArray<byte>(BlockSize));
            _used = 0;
        }

        if (Count == _places.Length)
            Array.Resize(ref _places, Count * 2);
        var block = _blocks[^1];
        block[_used] = (byte)name.Length;
        block[_used + 1] = (byte)(name.Length >> 8);
        name.CopyTo(block.AsSpan(_used + 2));
        _places[Count] = ((long)(_blocks.Count - 1) << BlockBits) | (uint)_used;
        _used += 2 + name.Length;
        _slots[slot] = (hash & 0xFFFFFFFF00000000) | (uint)(Count + 1);
        Count++;
        if (Count > _slots.Length / 4 * 3)
            Grow();
        return Count - 1;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new ulong[old.Length * 2];
        var mask = _slots.Length - 1;
        foreach (var entry in old)
        {
            if (entry == 0)
                continue;
            var slot = (int)(entry >> 32) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = entry;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> NameAt(long place)
    {
        var block = _blocks[(int)(place >> BlockBits)];
        var at = (int)place & (BlockSize - 1);
        return block.AsSpan(at + 2, block[at] | (block[at + 1] << 8));
    }
}
