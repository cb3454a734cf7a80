namespace MetaEmbed.Import.Columns;

/// <summary>Cells in messages.</summary>
internal static class Cells
{
    private const int Longest = 40;

    /// <summary>A cell as a message shows it: cut where it is long, control characters as question marks.</summary>
    public static string Shown(ReadOnlySpan<char> cell)
    {
        var cut = cell.Length > Longest ? $"{cell[..Longest]}..." : cell.ToString();
        return string.Concat(cut.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
