using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>A JSON writer over a response, kept for the next one.</summary>
internal sealed class JsonAnswer : IDisposable
{
    [ThreadStatic]
    private static JsonAnswer? _kept;

    private readonly Utf8JsonWriter _json = new(Stream.Null);

    public Utf8JsonWriter Json => _json;

    /// <summary>Begins an answer with status 200.</summary>
    public static JsonAnswer Begin(HttpContext context)
    {
        var answer = _kept ?? new JsonAnswer();
        _kept = null;
        context.Response.ContentType = "application/json";
        answer._json.Reset(context.Response.BodyWriter);
        answer._json.WriteStartObject();
        return answer;
    }

    /// <summary>Ends the object; the response is sent by whoever flushes it.</summary>
    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose()
    {
        _json.Reset(Stream.Null);
        _kept = this;
    }
}
