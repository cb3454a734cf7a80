using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Storage;

/// <summary>
/// Writes safetensors files. Equal input gives equal bytes: tensors stay in the order given, metadata is sorted by key.
/// </summary>
/// <remarks>
/// Every tensor starts at a multiple of 64 bytes from the start of the file. The format forbids holes, so the header is
/// filled with spaces, and a tensor that ends elsewhere is followed by one of zero bytes named <c>.pad.0</c>,
/// <c>.pad.1</c>, ...; readers of this project do not list those. The first metadata entry, <c>checksum.xxh128</c>, is
/// the XxHash128 of the whole file in which its own 32 digits are zeros.
/// </remarks>
internal static class SafetensorsWriter
{
    internal const int Alignment = 64;
    private const string ChecksumKey = "checksum.xxh128";

    /// <summary>How a header of this writer starts, up to the digits of the checksum.</summary>
    internal static ReadOnlySpan<byte> ChecksumPrefix => "{\"__metadata__\":{\"checksum.xxh128\":\""u8;

    /// <summary>Where the digits start in the file.</summary>
    internal static int ChecksumOffset => 8 + ChecksumPrefix.Length;

    /// <summary>What stands for the digits while the checksum is computed.</summary>
    internal static ReadOnlySpan<byte> BlankChecksum => "00000000000000000000000000000000"u8;

    /// <summary>Writes a file, atomically.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">Tensors, in the order that the file will have.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; null for none.</param>
    /// <exception cref="ArgumentException">A name stands twice or is reserved; the header would pass 100 MB.</exception>
    /// <exception cref="UserMistakeException">The file cannot be written; an older one stays as it was.</exception>
    public static void Write(string path, IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Write(path, tensors, metadata, null, null);
    }

    /// <summary>Writes to a stream that can seek, from its present position, which must be 0.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyList{TensorEntry}, IReadOnlyDictionary{string, string})"/>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">Tensors, in the order that the file will have.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; null for none.</param>
    public static void Write(Stream stream, IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Emit(stream, Header(tensors, metadata), tensors);
    }

    internal static void Write(string path, IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata, string? keepOldAs, Action<AtomicStep>? at)
    {
        var header = Header(tensors, metadata);
        var length = header.Length + tensors.Sum(t => RoundUp(t.Length)) - (tensors.Count == 0 ? 0 : Padding(tensors[^1].Length));
        AtomicFile.Write(path, stream => Emit(stream, header, tensors), length, keepOldAs, at);
    }

    private static void Emit(Stream stream, byte[] header, IReadOnlyList<TensorEntry> tensors)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Tensors are little-endian, this processor is not.");
        if (stream.Position != 0)
            throw new ArgumentException("the stream must stand at its start", nameof(stream));
        using var hashing = new HashingStream(stream);
        hashing.Write(header);
        var zeros = new byte[Alignment];
        for (var i = 0; i < tensors.Count; i++)
        {
            var before = hashing.Count;
            tensors[i].Write(hashing);
            if (hashing.Count - before != tensors[i].Length)
                throw new InvalidOperationException($"tensor '{tensors[i].Name}' wrote {hashing.Count - before} bytes, its shape takes {tensors[i].Length}");
            if (i < tensors.Count - 1)
                hashing.Write(zeros.AsSpan(0, Padding(tensors[i].Length)));
        }

        var end = stream.Position;
        stream.Position = ChecksumOffset;
        stream.Write(System.Text.Encoding.ASCII.GetBytes(hashing.Digits()));
        stream.Position = end;
    }

    private static byte[] Header(IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.GetSpan(8)[..8].Clear();
        buffer.Advance(8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            WriteTensors(json, tensors);
            json.WriteEndObject();
        }

        var spaces = Padding(buffer.WrittenCount);
        buffer.GetSpan(Alignment)[..spaces].Fill((byte)' ');
        buffer.Advance(spaces);
        var header = buffer.WrittenSpan.ToArray();
        if (header.Length - 8 > SafetensorsHeader.MaximumLength)
            throw new ArgumentException($"the header would take {header.Length - 8} bytes, at most {SafetensorsHeader.MaximumLength} are allowed", nameof(tensors));
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        json.WriteString(ChecksumKey, BlankChecksum);
        foreach (var (key, value) in (metadata ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (key == ChecksumKey)
                throw new ArgumentException($"metadata key '{ChecksumKey}' is reserved", nameof(metadata));
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, IReadOnlyList<TensorEntry> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var position = 0L;
        for (var i = 0; i < tensors.Count; i++)
        {
            var tensor = tensors[i];
            if (tensor.Name == SafetensorsHeader.MetadataName || tensor.Name.StartsWith(SafetensorsHeader.PaddingPrefix, StringComparison.Ordinal))
                throw new ArgumentException($"tensor name '{tensor.Name}' is reserved", nameof(tensors));
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"tensor '{tensor.Name}' is given twice", nameof(tensors));
            WriteTensor(json, tensor.Name, tensor.Type, tensor.Shape, position, tensor.Length);
            position += tensor.Length;
            var padding = Padding(tensor.Length);
            if (padding > 0 && i < tensors.Count - 1)
            {
                WriteTensor(json, SafetensorsHeader.PaddingPrefix + i, TensorType.U8, [padding], position, padding);
                position += padding;
            }
        }
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, TensorType type, IReadOnlyList<long> shape, long begin, long length)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", type.Name());
        json.WriteStartArray("shape");
        foreach (var extent in shape)
            json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int Padding(long length) => (int)(-length & (Alignment - 1));

    private static long RoundUp(long length) => length + Padding(length);

    /// <summary>Counts and hashes what passes through; callbacks can neither seek nor close the file.</summary>
    private sealed class HashingStream(Stream inner) : Stream
    {
        private readonly XxHash128 _hash = new();

        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Count;

        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public string Digits() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            _hash.Append(buffer);
            Count += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
