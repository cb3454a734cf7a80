using System.Globalization;
using System.Text.RegularExpressions;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;

namespace MetaEmbed.Export;

/// <summary>Ways to pack items, by name: <c>int8</c>, <c>rq-2+pq-18</c>, <c>omp-4</c>.</summary>
public static partial class ItemCodes
{
    private const int MostParts = 256;

    /// <summary>The names, N for a number.</summary>
    public static IReadOnlyList<string> Names { get; } = ["float32", "float16", "int8", "int4", "rq-N", "pq-N", "rq-N+pq-N", "omp-N", "low-rank-N"];

    internal static IItemCompressor Find(string name)
    {
        var match = Pattern().Match(name);
        var numbers = match.Groups.Values.Skip(1).Where(group => group.Success)
            .Select(group => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
        IItemCompressor? found = name.Split('-', '+')[0] switch
        {
            "float32" when name == "float32" => new Float32Rows(),
            "float16" when name == "float16" => new Float16Rows(),
            "int8" when name == "int8" => new Int8Rows(),
            "int4" when name == "int4" => new Int4Rows(),
            "rq" when match.Success && numbers.Length == 2 => AdditiveRows.Both(numbers[0], numbers[1]),
            "rq" when match.Success => AdditiveRows.Residual(numbers[0]),
            "pq" when match.Success => AdditiveRows.Product(numbers[0]),
            "omp" when match.Success => new SparseRows(numbers[0]),
            "low" when match.Success => new LowRankRows(numbers[0]),
            _ => null,
        };
        if (found is null || numbers.Any(number => number is < 1 or > MostParts) || (name.StartsWith("rq", StringComparison.Ordinal) && numbers[0] > 63))
            throw new UserMistakeException($"there is no item code '{name}'", $"choose one of {string.Join(", ", Names)}");
        return found;
    }

    /// <summary>The largest of each family that fits, for the choice under a budget.</summary>
    /// <param name="items">Items.</param>
    /// <param name="dimension">d.</param>
    /// <param name="dictionary">Rows of the dictionary; 0 for none.</param>
    /// <param name="bytes">Most bytes of the rows.</param>
    internal static IReadOnlyList<IItemCompressor> Fitting(int items, int dimension, int dictionary, long bytes)
    {
        IEnumerable<IItemCompressor>[] families =
        [
            [new Int8Rows()],
            [new Int4Rows()],
            Range(1, 24).Select(AdditiveRows.Residual),
            Range(1, Math.Min(dimension, 64)).Select(parts => AdditiveRows.Both(1, parts)),
            Range(1, Math.Min(dimension, 64)).Select(parts => AdditiveRows.Both(2, parts)),
            Range(1, Math.Min(dictionary, 16)).Select(picks => new SparseRows(picks)),
            Range(1, dimension).Select(rank => new LowRankRows(rank)),
        ];
        return [.. families.Select(family => family.LastOrDefault(code => code.BytesFor(items, dimension) <= bytes)).OfType<IItemCompressor>()];

        static IEnumerable<int> Range(int first, int last) => Enumerable.Range(first, Math.Max(0, last - first + 1));
    }

    [GeneratedRegex(@"^(?:rq-(\d{1,3})(?:\+pq-(\d{1,3}))?|pq-(\d{1,3})|omp-(\d{1,3})|low-rank-(\d{1,3}))$")]
    private static partial Regex Pattern();
}
