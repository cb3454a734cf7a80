using MetaEmbed.Data;
using MetaEmbed.Numerics;

namespace MetaEmbed.Reports;

/// <summary>
/// Items in two dimensions: the two principal components of their propagated rows, each row scaled to length 1. Near items are
/// recommended to the same people; far ones need not differ in all that matters, since two of d dimensions are shown.
/// </summary>
/// <param name="Points">The items, the most popular first.</param>
/// <param name="Explained">Share of the variance that the two dimensions show.</param>
/// <param name="Field">The catalog field that groups items; null where there is none.</param>
/// <param name="Groups">The values of the field, the most frequent first.</param>
public sealed record ItemMap(IReadOnlyList<MapPoint> Points, double Explained, string? Field, IReadOnlyList<string> Groups)
{
    private const int MostPoints = 1500;
    private const int MostGroups = 6;

    /// <summary>Maps the most popular items.</summary>
    /// <param name="rows">H, users before items.</param>
    /// <param name="train">Training interactions.</param>
    /// <param name="fields">The catalog; null for none.</param>
    internal static ItemMap Of(Matrix rows, Interactions train, ItemFields? fields)
    {
        var degrees = train.CountByItem();
        var items = Enumerable.Range(0, train.ItemCount).OrderByDescending(item => degrees[item]).ThenBy(item => item).Take(MostPoints).ToArray();
        var d = rows.Columns;
        var unit = new double[items.Length * d];
        for (var i = 0; i < items.Length; i++)
            Normalise(rows.Row(train.UserCount + items[i]), unit.AsSpan(i * d, d));
        for (var column = 0; column < d; column++)
            Center(unit, column, items.Length, d);
        var decomposition = SingularValueDecomposition.Compute(DenseAlgebra.TransposedProduct(unit, unit, items.Length, d, d), d, d);
        var axes = decomposition.ShortVectors(Math.Min(2, d));
        var (field, groups, groupOf) = Grouping(fields, items);
        var points = new MapPoint[items.Length];
        for (var i = 0; i < items.Length; i++)
            points[i] = new MapPoint(items[i], Along(unit, axes, i, 0, d), d < 2 ? 0 : Along(unit, axes, i, 1, d), degrees[items[i]], groupOf[i]);
        var all = decomposition.Values.Sum();
        return new ItemMap(points, all > 0 ? decomposition.Values.Take(2).Sum() / all : 0, field, groups);
    }

    private static void Normalise(ReadOnlySpan<float> row, Span<double> target)
    {
        var squares = 0.0;
        foreach (var value in row)
            squares += (double)value * value;
        var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (var column = 0; column < target.Length; column++)
            target[column] = scale * row[column];
    }

    private static void Center(double[] rows, int column, int count, int d)
    {
        var mean = 0.0;
        for (var i = 0; i < count; i++)
            mean += rows[i * d + column] / count;
        for (var i = 0; i < count; i++)
            rows[i * d + column] -= mean;
    }

    // The sign rule: the largest element of an axis is positive, so that a map does not flip.
    private static double Along(double[] rows, double[] axes, int row, int axis, int d)
    {
        var direction = axes.AsSpan(axis * d, d);
        var largest = 0.0;
        var sum = 0.0;
        for (var column = 0; column < d; column++)
        {
            if (Math.Abs(direction[column]) > Math.Abs(largest))
                largest = direction[column];
            sum += rows[row * d + column] * direction[column];
        }

        return largest < 0 ? -sum : sum;
    }

    // The field whose few most frequent values cover the most items; the first value of a cell counts.
    private static (string? Field, string[] Groups, int[] GroupOf) Grouping(ItemFields? fields, int[] items)
    {
        var best = (Covered: items.Length / 3, Field: (string?)null, Groups: Array.Empty<string>(), Values: Array.Empty<string>());
        for (var column = 0; column < (fields?.Columns.Count ?? 0); column++)
        {
            var cells = fields!.Of(column);
            var values = new string[items.Length];
            for (var i = 0; i < items.Length; i++)
                values[i] = ItemFields.Values(cells[items[i]]).FirstOrDefault() ?? "";
            var counts = values.Where(value => value.Length > 0 && !double.TryParse(value, out _)).CountBy(value => value)
                .Where(pair => pair.Value > 1).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostGroups).ToList();
            if (counts.Count > 1 && counts.Sum(pair => pair.Value) > best.Covered)
                best = (counts.Sum(pair => pair.Value), fields.Columns[column], [.. counts.Select(pair => pair.Key)], values);
        }

        return (best.Field, best.Groups, best.Field is null ? new int[items.Length] : Array.ConvertAll(best.Values, value => Array.IndexOf(best.Groups, value)));
    }
}

/// <summary>An item on a map.</summary>
/// <param name="Item">The item.</param>
/// <param name="X">Along the first component.</param>
/// <param name="Y">Along the second.</param>
/// <param name="Users">Users who met it in training.</param>
/// <param name="Group">Place in <see cref="ItemMap.Groups"/>; -1 for none of them.</param>
public readonly record struct MapPoint(int Item, double X, double Y, int Users, int Group);
