using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;

namespace MetaEmbed.Answers;

/// <summary>
/// Which items may be recommended, by fields of the catalog. A condition is <c>field=value</c>, <c>field!=value</c>,
/// <c>field~text</c> (contains), or a comparison of numbers with <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>.
/// <c>a|b</c> as a value means either. Case does not matter. All conditions must hold.
/// </summary>
public static class ItemConditions
{
    private const string Form = "write field=value, field!=value, field~text, or field>=number";
    private static readonly string[] Signs = ["!=", "<=", ">=", "=", "~", "<", ">"];

    /// <summary>The items for which all conditions hold, ascending.</summary>
    /// <param name="fields">The catalog; null where there is none.</param>
    /// <param name="conditions">At least one.</param>
    /// <exception cref="UserMistakeException">There is no catalog or no such field, a condition cannot be read, or no item is left.</exception>
    public static int[] Select(ItemFields? fields, IReadOnlyList<string> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        if (fields is null)
            throw new UserMistakeException("--filter is given, but there is no catalog.csv", "import with --catalog, or name the dataset's folder with --data");
        var kept = Enumerable.Range(0, fields.ItemCount).ToArray();
        foreach (var condition in conditions)
        {
            var (column, sign, value) = Parse(fields, condition);
            var holds = Condition(sign, value, condition);
            var cells = fields.Of(column).ToArray();
            kept = Array.FindAll(kept, item => holds(cells[item]));
            if (kept.Length == 0)
                throw new UserMistakeException($"no item is left after --filter {condition}", Advice(fields, column, sign, value));
        }

        return kept;
    }

    private static (int Column, string Sign, string Value) Parse(ItemFields fields, string condition)
    {
        // The sign that stands first; of two at one place the longer one, which the order of the list sees to.
        var sign = Signs.Where(known => condition.Contains(known, StringComparison.Ordinal))
            .MinBy(known => condition.IndexOf(known, StringComparison.Ordinal));
        var place = sign is null ? -1 : condition.IndexOf(sign, StringComparison.Ordinal);
        if (place <= 0)
            throw new UserMistakeException($"--filter is '{condition}'", Form);
        var name = condition[..place].Trim();
        var column = fields.Find(name);
        if (column < 0)
            throw new UserMistakeException($"the catalog has no field '{name}'", Spelling.Advice(name, [.. fields.Columns]));
        return (column, sign!, condition[(place + sign!.Length)..].Trim());
    }

    private static Func<string, bool> Condition(string sign, string value, string condition)
    {
        switch (sign)
        {
            case "=" or "!=":
                var wanted = ItemFields.Values(value);
                return cell => IsAny(cell, value, wanted) == (sign == "=");
            case "~":
                return cell => cell.Contains(value, StringComparison.OrdinalIgnoreCase);
            default:
                if (!TryNumber(value, out var bound))
                    throw new UserMistakeException($"--filter {condition} compares with '{value}', which is no number", Form);
                return cell => TryNumber(cell, out var number) && sign switch
                {
                    "<" => number < bound,
                    "<=" => number <= bound,
                    ">" => number > bound,
                    _ => number >= bound,
                };
        }
    }

    private static bool IsAny(string cell, string value, string[] wanted) =>
        string.Equals(cell.Trim(), value, StringComparison.OrdinalIgnoreCase)
        || (wanted.Length > 0 && ItemFields.Values(cell).Any(part => wanted.Contains(part, StringComparer.OrdinalIgnoreCase)));

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static string Advice(ItemFields fields, int column, string sign, string value)
    {
        if (sign != "=")
            return "ask for less";
        var known = fields.Of(column).ToArray().SelectMany(ItemFields.Values).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return Spelling.Nearest(value, known.Where(other => !string.Equals(other, value, StringComparison.OrdinalIgnoreCase))) is { } near
            ? $"did you mean '{near}'?"
            : $"values of {fields.Columns[column]} are {string.Join(", ", known.Take(8))}{(known.Length > 8 ? ", ..." : "")}";
    }
}
