using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Requests;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>Answers as JSON, straight into the response.</summary>
internal static class AnswerWriter
{
    private const int Reasons = 3;

    /// <summary>Members <c>id</c> and, where it has one, <c>title</c>.</summary>
    public static void Item(Utf8JsonWriter json, ServedModel model, int item)
    {
        if (model.Items.TryNameOf(item, out var name))
            json.WriteString("id"u8, name);
        else
        {
            Span<byte> digits = stackalloc byte[16];
            item.TryFormat(digits, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
            json.WriteString("id"u8, digits[..length]);
        }

        if (model.Titles is { } titles && titles.TryNameOf(item, out var title) && !title.IsEmpty)
            json.WriteString("title"u8, title);
    }

    /// <summary>Members <c>model</c> and <c>version</c>.</summary>
    public static void Model(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteString("model"u8, model.Name);
        json.WriteString("version"u8, model.Version);
    }

    /// <summary>One list with what it came of.</summary>
    public static void List(Utf8JsonWriter json, ServedModel model, ListQuery query, string basis, ReadOnlySpan<Recommendation> best)
    {
        json.WriteString("basis"u8, basis);
        json.WriteBoolean("fallback"u8, basis == Basis.Popular);
        if (query.EventCount > 0)
            json.WriteNumber("events"u8, query.EventCount);
        var explanation = query.Explain ? Explanation.Of(model, query, basis) : null;
        json.WriteStartArray("items"u8);
        foreach (var recommendation in best)
        {
            json.WriteStartObject();
            Item(json, model, recommendation.Item);
            json.WriteNumber("score"u8, recommendation.Score);
            if (query.Explain)
                Because(json, model, explanation, recommendation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Unknown(json, query);
    }

    /// <summary>Items with scores under a name.</summary>
    public static void Scored(Utf8JsonWriter json, ServedModel model, ReadOnlySpan<Recommendation> best)
    {
        json.WriteStartArray("items"u8);
        foreach (var recommendation in best)
        {
            json.WriteStartObject();
            Item(json, model, recommendation.Item);
            json.WriteNumber("score"u8, recommendation.Score);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Because(Utf8JsonWriter json, ServedModel model, Explanation? explanation, Recommendation recommendation)
    {
        Span<Recommendation> reasons = stackalloc Recommendation[Reasons];
        var count = explanation?.Reasons(recommendation, reasons) ?? 0;
        json.WriteStartArray("because"u8);
        foreach (var reason in reasons[..count])
        {
            json.WriteStartObject();
            Item(json, model, reason.Item);
            json.WriteNumber("share"u8, MathF.Round(reason.Score, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Unknown(Utf8JsonWriter json, ListQuery query)
    {
        var user = query.User is not null && query.KnownUser < 0;
        if (!user && query.UnknownItems.Count == 0)
            return;
        json.WriteStartObject("unknown"u8);
        if (user)
            json.WriteString("user"u8, query.User);
        if (query.UnknownItems.Count > 0)
        {
            json.WriteStartArray("items"u8);
            foreach (var item in query.UnknownItems)
                json.WriteStringValue(item);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
