using System.Runtime.InteropServices;
using MetaEmbed.Inference;
using Microsoft.Win32.SafeHandles;

namespace MetaEmbed.Serving.Models;

/// <summary>The bytes of a model file for the time of loading, outside of the collector's heap.</summary>
internal sealed unsafe class FileBytes : IDisposable
{
    private readonly byte* _start;
    private readonly int _length;

    private FileBytes(int length)
    {
        _length = length;
        _start = (byte*)NativeMemory.Alloc((nuint)length);
    }

    public ReadOnlySpan<byte> Span => new(_start, _length);

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserMistakeException">It cannot be read, or has more than 2 GiB.</exception>
    public static FileBytes Read(string path)
    {
        if (Directory.Exists(path))
            throw new UserMistakeException(path, null, "is a folder without a file that ends in .metaembed", "export a model into it, or name a file");
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > int.MaxValue)
                throw new UserMistakeException(path, null, $"has {length} bytes, more than is copied to memory", "map it: --load map");
            var bytes = new FileBytes((int)length);
            try
            {
                Fill(file, bytes, path);
                return bytes;
            }
            catch
            {
                bytes.Dispose();
                throw;
            }
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

    public void Dispose() => NativeMemory.Free(_start);

    private static void Fill(SafeFileHandle file, FileBytes bytes, string path)
    {
        var into = new Span<byte>(bytes._start, bytes._length);
        for (var at = 0; at < into.Length;)
        {
            var read = RandomAccess.Read(file, into[at..], at);
            if (read == 0)
                throw new UserMistakeException(path, null, "was shortened while it was read", "write a model beside and rename it");
            at += read;
        }
    }
}
