using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Requests;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Endpoints;

/// <summary><c>GET /v1/items</c>, <c>/v1/items/{id}</c> and <c>/v1/items/{id}/similar</c>.</summary>
internal sealed class ItemEndpoints(ModelHost models, Admission admission, ServingOptions options)
{
    private const int LongestQuery = 200;

    public async Task Search(HttpContext context)
    {
        var (text, k) = (Text(context.Request.Query["q"].ToString()), K(context));
        await WithTurn(ModelOf(context), model => Answer(context, json => Found(json, model, text, k)));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes what <see cref="Search"/> answers into an object, for somebody who does not ask by HTTP.</summary>
    public Task WriteFoundAsync(string? model, string text, int k, Utf8JsonWriter json) => WithTurn(model, taken => Found(json, taken, Text(text), k));

    /// <summary>Writes what <see cref="Similar(HttpContext)"/> answers into an object, for somebody who does not ask by HTTP.</summary>
    public Task WriteSimilarAsync(string? model, string id, int k, Utf8JsonWriter json) => WithTurn(model, taken => Similar(json, taken, id, k));

    public async Task One(HttpContext context)
    {
        var model = models.Take(ModelOf(context));
        try
        {
            var id = Id(context);
            var item = model.Items.Find(id);
            using var answer = JsonAnswer.Begin(context);
            AnswerWriter.Model(answer.Json, model);
            answer.Json.WriteBoolean("known"u8, item >= 0);
            if (item < 0)
                answer.Json.WriteString("id"u8, id);
            else
            {
                AnswerWriter.Item(answer.Json, model, item);
                answer.Json.WriteStartObject("fields"u8);
                foreach (var column in model.Catalog?.Columns ?? [])
                {
                    if (column.CellOf(item) is { } cell)
                        answer.Json.WriteString(column.Name, cell);
                }

                answer.Json.WriteEndObject();
            }

            answer.End();
        }
        finally
        {
            model.Leave();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public async Task Similar(HttpContext context)
    {
        var (id, k) = (Id(context), K(context));
        await WithTurn(ModelOf(context), model => Answer(context, json => Similar(json, model, id, k)));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task WithTurn(string? name, Action<ServedModel> answer)
    {
        var model = models.Take(name);
        try
        {
            using (await admission.EnterAsync())
                answer(model);
        }
        finally
        {
            model.Leave();
        }
    }

    private static void Answer(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var answer = JsonAnswer.Begin(context);
        write(answer.Json);
        answer.End();
    }

    private static void Found(Utf8JsonWriter json, ServedModel model, string text, int k)
    {
        AnswerWriter.Model(json, model);
        json.WriteStartArray("items"u8);
        if (text.Length == 0)
        {
            // Nothing asked for: what is popular, to begin with.
            var best = new Recommendation[Math.Min(k, model.Recommender.ItemCount)];
            foreach (var popular in best.AsSpan(0, model.Recommender.Popular(best)))
                Write(popular.Item);
        }
        else
            model.Search.Find(text, k).ForEach(Write);
        json.WriteEndArray();

        void Write(int item)
        {
            json.WriteStartObject();
            AnswerWriter.Item(json, model, item);
            json.WriteEndObject();
        }
    }

    private static void Similar(Utf8JsonWriter json, ServedModel model, string id, int k)
    {
        var item = model.Items.Find(id);
        var length = Math.Min(k, model.Recommender.ItemCount);
        var best = ArrayPool<Recommendation>.Shared.Rent(length);
        var count = item < 0 ? model.Recommender.Popular(best.AsSpan(0, length)) : model.Recommender.SimilarItems(item, best.AsSpan(0, length));
        AnswerWriter.Model(json, model);
        json.WriteStartObject("item"u8);
        if (item < 0)
            json.WriteString("id"u8, id);
        else
            AnswerWriter.Item(json, model, item);
        json.WriteEndObject();
        json.WriteBoolean("known"u8, item >= 0);
        json.WriteBoolean("fallback"u8, item < 0);
        AnswerWriter.Scored(json, model, best.AsSpan(0, count));
        ArrayPool<Recommendation>.Shared.Return(best);
    }

    private static string Text(string sent) =>
        sent.Length <= LongestQuery ? sent.Trim() : throw Problem.Invalid("/q", $"At most {LongestQuery} characters are taken.");

    private int K(HttpContext context)
    {
        var text = context.Request.Query["k"];
        if (text.Count == 0)
            return Math.Min(10, options.MaxK);
        return text.Count == 1 && int.TryParse(text[0], NumberStyles.None, CultureInfo.InvariantCulture, out var k) && k >= 1 && k <= options.MaxK
            ? k
            : throw Problem.Invalid("/k", $"Give a whole number from 1 to {options.MaxK}.");
    }

    /// <summary>The model that a query names; null for none.</summary>
    public static string? ModelOf(HttpContext context) => context.Request.Query["model"] is { Count: > 0 } name ? name.ToString() : null;

    private static string Id(HttpContext context)
    {
        var id = RouteIds.Of(context);
        return 3 * id.Length <= JsonIds.Longest || System.Text.Encoding.UTF8.GetByteCount(id) <= JsonIds.Longest
            ? id
            : throw Problem.Invalid("/id", $"An id has 1 to {JsonIds.Longest} bytes.");
    }
}
