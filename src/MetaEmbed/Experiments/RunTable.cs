using System.Globalization;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>
/// A small table kept as CSV without quotes. Each change replaces the whole file atomically, and a row with the key of
/// an older one takes its place: neither a kill nor a resume can tear or double a row.
/// </summary>
internal sealed class RunTable
{
    private readonly string _path;
    private readonly int _keyColumns;
    private readonly string[] _header;
    private readonly List<string[]> _rows;

    private RunTable(string path, int keyColumns, string[] header, List<string[]> rows)
    {
        _path = path;
        _keyColumns = keyColumns;
        _header = header;
        _rows = rows;
    }

    /// <summary>The rows, in the order of the file.</summary>
    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Opens a table to go on with, or starts one; the file is written at the first row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Names of the columns; an existing file must have the same.</param>
    /// <param name="keyColumns">How many columns, from the left, identify a row.</param>
    /// <param name="keep">Which rows, with their index, stay; those that are to be made again do not.</param>
    public static RunTable Open(string path, string[] header, int keyColumns, Func<string[], int, bool> keep)
    {
        if (!File.Exists(path))
            return new RunTable(path, keyColumns, header, []);
        var (found, rows) = Read(path);
        if (!found.SequenceEqual(header))
            throw new UserMistakeException(path, 1, $"the columns are {string.Join(',', found)}, needed are {string.Join(',', header)}", "resume with the cut-offs the run was started with, or give another --run folder");
        var table = new RunTable(path, keyColumns, header, [.. rows.Where(keep)]);
        if (table._rows.Count < rows.Count)
            table.Save(table._rows);
        return table;
    }

    /// <summary>Reads a table.</summary>
    /// <exception cref="UserMistakeException">It cannot be read, or a row has another number of cells than the header.</exception>
    public static (string[] Header, List<string[]> Rows) Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (StorageFailure.IsStorage(error))
        {
            throw new UserMistakeException(path, null, $"cannot be read ({error.Message})", "name the folder of a run", error);
        }

        if (lines.Length == 0)
            throw new UserMistakeException(path, null, "is empty", "restore it from a copy or delete it");
        var header = lines[0].Split(',');
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToList();
        var odd = rows.FindIndex(row => row.Length != header.Length);
        if (odd >= 0)
            throw new UserMistakeException(path, odd + 2, $"the row has {rows[odd].Length} cells, the header {header.Length}", "restore the file from a copy or mend the row");
        return (header, rows);
    }

    /// <summary>Adds a row, or puts it in the place of the one with the same key.</summary>
    /// <exception cref="UserMistakeException">The file cannot be written; it is as it was.</exception>
    public void Put(params string[] cells) => PutAll([cells]);

    /// <summary>Adds rows, each in the place of the one with the same key, if there is one; all or none.</summary>
    /// <exception cref="UserMistakeException">The file cannot be written; it is as it was.</exception>
    public void PutAll(IReadOnlyList<string[]> added)
    {
        var rows = new List<string[]>(_rows);
        foreach (var cells in added)
        {
            if (cells.Length != _header.Length || cells.Any(cell => cell.AsSpan().ContainsAny(",\"\r\n")))
                throw new ArgumentException($"'{string.Join(',', cells)}' does not fit under '{string.Join(',', _header)}'", nameof(added));
            var same = rows.FindIndex(row => row.AsSpan(0, _keyColumns).SequenceEqual(cells.AsSpan(0, _keyColumns)));
            if (same >= 0)
                rows[same] = cells;
            else
                rows.Add(cells);
        }

        Save(rows);
        _rows.Clear();
        _rows.AddRange(rows);
    }

    /// <summary>A number that reads back to the same bits.</summary>
    public static string Cell(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A number of a row.</summary>
    public static double Number(string path, int row, string cell)
    {
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UserMistakeException(path, row + 2, $"'{cell}' is not a number", "restore the file from a copy or mend the row");
    }

    /// <summary>A whole number of a row.</summary>
    public static int Whole(string path, int row, string cell)
    {
        return int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UserMistakeException(path, row + 2, $"'{cell}' is not a whole number", "restore the file from a copy or mend the row");
    }

    private void Save(IEnumerable<string[]> rows)
    {
        AtomicFile.WriteText(_path, string.Concat(rows.Prepend(_header).Select(row => string.Join(',', row) + "\n")));
    }
}
