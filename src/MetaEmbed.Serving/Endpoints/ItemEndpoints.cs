using System.Buffers;
using System.Globalization;
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
        var k = K(context);
        var text = context.Request.Query["q"].ToString();
        if (text.Length > LongestQuery)
            throw Problem.Invalid("/q", $"At most {LongestQuery} characters are taken.");
        var model = models.Take(ModelOf(context));
        try
        {
            using (await admission.EnterAsync())
                Search(context, model, text.Trim(), k);
        }
        finally
        {
            model.Leave();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

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
        var k = K(context);
        var model = models.Take(ModelOf(context));
        try
        {
            using (await admission.EnterAsync())
                Similar(context, model, Id(context), k);
        }
        finally
        {
            model.Leave();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void Search(HttpContext context, ServedModel model, string text, int k)
    {
        using var answer = JsonAnswer.Begin(context);
        AnswerWriter.Model(answer.Json, model);
        answer.Json.WriteStartArray("items"u8);
        if (text.Length == 0)
        {
            // Nothing asked for: what is popular, to begin with.
            var best = new Recommendation[Math.Min(k, model.Recommender.ItemCount)];
            foreach (var popular in best.AsSpan(0, model.Recommender.Popular(best)))
                Write(popular.Item);
        }
        else
            model.Search.Find(text, k).ForEach(Write);
        answer.Json.WriteEndArray();
        answer.End();

        void Write(int item)
        {
            answer.Json.WriteStartObject();
            AnswerWriter.Item(answer.Json, model, item);
            answer.Json.WriteEndObject();
        }
    }

    private static void Similar(HttpContext context, ServedModel model, string id, int k)
    {
        var item = model.Items.Find(id);
        var length = Math.Min(k, model.Recommender.ItemCount);
        var best = ArrayPool<Recommendation>.Shared.Rent(length);
        var count = item < 0 ? model.Recommender.Popular(best.AsSpan(0, length)) : model.Recommender.SimilarItems(item, best.AsSpan(0, length));
        using var answer = JsonAnswer.Begin(context);
        AnswerWriter.Model(answer.Json, model);
        answer.Json.WriteStartObject("item"u8);
        if (item < 0)
            answer.Json.WriteString("id"u8, id);
        else
            AnswerWriter.Item(answer.Json, model, item);
        answer.Json.WriteEndObject();
        answer.Json.WriteBoolean("known"u8, item >= 0);
        answer.Json.WriteBoolean("fallback"u8, item < 0);
        AnswerWriter.Scored(answer.Json, model, best.AsSpan(0, count));
        answer.End();
        ArrayPool<Recommendation>.Shared.Return(best);
    }

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
