using System.Buffers;
using System.Text;
using MetaEmbed.Data.Events;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Sources;

namespace MetaEmbed.Import.Readers;

/// <summary>Events from lines of <c>user item item ...</c>, whole numbers from 0.</summary>
internal sealed class InteractionTextSource(SourceFile file) : Source(file, SourceFormat.Text, new ChosenColumns(["first", "following"], 0, 1, -1, -1, -1, false))
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("0123456789 \r\n");
    private static readonly SearchValues<byte> NumbersAndSpaces = SearchValues.Create("0123456789 \t"u8);

    /// <summary>Whether a text looks like this format: digits, spaces and line ends only.</summary>
    public static bool Recognises(SourceFile file, TextSample sample) =>
        file.ShortName.Contains(".txt", StringComparison.OrdinalIgnoreCase) && sample.Text.AsSpan().IndexOfAnyExcept(Plain) < 0;

    protected override void Read(RowIntake intake)
    {
        using var stream = Compression.Unpack(File.Read(), out _);
        var lines = new ByteLines(File.Name, stream);
        while (lines.MoveNext())
        {
            var line = lines.Line.Span;
            if (lines.Number == 1 && line.StartsWith(Encoding.UTF8.Preamble))
                line = line[Encoding.UTF8.Preamble.Length..];
            if (Reason(line) is { } reason)
            {
                intake.Reject(lines.Number, reason);
                continue;
            }

            var user = Next(ref line);
            while (!(line = line.TrimStart(" \t"u8)).IsEmpty)
                intake.Add(lines.Number, user, Next(ref line));
        }
    }

    private static string? Reason(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOfAnyExcept(NumbersAndSpaces);
        if (at < 0)
            return null;
        var start = line[..at].LastIndexOfAny((byte)' ', (byte)'\t') + 1;
        var length = line[start..].IndexOfAny((byte)' ', (byte)'\t');
        return $"'{EventName.Shown(Encoding.UTF8.GetString(length < 0 ? line[start..] : line.Slice(start, length)))}' is no whole number";
    }

    // The next number, without leading zeros: 07 and 7 are one id.
    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        var number = end < 0 ? line : line[..end];
        line = end < 0 ? [] : line[end..];
        var digits = number.TrimStart((byte)'0');
        return digits.IsEmpty && !number.IsEmpty ? number[^1..] : digits;
    }
}
