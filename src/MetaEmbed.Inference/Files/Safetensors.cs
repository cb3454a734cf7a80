using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace MetaEmbed.Inference.Files;

/// <summary>
/// A safetensors file, opened by memory map or held in memory. Everything its header says is checked before the first
/// tensor can be touched: then a tensor is a span over the file, no copy. Files written by this project start every
/// tensor at a multiple of 64 bytes; others are read too.
/// </summary>
/// <remarks>
/// Format: github.com/huggingface/safetensors, section Format of its README. Spans are valid until
/// <see cref="Dispose"/>. A mapped file must not be shortened in place while it is open; replacing it by a rename is
/// safe (on Windows close it first). Safe for any number of reading threads.
/// </remarks>
public sealed unsafe class Safetensors : IDisposable
{
    private readonly SafetensorsHeader _header;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;

    private Safetensors(string name, long length, byte* start, SafetensorsHeader header, MemoryMappedFile? map, MemoryMappedViewAccessor? view)
    {
        Name = name;
        Length = length;
        _start = start;
        _header = header;
        _map = map;
        _view = view;
    }

    /// <summary>The file, as it was named.</summary>
    public string Name { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>All tensors in the order of their data; padding (names that start with <c>.pad.</c>) is left out.</summary>
    public IReadOnlyList<TensorInfo> Tensors => _header.Ordered;

    /// <summary>Opens a file by memory map.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserMistakeException">The file cannot be read, or anything in its header is wrong.</exception>
    public static Safetensors Open(string path)
    {
        if (Directory.Exists(path))
            throw new UserMistakeException(path, null, "is a folder", "name a safetensors file");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            var length = file.Length;
            if (length < 8)
                SafetensorsHeader.ReadLength(path, length, []);
            return Map(path, file, length);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserMistakeException(path, null, "there is no such file", "check the name", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "check the file and your rights to it", error);
        }
    }

    /// <summary>Checks a file's bytes and keeps a copy of them in memory aligned to 64 bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="UserMistakeException">Anything in the header is wrong.</exception>
    public static Safetensors Read(ReadOnlySpan<byte> bytes, string name)
    {
        var header = Check(name, bytes.Length, bytes);
        var start = (byte*)NativeMemory.AlignedAlloc((nuint)bytes.Length, 64);
        bytes.CopyTo(new Span<byte>(start, bytes.Length));
        return new Safetensors(name, bytes.Length, start, header, null, null);
    }

    /// <summary>Looks a tensor up.</summary>
    public bool TryFind(string tensor, [NotNullWhen(true)] out TensorInfo? info)
    {
        return _header.Tensors.TryGetValue(tensor, out info);
    }

    /// <summary>A tensor that must be there.</summary>
    /// <exception cref="UserMistakeException">It is not.</exception>
    public TensorInfo Find(string tensor)
    {
        return TryFind(tensor, out var info)
            ? info
            : throw new UserMistakeException(Name, null, $"has no tensor {SafetensorsHeader.Quote(tensor)}", "name a file that holds it");
    }

    /// <summary>The elements of a tensor, a span over the file.</summary>
    /// <typeparam name="T">The .NET type of its elements; <see cref="ushort"/> for BF16.</typeparam>
    /// <param name="tensor">Its name.</param>
    /// <param name="shape">The shape it must have, -1 for any extent; none given: any shape.</param>
    /// <exception cref="UserMistakeException">It is missing, of another type or shape.</exception>
    public ReadOnlySpan<T> Values<T>(string tensor, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var info = Find(tensor);
        if (!info.Type.Holds<T>())
            throw new UserMistakeException(Name, null, $"tensor {SafetensorsHeader.Quote(tensor)} is of type {info.Type.Name()}", $"{typeof(T).Name} is needed here");
        if (shape.Length > 0 && !Fits(info.Shape, shape))
        {
            var wanted = string.Join(", ", shape.ToArray().Select(extent => extent < 0 ? "any" : extent.ToString()));
            throw new UserMistakeException(Name, null, $"tensor {SafetensorsHeader.Quote(tensor)} has the shape {info.ShapeText}", $"[{wanted}] is needed here");
        }

        if (info.Count > int.MaxValue)
            throw new UserMistakeException(Name, null, $"tensor {SafetensorsHeader.Quote(tensor)} has {info.Count} elements", $"at most {int.MaxValue} can be used at a time");
        ObjectDisposedException.ThrowIf(_start is null, this);
        return new ReadOnlySpan<T>(_start + info.Offset, (int)info.Count);
    }

    /// <summary>A stretch of the file's bytes, header included; for checksums.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>Closes the file; spans over it are void from here on.</summary>
    public void Dispose()
    {
        if (_start is null)
            return;
        if (_view is null)
            NativeMemory.AlignedFree(_start);
        else
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _start = null;
        _view?.Dispose();
        _map?.Dispose();
    }

    private static Safetensors Map(string path, FileStream file, long length)
    {
        MemoryMappedFile? map = null;
        MemoryMappedViewAccessor? view = null;
        byte* start = null;
        try
        {
            map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            var front = new ReadOnlySpan<byte>(start, (int)Math.Min(length, 8 + SafetensorsHeader.MaximumLength));
            return new Safetensors(path, length, start, Check(path, length, front), map, view);
        }
        catch
        {
            if (start is not null)
                view!.SafeMemoryMappedViewHandle.ReleasePointer();
            view?.Dispose();
            map?.Dispose();
            throw;
        }
    }

    private static SafetensorsHeader Check(string name, long length, ReadOnlySpan<byte> front)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Tensors are little-endian, this processor is not.");
        var header = SafetensorsHeader.ReadLength(name, length, front);
        return SafetensorsHeader.Parse(name, length, front.Slice(8, header));
    }

    private static bool Fits(IReadOnlyList<long> shape, ReadOnlySpan<long> wanted)
    {
        if (shape.Count != wanted.Length)
            return false;
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] >= 0 && wanted[i] != shape[i])
                return false;
        }

        return true;
    }
}
