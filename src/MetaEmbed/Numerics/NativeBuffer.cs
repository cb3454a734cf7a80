using System.Runtime.InteropServices;

namespace MetaEmbed.Numerics;

/// <summary>An array outside the collector's heap, zero at first, on a 64-byte boundary; kernels hold its pointer.</summary>
/// <typeparam name="T">A plain type.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private T* _data;

    internal NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // One line of slack: kernels may prefetch or read up to the end of the last line.
        var bytes = (nuint)length * (nuint)sizeof(T) + 64;
        _data = (T*)LargePages.Allocate(bytes);
        NativeMemory.Clear(_data, bytes);
    }

    ~NativeBuffer() => Free();

    internal long Length { get; }

    internal T* Pointer => _data;

    internal Span<T> Span => new(_data, checked((int)Length));

    internal static NativeBuffer<T> From(ReadOnlySpan<T> source)
    {
        var buffer = new NativeBuffer<T>(source.Length);
        source.CopyTo(buffer.Span);
        return buffer;
    }

    internal void Clear() => NativeMemory.Clear(_data, (nuint)Length * (nuint)sizeof(T));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_data is null)
            return;
        NativeMemory.AlignedFree(_data);
        _data = null;
    }
}
