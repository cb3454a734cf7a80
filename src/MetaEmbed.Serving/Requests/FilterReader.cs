using System.Text.Json;
using MetaEmbed.Serving.Items;
using MetaEmbed.Serving.Problems;

namespace MetaEmbed.Serving.Requests;

/// <summary>
/// Reads a filter over catalog columns: <c>{"genre": "Drama"}</c>, <c>{"genre": ["Drama", "Crime"]}</c>,
/// <c>{"genre": {"not": ["Horror"]}}</c>, <c>{"year": {"min": 1990, "max": 1999}}</c>. All conditions must hold.
/// </summary>
internal static class FilterReader
{
    private const int MostConditions = 16;
    private const int MostValues = 100;

    /// <summary>Reads it.</summary>
    /// <param name="json">Stands before the value.</param>
    /// <param name="pointer">Where it stands.</param>
    /// <param name="catalog">The catalog; null where the model has none.</param>
    /// <returns>Whether an item passes; null where nothing was asked.</returns>
    public static Func<int, bool>? Read(ref Utf8JsonReader json, string pointer, ItemCatalog? catalog)
    {
        QueryReader.RequireObject(ref json, pointer);
        var conditions = new List<Func<int, bool>>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (catalog is null)
                throw Problem.Invalid(pointer, "The model has no catalog, so there is nothing to filter by.");
            if (conditions.Count == MostConditions)
                throw Problem.Invalid(pointer, $"At most {MostConditions} conditions are taken.");
            var column = catalog.Find(json.GetString()!)
                ?? throw Problem.Invalid(pointer, $"There is no such column; the columns are {string.Join(", ", catalog.Columns.Select(known => known.Name))}.");
            json.Read();
            conditions.Add(Condition(ref json, $"{pointer}/{column.Name}", column));
        }

        return conditions.Count switch
        {
            0 => null,
            1 => conditions[0],
            _ => item => conditions.TrueForAll(condition => condition(item)),
        };
    }

    private static Func<int, bool> Condition(ref Utf8JsonReader json, string pointer, CatalogColumn column) => json.TokenType switch
    {
        JsonTokenType.StartObject => Members(ref json, pointer, column),
        _ => column.AnyOf(Values(ref json, pointer), negated: false),
    };

    private static Func<int, bool> Members(ref Utf8JsonReader json, string pointer, CatalogColumn column)
    {
        var (least, most) = (double.NegativeInfinity, double.PositiveInfinity);
        List<string>? not = null;
        var isRange = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("not"u8))
            {
                json.Read();
                not = Values(ref json, pointer + "/not");
                continue;
            }

            var isLeast = json.ValueTextEquals("min"u8);
            if (!isLeast && !json.ValueTextEquals("max"u8))
                throw Problem.Invalid(pointer, "A condition is a value, an array of values, or an object with not, min or max.");
            json.Read();
            if (json.TokenType != JsonTokenType.Number || !json.TryGetDouble(out var bound) || !double.IsFinite(bound))
                throw Problem.Invalid(pointer, "min and max are numbers.");
            if (!column.IsNumeric)
                throw Problem.Invalid(pointer, "The column is not numbers only, so it has no range.");
            isRange = true;
            if (isLeast)
                least = bound;
            else
                most = bound;
        }

        if (not is null)
            return isRange ? column.InRange(least, most) : throw Problem.Invalid(pointer, "A condition is a value, an array of values, or an object with not, min or max.");
        var noneOf = column.AnyOf(not, negated: true);
        var range = isRange ? column.InRange(least, most) : null;
        return range is null ? noneOf : item => range(item) && noneOf(item);
    }

    private static List<string> Values(ref Utf8JsonReader json, string pointer)
    {
        var values = new List<string>();
        if (json.TokenType != JsonTokenType.StartArray)
            return [Value(ref json, pointer)];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (values.Count == MostValues)
                throw Problem.Invalid(pointer, $"At most {MostValues} values are taken.");
            values.Add(Value(ref json, pointer));
        }

        return values;
    }

    private static string Value(ref Utf8JsonReader json, string pointer) => json.TokenType switch
    {
        JsonTokenType.String => json.GetString()!,
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(json.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(json.ValueSequence) : json.ValueSpan.ToArray()),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw Problem.Invalid(pointer, "A value is a text, a number, true or false."),
    };
}
