using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Problems;

/// <summary>A request that is refused, told as problem details (RFC 9457).</summary>
/// <param name="status">Status code.</param>
/// <param name="kind">Last part of the type's URI, as in docs/serving.md.</param>
/// <param name="title">What is wrong, the same for every such problem.</param>
/// <param name="detail">What is wrong here, and how to mend it; never what a user sent as an id.</param>
internal sealed class Problem(int status, string kind, string title, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Kind { get; } = kind;

    public string Title { get; } = title;

    /// <summary>Where in the body, as a JSON pointer; empty for the body as a whole, null for no such place.</summary>
    public string? Pointer { get; init; }

    /// <summary>Seconds after which to try again; 0 for none.</summary>
    public int RetryAfter { get; init; }

    public static Problem Invalid(string pointer, string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", "The request is not valid", detail) { Pointer = pointer };

    public static Problem NoModel(IEnumerable<string> known) =>
        new(StatusCodes.Status404NotFound, "unknown-model", "There is no such model", $"The models are: {string.Join(", ", known)}.");

    public static Problem NotFound() => new(StatusCodes.Status404NotFound, "not-found", "There is nothing here", "See /openapi/v1.json for what there is.");

    public static Problem TooLarge(int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is too large", $"At most {limit} bytes are taken.");

    public static Problem Busy(int retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "busy", "The service is busy", "Too many requests wait already; try again later.") { RetryAfter = retryAfter };

    /// <summary>Answers with this problem.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (RetryAfter > 0)
            context.Response.Headers.RetryAfter = RetryAfter.ToString();
        context.Response.ContentType = "application/problem+json";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type"u8, $"urn:metaembed:problem:{Kind}");
        json.WriteString("title"u8, Title);
        json.WriteNumber("status"u8, Status);
        json.WriteString("detail"u8, Message);
        if (Pointer is not null)
            json.WriteString("pointer"u8, "#" + Pointer);
        json.WriteEndObject();
        json.Flush();
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
