using System.Globalization;
using System.Text.Json;
using MetaEmbed.Answers;
using MetaEmbed.Explanations;

namespace MetaEmbed.Cli.Views;

/// <summary>Why items are in a list.</summary>
internal static class ExplanationView
{
    private const int Shown = 5;

    /// <summary>A paragraph for each item.</summary>
    public static void Show(TextWriter text, EntityLookup items, IReadOnlyList<Explanation> why)
    {
        foreach (var explanation in why)
        {
            text.WriteLine();
            text.WriteLine($"{items.ShownName(explanation.Item)}: {Number(explanation.Score)}");
            if (explanation.History.Count > 0)
                text.WriteLine($"  carried by  {Carriers(items, explanation)}");
            text.WriteLine($"  own row     {Weight(explanation, explanation.Own)}");
            text.WriteLine($"  popularity  {Number(explanation.Bias)}, the same for everybody");
            foreach (var shared in explanation.Shared)
                text.WriteLine($"  shared      #{shared.Coarse} {shared.Name}: {Percent(shared.OfItem)} of the item, {Percent(shared.OfUser)} of the user, {Percent(shared.OfHistory)} of what carried it");
        }
    }

    /// <summary>The members score parts of an item's JSON object.</summary>
    public static void Write(Utf8JsonWriter json, EntityLookup items, Explanation explanation)
    {
        json.WriteStartObject("why");
        json.WriteNumber("score", explanation.Score);
        json.WriteNumber("bias", explanation.Bias);
        Part(json, "own", explanation, explanation.Own);
        json.WriteStartArray("history");
        foreach (var part in explanation.History)
        {
            json.WriteStartObject();
            json.WriteNumber("item", part.Item);
            if (items.HasNames)
                json.WriteString("name", items.NameOf(part.Item));
            if (items.TitleOf(part.Item) is { } title)
                json.WriteString("title", title);
            Part(json, "part", explanation, part.Part);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("shared");
        foreach (var shared in explanation.Shared)
        {
            json.WriteStartObject();
            json.WriteNumber("meta_embedding", shared.Coarse);
            json.WriteString("name", shared.Name);
            json.WriteNumber("of_item", shared.OfItem);
            json.WriteNumber("of_user", shared.OfUser);
            json.WriteNumber("of_history", shared.OfHistory);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter json, string name, Explanation explanation, double part)
    {
        json.WriteNumber(name, part);
        if (explanation.ShareOf(part) is { } share)
            json.WriteNumber(name == "part" ? "share" : name + "_share", share);
    }

    private static string Carriers(EntityLookup items, Explanation explanation)
    {
        var first = string.Join(", ", explanation.History.Take(Shown).Select(part => $"{items.ShownName(part.Item)} ({Weight(explanation, part.Part)})"));
        var rest = explanation.History.Skip(Shown).ToList();
        return rest.Count == 0 ? first : $"{first}, {rest.Count} more ({Weight(explanation, rest.Sum(part => part.Part))})";
    }

    private static string Weight(Explanation explanation, double part) => explanation.ShareOf(part) is { } share ? Percent(share) : Number(part);

    private static string Percent(double share) => share.ToString("0%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
