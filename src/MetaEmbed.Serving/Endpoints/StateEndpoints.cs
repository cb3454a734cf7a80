using System.Reflection;
using System.Text.Json;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>What the service says of itself: card, health, metrics, description of the API; and the order to reload.</summary>
internal sealed class StateEndpoints(ModelHost models, MetricsPage metrics, Draining draining)
{
    private static readonly byte[] Description = ReadDescription();

    /// <summary>The card of a model, and which models there are.</summary>
    public async Task Model(HttpContext context)
    {
        using (var answer = JsonAnswer.Begin(context))
        {
            WriteModel(ItemEndpoints.ModelOf(context), answer.Json);
            answer.End();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public Task Health(HttpContext context) => Say(context, StatusCodes.Status200OK, "alive");

    public Task Ready(HttpContext context)
    {
        if (draining.HasBegun)
            throw new Problem(StatusCodes.Status503ServiceUnavailable, "draining", "The service is stopping", "Ask another replica.") { RetryAfter = 1 };
        if (!models.IsReady)
            throw new Problem(StatusCodes.Status503ServiceUnavailable, "loading", "A model is not loaded yet", "Ask again soon.") { RetryAfter = 1 };
        return Say(context, StatusCodes.Status200OK, "ready");
    }

    public async Task Metrics(HttpContext context)
    {
        context.Response.ContentType = MetricsPage.ContentType;
        await context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
    }

    public async Task OpenApi(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Description.Length;
        await context.Response.BodyWriter.WriteAsync(Description, context.RequestAborted);
    }

    /// <summary>Loads the files again; a refused one is told as such, with status 409, and the old model stays.</summary>
    public async Task Reload(HttpContext context)
    {
        var name = ItemEndpoints.ModelOf(context);
        var outcomes = await Task.Run(() => models.Reload(all: true, name));
        if (outcomes.Any(outcome => outcome.Refusal is not null))
            context.Response.StatusCode = StatusCodes.Status409Conflict;
        using (var answer = JsonAnswer.Begin(context))
        {
            answer.Json.WriteStartArray("models"u8);
            foreach (var outcome in outcomes)
            {
                answer.Json.WriteStartObject();
                answer.Json.WriteString("model"u8, outcome.Model);
                answer.Json.WriteString("version"u8, outcome.Version);
                answer.Json.WriteBoolean("changed"u8, outcome.Changed);
                if (outcome.Refusal is not null)
                    answer.Json.WriteString("refused"u8, outcome.Refusal);
                answer.Json.WriteEndObject();
            }

            answer.Json.WriteEndArray();
            answer.End();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes what <see cref="Model"/> answers into an object.</summary>
    public void WriteModel(string? name, Utf8JsonWriter json)
    {
        var model = models.Take(name);
        try
        {
            Write(json, model);
        }
        finally
        {
            model.Leave();
        }
    }

    private void Write(Utf8JsonWriter json, ServedModel model)
    {
        var info = model.Recommender.Info;
        AnswerWriter.Model(json, model);
        json.WriteStartArray("models"u8);
        foreach (var name in models.Names)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteString("loaded_at"u8, model.LoadedAt);
        json.WriteString("file"u8, Path.GetFileName(model.File.Path));
        json.WriteNumber("bytes"u8, info.Bytes);
        json.WriteString("kind"u8, info.Kind.ToString().ToLowerInvariant());
        json.WriteString("item_code"u8, info.ItemCode);
        json.WriteNumber("users"u8, info.UserCount);
        json.WriteNumber("items"u8, info.ItemCount);
        json.WriteNumber("dimension"u8, info.Dimension);
        json.WriteBoolean("folds_in"u8, model.Recommender.CanFoldIn);
        json.WriteString("dataset"u8, info.Text("data.name"));
        json.WriteStartArray("fields"u8);
        foreach (var column in model.Catalog?.Columns ?? [])
        {
            json.WriteStartObject();
            json.WriteString("name"u8, column.Name);
            json.WriteBoolean("numeric"u8, column.IsNumeric);
            json.WriteNumber("values"u8, column.Values);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("card"u8);
        if (model.Card is { } card)
            json.WriteRawValue(card);
        else
            json.WriteNullValue();
    }

    private static async Task Say(HttpContext context, int status, string word)
    {
        context.Response.StatusCode = status;
        using (var answer = JsonAnswer.Begin(context))
        {
            answer.Json.WriteString("status"u8, word);
            answer.End();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static byte[] ReadDescription()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("openapi.json")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}

/// <summary>Whether the service has been told to stop.</summary>
internal sealed class Draining
{
    private volatile bool _hasBegun;

    public bool HasBegun => _hasBegun;

    public void Begin() => _hasBegun = true;
}
