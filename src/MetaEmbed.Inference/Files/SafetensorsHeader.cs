using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MetaEmbed.Inference.Files;

/// <summary>
/// Parses and checks the front of a safetensors file: 8 bytes N (little-endian), N bytes of JSON
/// (<c>{"__metadata__": {text: text}, name: {"dtype", "shape", "data_offsets": [begin, end]}}</c>, then spaces), and
/// the data, which the tensors fill from end to end: no overlap, no hole, nothing behind the last one.
/// </summary>
internal sealed class SafetensorsHeader
{
    public const int MaximumLength = 100_000_000;
    public const int MaximumRank = 8;
    public const string MetadataName = "__metadata__";
    public const string PaddingPrefix = ".pad.";

    private const string Remedy = "the file is damaged or was not written as safetensors";

    private readonly string _file;
    private readonly long _fileLength;

    private SafetensorsHeader(string file, long fileLength)
    {
        _file = file;
        _fileLength = fileLength;
    }

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TensorInfo> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>The tensors in the order of their data, padding left out.</summary>
    public List<TensorInfo> Ordered { get; } = [];

    /// <summary>Length of the JSON, from the first 8 bytes, once it is known to lie inside the file.</summary>
    public static int ReadLength(string file, long fileLength, ReadOnlySpan<byte> first)
    {
        if (fileLength < 8)
            throw Mistake(file, $"has {fileLength} bytes, but a safetensors file starts with the 8 bytes of its header's length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(first);
        if (length > MaximumLength)
            throw Mistake(file, $"header of {length} bytes announced, but at most {MaximumLength} are allowed");
        if (length > (ulong)(fileLength - 8))
            throw Mistake(file, $"header of {length} bytes announced, but only {fileLength - 8} follow");
        if (length < 2)
            throw Mistake(file, $"header of {length} bytes announced, but {{}} takes 2");
        return (int)length;
    }

    /// <summary>Parses the JSON and checks every tensor against the file's length.</summary>
    public static SafetensorsHeader Parse(string file, long fileLength, ReadOnlySpan<byte> json)
    {
        var header = new SafetensorsHeader(file, fileLength);
        if (json[0] != (byte)'{')
            throw Mistake(file, $"header starts with byte 0x{json[0]:x2}, but '{{' is required");
        if (!Utf8.IsValid(json))
            throw Mistake(file, "header is not UTF-8");
        try
        {
            header.ReadObject(json);
        }
        catch (JsonException error)
        {
            throw Mistake(file, $"header is not valid JSON at byte {8 + (error.BytePositionInLine ?? 0)}", error);
        }
        catch (InvalidOperationException error)
        {
            // Utf8JsonReader's answer to a text with half a surrogate pair.
            throw Mistake(file, "header holds a text that is not Unicode", error);
        }

        header.CheckLayout(8 + json.Length);
        return header;
    }

    private void ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        reader.Read();
        var metadataSeen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name == MetadataName)
            {
                if (metadataSeen)
                    throw Mistake(_file, $"{MetadataName} stands twice in the header, allowed is once");
                metadataSeen = true;
                ReadMetadata(ref reader);
            }
            else
            {
                var tensor = ReadTensor(ref reader, name, 8L + json.Length);
                if (!Tensors.TryAdd(name, tensor))
                    throw Mistake(_file, $"tensor {Quote(name)} stands twice in the header, allowed is once");
            }
        }

        // Anything but white space behind the closing brace makes the reader throw.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Mistake(_file, $"{MetadataName} is not an object of texts");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Mistake(_file, $"{MetadataName} entry {Quote(key)} is not a text, the only kind allowed");
            if (!Metadata.TryAdd(key, reader.GetString()!))
                throw Mistake(_file, $"{MetadataName} entry {Quote(key)} stands twice, allowed is once");
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader reader, string name, long dataStart)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(name, "is not described by an object with dtype, shape and data_offsets");
        TensorType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (key switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false })
                throw Wrong(name, $"{key} stands twice, allowed is once");
            switch (key)
            {
                case "dtype":
                    type = ReadType(ref reader, name);
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, name, key, MaximumRank);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, name, key, 2);
                    if (offsets.Length != 2)
                        throw Wrong(name, $"data_offsets has {offsets.Length} numbers, 2 are required");
                    break;
                default:
                    throw Wrong(name, $"has a field {Quote(key)}; allowed are dtype, shape and data_offsets");
            }
        }

        if (type is null || shape is null || offsets is null)
            throw Wrong(name, $"has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        return Check(name, type.Value, shape, offsets[0], offsets[1], dataStart);
    }

    private TensorType ReadType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Wrong(name, "dtype is not a text");
        var text = reader.GetString()!;
        return TensorTypes.TryParse(text, out var type)
            ? type
            : throw Wrong(name, $"dtype {Quote(text)} is unknown; allowed are {TensorTypes.Allowed}");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string key, int maximum)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(name, $"{key} is not a list of whole numbers");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Wrong(name, $"{key} holds {Shown(ref reader)}; allowed are whole numbers from 0 to {long.MaxValue}");
            if (numbers.Count == maximum)
                throw Wrong(name, $"{key} has more than {maximum} numbers");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private TensorInfo Check(string name, TensorType type, long[] shape, long begin, long end, long dataStart)
    {
        var described = TensorInfo.Describe(shape);
        var available = _fileLength - dataStart;
        if (begin > end)
            throw Wrong(name, $"data_offsets [{begin}, {end}] end before they begin");
        if (end > available)
            throw Wrong(name, $"data_offsets [{begin}, {end}] reach beyond the {available} bytes of data in the file");
        long needed = type.Size();
        var empty = false;
        foreach (var extent in shape)
        {
            empty |= extent == 0;
            if (extent != 0 && needed > long.MaxValue / extent)
                throw Wrong(name, $"shape {described} of {type.Name()} takes more bytes than a file can have");
            needed *= Math.Max(extent, 1);
        }

        needed = empty ? 0 : needed;
        if (needed != end - begin)
            throw Wrong(name, $"shape {described} of {type.Name()} takes {needed} bytes, but data_offsets [{begin}, {end}] hold {end - begin}");
        return new TensorInfo(name, type, shape, dataStart + begin, needed);
    }

    private void CheckLayout(long dataStart)
    {
        var sorted = Tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.Length).ThenBy(t => t.Name, StringComparer.Ordinal);
        var position = dataStart;
        TensorInfo? previous = null;
        foreach (var tensor in sorted)
        {
            if (tensor.Offset < position)
                throw Wrong(tensor.Name, $"begins at {tensor.Offset - dataStart}, inside tensor {Quote(previous!.Name)} that ends at {position - dataStart}; tensors may not overlap");
            if (tensor.Offset > position)
                throw Wrong(tensor.Name, $"begins at {tensor.Offset - dataStart}, but the data before it end at {position - dataStart}; holes are not allowed");
            position = tensor.Offset + tensor.Length;
            previous = tensor;
            if (tensor.Name.StartsWith(PaddingPrefix, StringComparison.Ordinal))
                Tensors.Remove(tensor.Name);
            else
                Ordered.Add(tensor);
        }

        if (position != _fileLength)
            throw Mistake(_file, $"{_fileLength - position} bytes follow the last tensor, none are allowed");
    }

    private static string Shown(ref Utf8JsonReader reader)
    {
        var raw = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject
            ? "a list or an object"
            : Encoding.UTF8.GetString(reader.ValueSpan);
        return Quote(raw);
    }

    /// <summary>A name from the file, fit for one line: short, and without control characters.</summary>
    internal static string Quote(string text)
    {
        var shown = new StringBuilder("'");
        foreach (var letter in text.Length > 80 ? text.AsSpan(0, 80) : text)
            shown.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter);
        return shown.Append(text.Length > 80 ? "...'" : "'").ToString();
    }

    private UserMistakeException Wrong(string tensor, string found)
    {
        return Mistake(_file, $"tensor {Quote(tensor)} {found}");
    }

    private static UserMistakeException Mistake(string file, string found, Exception? inner = null)
    {
        return new UserMistakeException(file, null, found, Remedy, inner);
    }
}
