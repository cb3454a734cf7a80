namespace MetaEmbed.Data;

/// <summary>
/// What is known of the items of a dataset besides their names: a table with a row for each item, in the order of ids.
/// A cell may hold several values with <c>|</c> between them.
/// </summary>
public sealed class ItemFields
{
    private readonly string[] _columns;
    private readonly string[][] _cells;

    /// <summary>Takes over the cells.</summary>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="cells">For each column the cell of each item; empty where nothing is known.</param>
    public ItemFields(string[] columns, string[][] cells)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(cells);
        if (columns.Length != cells.Length || cells.Any(column => column.Length != cells[0].Length))
            throw new ArgumentException("every column needs a cell for each item", nameof(cells));
        _columns = columns;
        _cells = cells;
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Number of items.</summary>
    public int ItemCount => _cells.Length == 0 ? 0 : _cells[0].Length;

    /// <summary>The column of a name, whatever its case; -1 where there is none.</summary>
    /// <param name="name">The name.</param>
    public int Find(string name) => Array.FindIndex(_columns, column => string.Equals(column, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The cells of a column, by item.</summary>
    /// <param name="column">The column.</param>
    public ReadOnlySpan<string> Of(int column) => _cells[column];

    /// <summary>The values of a cell.</summary>
    /// <param name="cell">The cell.</param>
    public static string[] Values(string cell) => cell.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
