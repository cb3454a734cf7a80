namespace MetaEmbed.Cli.Views;

/// <summary>Columns of words, as wide as their widest cell; the first column to the left, numbers to the right.</summary>
internal static class TextTable
{
    public static void Write(TextWriter text, IReadOnlyList<string[]> rows, params int[] leftAligned)
    {
        var widths = new int[rows.Max(row => row.Length)];
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
                widths[column] = Math.Max(widths[column], row[column].Length);
        }

        foreach (var row in rows)
        {
            var cells = row.Select((cell, column) =>
                column == 0 || leftAligned.Contains(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
