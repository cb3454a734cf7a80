using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Inference.Kernels;

/// <summary>Where quantised rows of items come from.</summary>
internal unsafe interface IQuantizedItems
{
    /// <summary>Writes the words of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="words">Gets word w at [w stride].</param>
    /// <param name="stride">Distance of words.</param>
    /// <param name="work"><see cref="QuantizedRow.WorkLength"/> floats.</param>
    QuantizedRow Write(int item, uint* words, int stride, float* work);

    /// <summary>Asks for an item that is needed soon.</summary>
    void Fetch(int item);
}

/// <summary>Items quantised one after the other, as their rows come, until their order is known.</summary>
internal sealed unsafe class QuantizedRows : IQuantizedItems, IDisposable
{
    private const int CacheLine = 64;

    private readonly int _dimension;
    private readonly int _count;
    private QuantizedRow* _rows;
    private uint* _words;

    /// <summary>Takes memory.</summary>
    /// <param name="items">Number of items.</param>
    /// <param name="dimension">d.</param>
    public QuantizedRows(int items, int dimension)
    {
        _dimension = dimension;
        _count = QuantizedRow.Words(dimension);
        _rows = (QuantizedRow*)NativeMemory.Alloc(Math.Max((nuint)items, 1), (nuint)sizeof(QuantizedRow));
        _words = (uint*)NativeMemory.AlignedAlloc(Math.Max((nuint)items * (nuint)_count * sizeof(uint), 64), 64);
    }

    /// <summary>Returns the memory if <see cref="Dispose"/> was not called.</summary>
    ~QuantizedRows() => Free();

    /// <summary>Quantises an item and returns a bound of its row's norm.</summary>
    /// <param name="item">The item.</param>
    /// <param name="row">d floats.</param>
    /// <param name="work"><see cref="QuantizedRow.WorkLength"/> floats.</param>
    public float Set(int item, float* row, float* work)
    {
        _rows[item] = QuantizedRow.Item(row, _dimension, _words + (long)item * _count, 1, work);
        return _rows[item].Norm;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public QuantizedRow Write(int item, uint* words, int stride, float* work)
    {
        var from = _words + (long)item * _count;
        for (var w = 0; w < _count; w++)
            words[(long)w * stride] = from[w];
        return _rows[item];
    }

    public void Fetch(int item)
    {
        if (!Sse.IsSupported)
            return;
        var row = (byte*)(_words + (long)item * _count);
        for (var ahead = 0; ahead < _count * sizeof(uint); ahead += CacheLine)
            Sse.Prefetch0(row + ahead);
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_rows);
        NativeMemory.AlignedFree(_words);
        _rows = null;
        _words = null;
    }
}
