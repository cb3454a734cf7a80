using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Inference.Kernels;

/// <summary>Where rows of items come from.</summary>
internal unsafe interface IItemRows
{
    /// <summary>The row of an item, valid until the room is used again.</summary>
    /// <param name="item">The item.</param>
    /// <param name="room">Room for a row.</param>
    float* Row(int item, float* room);

    /// <summary>Asks for a row that is needed soon.</summary>
    void Fetch(int item);
}

/// <summary>Rows that lie in memory one after the other.</summary>
/// <param name="rows">items x d.</param>
/// <param name="dimension">d.</param>
internal readonly unsafe struct ContiguousRows(float* rows, int dimension) : IItemRows, IQuantizedItems
{
    private const int CacheLine = 64;

    private readonly float* _rows = rows;
    private readonly int _dimension = dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int item, float* room) => _rows + (long)item * _dimension;

    public QuantizedRow Write(int item, uint* words, int stride, float* work) =>
        QuantizedRow.Item(_rows + (long)item * _dimension, _dimension, words, stride, work);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int item)
    {
        if (!Sse.IsSupported)
            return;
        var row = (byte*)(_rows + (long)item * _dimension);
        for (var ahead = 0; ahead < _dimension * sizeof(float); ahead += CacheLine)
            Sse.Prefetch0(row + ahead);
    }
}
