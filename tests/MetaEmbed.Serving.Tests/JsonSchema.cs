using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MetaEmbed.Serving.Tests;

/// <summary>The schemas of the API's description: whether a value fits one, and values that do.</summary>
internal sealed class JsonSchema(JsonElement document)
{
    /// <summary>What does not fit, as a sentence; null where all does.</summary>
    public string? Flaw(JsonElement value, JsonElement schema, string at = "$")
    {
        schema = Resolve(schema);
        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean())
            return null;
        if (Choices(schema) is { } choices)
            return choices.Any(choice => Flaw(value, choice, at) is null) ? null : $"{at} fits none of the choices";
        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type.GetString()!))
            return $"{at} is {value.ValueKind}, not {type}";
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.GetString() == value.GetString()))
            return $"{at} is {value}, not one of {words}";
        return value.ValueKind switch
        {
            JsonValueKind.Object => FlawOfObject(value, schema, at),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().Select((item, place) => Flaw(item, items, $"{at}[{place}]")).FirstOrDefault(flaw => flaw is not null),
            _ => null,
        };
    }

    /// <summary>A value that fits, or, now and then, one that does not.</summary>
    public JsonNode? Example(JsonElement schema, Random random, double mischief)
    {
        schema = Resolve(schema);
        if (random.NextDouble() < mischief)
            return Mischief(random);
        if (Choices(schema) is { } choices)
            return Example(choices[random.Next(choices.Length)], random, mischief);
        switch (schema.GetProperty("type").GetString())
        {
            case "string":
                return Text(random, Math.Min(12, Bound(schema, "maxLength", 12)));
            case "integer":
                return random.NextInt64(Bound(schema, "minimum", -5), Math.Min(60, Bound(schema, "maximum", 60)) + 1);
            case "number":
                return Math.Round((random.NextDouble() * 200) - 100, 3);
            case "boolean":
                return random.Next(2) == 0;
            case "array":
                return new JsonArray([.. Enumerable.Range(0, random.Next(Bound(schema, "minItems", 0), 6)).Select(_ => Example(schema.GetProperty("items"), random, mischief))]);
            default:
                return ExampleObject(schema, random, mischief);
        }
    }

    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document;
            foreach (var step in reference.GetString()!.Split('/')[1..])
                schema = schema.GetProperty(step);
        }

        return schema;
    }

    private static JsonElement[]? Choices(JsonElement schema) =>
        schema.TryGetProperty("anyOf", out var choices) || schema.TryGetProperty("oneOf", out choices) ? [.. choices.EnumerateArray()] : null;

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => value.ValueKind == JsonValueKind.Number,
    };

    private static int Bound(JsonElement schema, string name, int otherwise) =>
        schema.TryGetProperty(name, out var bound) ? (int)Math.Min(int.MaxValue, bound.GetInt64()) : otherwise;

    private static JsonNode? Mischief(Random random)
    {
        JsonNode? value = random.Next(12) switch
        {
            0 => null,
            1 => "",
            2 => new string('x', 300),
            3 => -1,
            4 => long.MaxValue,
            5 => 1e300,
            6 => new JsonArray(),
            7 => new JsonObject(),
            8 => true,
            9 => new JsonObject { ["not"] = new JsonObject { ["not"] = 1 } },
            10 => "\u0000\u0007\u2028",
            _ => new JsonArray(1, "2", null, new JsonArray(new JsonArray(3))),
        };
        return value;
    }

    private static string Text(Random random, int longest)
    {
        if (random.Next(2) == 0)
            return SmallModel.Item(random.Next(SmallModel.Items + 5));
        if (random.Next(3) == 0)
            return $"user {random.Next(SmallModel.Users + 2)}";
        var text = new StringBuilder();
        for (var left = random.Next(1, longest + 1); left > 0; left--)
            text.Append((char)(random.Next(4) == 0 ? random.Next(0xA0, 0xD7FF) : random.Next(' ', '~')));
        return text.ToString();
    }

    private string? FlawOfObject(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray())
            {
                if (!value.TryGetProperty(name.GetString()!, out _))
                    return $"{at} has no {name}";
            }
        }

        if (!schema.TryGetProperty("properties", out var properties))
            return null;
        foreach (var member in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(member.Name, out var known))
                return $"{at} has a member {member.Name} that is not described";
            if (Flaw(member.Value, known, $"{at}.{member.Name}") is { } flaw)
                return flaw;
        }

        return null;
    }

    private JsonObject ExampleObject(JsonElement schema, Random random, double mischief)
    {
        var value = new JsonObject();
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet() : [];
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject().Where(property => random.Next(3) == 0 || (required.Contains(property.Name) && random.NextDouble() >= mischief)))
                value[property.Name] = Example(property.Value, random, mischief);
        }

        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind == JsonValueKind.Object && random.Next(2) == 0)
            value[new[] { "group", "number", "tags", "nothing" }[random.Next(4)]] = Example(others, random, mischief);
        else if (random.NextDouble() < mischief)
            value[Text(random, 8)] = Mischief(random);
        return value;
    }
}
