using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// The distinct entities of a batch, ascending, with the places where each occurs: a row of the gradient is summed by
/// its one owner in the order of the places.
/// </summary>
internal sealed unsafe class BatchRows : IDisposable
{
    private readonly NativeBuffer<int> _slots;
    private readonly NativeBuffer<int> _rows;
    private readonly NativeBuffer<int> _starts;
    private readonly NativeBuffer<int> _places;
    private readonly NativeBuffer<ulong> _present;

    /// <summary>Makes room.</summary>
    /// <param name="entities">N.</param>
    /// <param name="places">Most places of a batch (three a triple).</param>
    internal BatchRows(int entities, int places)
    {
        _slots = new NativeBuffer<int>(entities);
        _slots.Span.Fill(-1);
        var rows = Math.Min(entities, places);
        _rows = new NativeBuffer<int>(rows);
        _starts = new NativeBuffer<int>(rows + 1);
        _places = new NativeBuffer<int>(places);
        _present = new NativeBuffer<ulong>((entities + 63) / 64);
    }

    /// <summary>Number of distinct entities.</summary>
    internal int Count { get; private set; }

    /// <summary>The distinct entities, ascending.</summary>
    internal ReadOnlySpan<int> Rows => _rows.Span[..Count];

    /// <summary>Slot of each entity in <see cref="Rows"/>, -1 where it is not in the batch; N long.</summary>
    internal int* Slots => _slots.Pointer;

    /// <summary>Entity of each slot.</summary>
    internal int* RowPointer => _rows.Pointer;

    /// <summary>Where the places of a slot start; Count + 1 long.</summary>
    internal int* Starts => _starts.Pointer;

    /// <summary>Places by slot, ascending within a slot.</summary>
    internal int* Places => _places.Pointer;

    /// <summary>Number of places of a slot.</summary>
    internal int PlaceCount(int slot) => _starts.Pointer[slot + 1] - _starts.Pointer[slot];

    /// <summary>Takes a batch.</summary>
    /// <param name="entities">The entity at each place.</param>
    internal void Set(ReadOnlySpan<int> entities)
    {
        for (var i = 0; i < Count; i++)
            _slots.Pointer[_rows.Pointer[i]] = -1;
        _present.Clear();
        foreach (var entity in entities)
            _present.Pointer[entity >> 6] |= 1UL << (entity & 63);
        var count = 0;
        for (var word = 0; word < _present.Length; word++)
        {
            for (var bits = _present.Pointer[word]; bits != 0; bits &= bits - 1)
            {
                var entity = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                _slots.Pointer[entity] = count;
                _rows.Pointer[count++] = entity;
            }
        }

        Count = count;
        var starts = _starts.Span[..(count + 1)];
        starts.Clear();
        foreach (var entity in entities)
            starts[_slots.Pointer[entity] + 1]++;
        for (var slot = 0; slot < count; slot++)
            starts[slot + 1] += starts[slot];

        // Fill by moving the starts forward, then move them back by one slot.
        for (var place = 0; place < entities.Length; place++)
            _places.Pointer[starts[_slots.Pointer[entities[place]]]++] = place;
        for (var slot = count; slot > 0; slot--)
            starts[slot] = starts[slot - 1];
        starts[0] = 0;
    }

    public void Dispose()
    {
        _slots.Dispose();
        _rows.Dispose();
        _starts.Dispose();
        _places.Dispose();
        _present.Dispose();
    }
}
