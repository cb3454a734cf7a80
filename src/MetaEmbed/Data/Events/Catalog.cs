using System.Text;
using MetaEmbed.Storage;

namespace MetaEmbed.Data.Events;

/// <summary>
/// What is known about items besides their names: rows of a table by item. In a dataset folder it lies as
/// <c>catalog.csv</c>, a row for each item in the order of ids, and its titles as <c>titles.txt</c>, a line for each.
/// </summary>
public sealed class Catalog
{
    /// <summary>Name of the file with all columns.</summary>
    public const string FileName = "catalog.csv";

    private readonly IdMap _items = new();
    private readonly List<string[]> _rows = [];
    private readonly int _item;
    private readonly int _title;

    /// <summary>Starts an empty catalog.</summary>
    /// <param name="columns">Names of its columns.</param>
    /// <param name="item">Which column names the item.</param>
    /// <param name="title">Which column is shown to people; -1 for none.</param>
    public Catalog(IReadOnlyList<string> columns, int item, int title)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)item, (uint)columns.Count);
        (Columns, _item, _title) = (columns, item, title);
    }

    /// <summary>Names of its columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Number of items.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell for each column.</param>
    /// <returns>Whether its item had no row yet; of several rows the first counts.</returns>
    public bool Add(string[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (_items.GetOrAdd(Encoding.UTF8.GetBytes(cells[_item].Trim())) < _rows.Count)
            return false;
        _rows.Add(cells);
        return true;
    }

    /// <summary>Writes the rows of some items.</summary>
    /// <param name="folder">The dataset folder.</param>
    /// <param name="names">The import's map of items.</param>
    /// <param name="order">Number in the map of each item of the dataset.</param>
    /// <returns>How many of them have a row; the others get one with their name only.</returns>
    internal int Write(string folder, IdMap names, int[] order)
    {
        var found = 0;
        AtomicFile.Write(Path.Combine(folder, FileName), stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            text.WriteLine(string.Join(',', Columns.Select(Cell)));
            foreach (var id in order)
            {
                var name = names.NameOf(id);
                var row = _items.Find(name);
                found += row >= 0 ? 1 : 0;
                var cells = row >= 0 ? _rows[row] : [.. Enumerable.Range(0, Columns.Count).Select(column => column == _item ? Encoding.UTF8.GetString(names.NameOf(id)) : "")];
                text.WriteLine(string.Join(',', cells.Select(Cell)));
            }
        });
        if (_title >= 0)
            EntityNames.Write(Path.Combine(folder, EntityNames.TitleFile), [.. order.Select(id => _items.Find(names.NameOf(id)) is >= 0 and var row ? _rows[row][_title].Trim() : "")]);
        return found;
    }

    // RFC 4180.
    private static string Cell(string text) =>
        text.AsSpan().IndexOfAny("\",\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
