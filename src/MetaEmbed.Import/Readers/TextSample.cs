using System.Text;
using MetaEmbed.Import.Sources;
using MetaEmbed.Inference;

namespace MetaEmbed.Import.Readers;

/// <summary>The beginning of a text, which format, separator and columns are recognised by.</summary>
/// <param name="Text">Whole lines, or the whole text where it is short.</param>
/// <param name="IsWhole">Whether nothing follows.</param>
internal sealed record TextSample(string Text, bool IsWhole)
{
    private const int Size = 1 << 17;

    /// <summary>Reads it.</summary>
    /// <param name="file">The source.</param>
    /// <param name="head">Its first bytes, unpacked.</param>
    /// <param name="size">Tests make it small.</param>
    /// <exception cref="UserMistakeException">It is no text of an encoding that is known.</exception>
    public static TextSample Of(SourceFile file, ReadOnlyMemory<byte> head, int size = Size)
    {
        using var reader = Reader(new MemoryStream(head.ToArray()));
        var text = reader.ReadToEnd();
        if (text.AsSpan().IndexOfAnyExcept("\r\n\t \0") < 0 && head.Length < size)
            throw new UserMistakeException(file.Name, null, "is empty", "give a file with a row for each event");
        if (text.Count(letter => letter == '\0') > text.Length / 8)
            throw new UserMistakeException(file.Name, null, "is no text: it looks like UTF-16 without its mark, or like a binary file", "save it as UTF-8, or name its format with --format");
        var isWhole = head.Length < size;
        var end = isWhole ? text.Length : text.LastIndexOf('\n') + 1;
        return new TextSample(end > 0 ? text[..end] : text, isWhole);
    }

    /// <summary>The first bytes of a source, unpacked.</summary>
    public static byte[] Head(SourceFile file, out string packing, int size = Size)
    {
        var head = new byte[size];
        var (length, kind) = (0, "");
        Compression.Guard(file.Name, () =>
        {
            // Standard input stays open: it is read on later.
            var raw = file.Look();
            try
            {
                length = Compression.Unpack(raw, out kind).ReadAtLeast(head, size, throwOnEndOfStream: false);
            }
            finally
            {
                if (!file.IsStandardInput)
                    raw.Dispose();
            }
        });
        packing = kind;
        return head[..length];
    }

    /// <summary>Text of UTF-8, or of UTF-16 or UTF-32 where a byte order mark says so.</summary>
    public static StreamReader Reader(Stream stream) => new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, 1 << 16);

    /// <summary>The first lines, without their ends and without blank ones.</summary>
    public IEnumerable<string> Lines(int count) => Text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).Take(count);
}
