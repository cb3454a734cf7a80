using System.Buffers;
using System.Text;

namespace MetaEmbed.Data.Events;

/// <summary>
/// The rules for ids of users and items in a source, the same whatever the source: not empty, at most
/// <see cref="IdMap.LongestName"/> bytes of UTF-8, no control characters. Spaces around them do not count.
/// </summary>
public static class EventName
{
    private const int Longest = 40;

    private static readonly SearchValues<char> Unfit = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(code => (char)code), '\u007F', '\u0085', '\u2028', '\u2029', '\uFFFD']);

    /// <summary>What makes a text no id, as the rest of a clause; null where nothing does.</summary>
    /// <param name="id">The text, without spaces around it.</param>
    public static string? Flaw(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty)
            return "is empty";
        if (id.Length > IdMap.LongestName / 3 && Encoding.UTF8.GetByteCount(id) is > IdMap.LongestName and var bytes)
            return $"'{Shown(id)}' has {bytes:N0} bytes, more than {IdMap.LongestName:N0}";
        var at = id.IndexOfAny(Unfit);
        if (at < 0)
            return null;
        return id[at] == '\uFFFD' ? $"'{Shown(id)}' is not UTF-8" : $"'{Shown(id)}' holds a control character or a line break";
    }

    /// <summary>A cell as a message shows it: cut where it is long, control characters as question marks.</summary>
    /// <param name="cell">The text.</param>
    public static string Shown(ReadOnlySpan<char> cell)
    {
        var cut = cell.Length > Longest ? $"{cell[..Longest]}..." : cell.ToString();
        return string.Concat(cut.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
