using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MetaEmbed.Inference.Files;

/// <summary>
/// A line of JSON that carries its own checksum: <c>{"crc":"1a2b3c4d","time":...}</c>. The eight hexadecimal digits are the
/// CRC-32C of all bytes behind the comma, up to the line's end. Any reader of JSON lines reads it; one that knows the rule
/// finds lines that were cut off or damaged.
/// </summary>
internal static class CheckedLine
{
    private const int Digits = 8;

    /// <summary>Bytes in front of what the checksum is of.</summary>
    public static int PrefixLength => Start.Length + Digits + End.Length;

    private static ReadOnlySpan<byte> Start => "{\"crc\":\""u8;

    private static ReadOnlySpan<byte> End => "\","u8;

    /// <summary>Whether a line carries a checksum.</summary>
    /// <param name="line">The line without its line feed.</param>
    public static bool HasChecksum(ReadOnlySpan<byte> line) =>
        line.Length > PrefixLength && line.StartsWith(Start) && line.Slice(Start.Length + Digits, End.Length).SequenceEqual(End);

    /// <summary>Whether it carries one that its bytes have.</summary>
    /// <param name="line">The line without its line feed.</param>
    public static bool IsIntact(ReadOnlySpan<byte> line) =>
        HasChecksum(line)
        && uint.TryParse(line.Slice(Start.Length, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var written)
        && written == Of(line[PrefixLength..]);

    /// <summary>Puts the prefix before a line whose rest is there already.</summary>
    /// <param name="line">The line without its line feed; the first <see cref="PrefixLength"/> bytes are overwritten.</param>
    public static void Seal(Span<byte> line)
    {
        Start.CopyTo(line);
        Of(line[PrefixLength..]).TryFormat(line[Start.Length..], out _, "x8", CultureInfo.InvariantCulture);
        End.CopyTo(line[(Start.Length + Digits)..]);
    }

    // CRC-32C (Castagnoli): start and end inverted.
    private static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, eight);
        foreach (var one in bytes[^(bytes.Length % sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
