using System.IO.Compression;
using MetaEmbed.Inference;
using ZstdSharp;

namespace MetaEmbed.Import.Sources;

/// <summary>Unpacks gzip and zstd, which a file is recognised as by its first bytes.</summary>
internal static class Compression
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> ZstdMagic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>The content of a stream, unpacked where it is packed.</summary>
    /// <param name="raw">The bytes of a file from its beginning.</param>
    /// <param name="kind">gzip or zstd; empty where it is not packed.</param>
    public static Stream Unpack(Stream raw, out string kind)
    {
        Span<byte> head = stackalloc byte[4];
        var length = raw.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var whole = new ConcatenatedStream(head[..length].ToArray(), raw, []);
        if (head[..length].StartsWith(GzipMagic))
        {
            kind = "gzip";
            return new CompleteGzipStream(head[..length].ToArray(), raw);
        }

        if (head[..length].StartsWith(ZstdMagic))
        {
            kind = "zstd";
            return new DecompressionStream(whole);
        }

        kind = "";
        return whole;
    }

    /// <summary>Runs a reading and says in one line what is wrong with the bytes, if anything.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">The reading.</param>
    public static void Guard(string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or ZstdException)
        {
            throw new UserMistakeException(file, null, "is damaged or cut off: it cannot be unpacked to its end", "get it again, or unpack and check it by hand", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(file, null, $"cannot be read ({failure.Message.TrimEnd('.')})", "check the file and the disk", failure);
        }
    }

    /// <summary>A beginning, a stream, an end.</summary>
    private sealed class ConcatenatedStream(byte[] head, Stream middle, byte[] tail) : ReadOnlyStream
    {
        private int _head;
        private int _tail;
        private bool _middleDone;

        public override int Read(Span<byte> buffer)
        {
            if (_head < head.Length)
                return Take(head, ref _head, buffer);
            if (!_middleDone)
            {
                if (buffer.IsEmpty)
                    return 0;
                if (middle.Read(buffer) is > 0 and var read)
                    return read;
                _middleDone = true;
            }

            return Take(tail, ref _tail, buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                middle.Dispose();
            base.Dispose(disposing);
        }

        private static int Take(byte[] from, ref int at, Span<byte> into)
        {
            var count = Math.Min(from.Length - at, into.Length);
            from.AsSpan(at, count).CopyTo(into);
            at += count;
            return count;
        }
    }

    /// <summary>
    /// Unpacks gzip and notices where it is cut off, which the runtime's stream does not tell: one more member is put
    /// behind the file, whose content must be the last to come out.
    /// </summary>
    private sealed class CompleteGzipStream : ReadOnlyStream
    {
        private static readonly byte[] Mark = "metaembed-end-of-gzip-file"u8.ToArray();
        private static readonly byte[] PackedMark = Pack(Mark);
        private readonly GZipStream _gzip;
        private readonly byte[] _buffer = new byte[(1 << 16) + 64];
        private int _start;
        private int _end;
        private bool _done;

        public CompleteGzipStream(byte[] head, Stream raw) =>
            _gzip = new GZipStream(new ConcatenatedStream(head, raw, PackedMark), CompressionMode.Decompress);

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty)
                return 0;
            while (!_done && _end - _start <= Mark.Length)
                Fill();
            var count = Math.Min(_end - _start - Mark.Length, buffer.Length);
            if (_done && !_buffer.AsSpan(_end - Mark.Length, Mark.Length).SequenceEqual(Mark))
                throw new InvalidDataException();
            _buffer.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _gzip.Dispose();
            base.Dispose(disposing);
        }

        private void Fill()
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var read = _gzip.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _done = read == 0;
            if (_done && _end < Mark.Length)
                throw new InvalidDataException();
        }

        private static byte[] Pack(byte[] content)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                gzip.Write(content);
            return packed.ToArray();
        }
    }
}
