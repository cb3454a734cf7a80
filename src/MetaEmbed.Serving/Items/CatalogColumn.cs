using System.Globalization;

namespace MetaEmbed.Serving.Items;

/// <summary>
/// A column of the catalog by item: its texts, and as a number where every filled cell is one. A cell may hold several values
/// separated by <c>|</c>.
/// </summary>
internal sealed class CatalogColumn(string name, int items)
{
    private const char ValueSeparator = '|';
    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly string?[] _cells = new string?[items];
    private readonly int[]?[] _values = new int[]?[items];
    private double[]? _numbers;

    public string Name { get; } = name;

    /// <summary>Whether every filled cell is a number.</summary>
    public bool IsNumeric => _numbers is not null;

    /// <summary>Different values.</summary>
    public int Values => _codes.Count;

    /// <summary>The cell of an item; null where it is empty.</summary>
    public string? CellOf(int item) => _cells[item];

    /// <summary>Takes the cell of an item.</summary>
    public void Set(int item, string cell)
    {
        if (cell.Length == 0)
            return;
        _cells[item] = cell;
        _values[item] = [.. cell.Split(ValueSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Code)];
    }

    /// <summary>Ends the filling.</summary>
    public void Finish()
    {
        var numbers = new double[_cells.Length];
        var any = false;
        for (var item = 0; item < numbers.Length; item++)
        {
            numbers[item] = double.NaN;
            if (_cells[item] is not { } cell)
                continue;
            if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[item]) || !double.IsFinite(numbers[item]))
                return;
            any = true;
        }

        _numbers = any ? numbers : null;
    }

    /// <summary>The items that have one of some values, or, negated, none of them.</summary>
    public Func<int, bool> AnyOf(IEnumerable<string> values, bool negated)
    {
        var wanted = new bool[_codes.Count];
        foreach (var value in values)
        {
            if (_codes.TryGetValue(value, out var code))
                wanted[code] = true;
        }

        var lists = _values;
        return item =>
        {
            foreach (var code in lists[item] ?? [])
            {
                if (wanted[code])
                    return !negated;
            }

            return negated;
        };
    }

    /// <summary>The items whose number lies between bounds, these included; items without a number do not.</summary>
    public Func<int, bool> InRange(double least, double most)
    {
        var numbers = _numbers!;
        return item => numbers[item] >= least && numbers[item] <= most;
    }

    private int Code(string value)
    {
        if (!_codes.TryGetValue(value, out var code))
            _codes[value] = code = _codes.Count;
        return code;
    }
}
