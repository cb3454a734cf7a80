using System.Buffers;
using System.IO.Pipelines;
using MetaEmbed.Serving.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaEmbed.Serving.Requests;

/// <summary>The body of a request, read as a whole before any of the work begins: whoever sends slowly holds nothing but the connection.</summary>
internal static class RequestBody
{
    /// <summary>Reads it; the bytes are valid until <c>BodyReader.AdvanceTo</c>.</summary>
    /// <exception cref="Problem">Not JSON by its header, too large, too slow, or cut off.</exception>
    public static ValueTask<ReadOnlySequence<byte>> ReadAsync(HttpContext context, ServingOptions options)
    {
        RequireJson(context.Request);
        if (context.Request.ContentLength > options.MaxBody)
            throw Problem.TooLarge(options.MaxBody);
        // What is there at once, nearly always, is taken without a timer.
        var reader = context.Request.BodyReader;
        if (reader.TryRead(out var result))
        {
            var buffer = Limited(reader, result.Buffer, options.MaxBody);
            if (result.IsCompleted)
                return ValueTask.FromResult(buffer);
            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        return ReadSlowlyAsync(context, options);
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadSlowlyAsync(HttpContext context, ServingOptions options)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = options.MaxBody;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(TimeSpan.FromSeconds(options.Timeout));
        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(patience.Token);
                var buffer = Limited(reader, result.Buffer, options.MaxBody);
                if (result.IsCompleted)
                    return buffer;
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new Problem(StatusCodes.Status408RequestTimeout, "timeout", "The body did not come in time", $"It must be there within {options.Timeout} seconds.");
        }
    }

    private static ReadOnlySequence<byte> Limited(PipeReader reader, ReadOnlySequence<byte> buffer, int limit)
    {
        if (buffer.Length <= limit)
            return buffer;
        reader.AdvanceTo(buffer.End);
        throw Problem.TooLarge(limit);
    }

    private static void RequireJson(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        if (!(end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) || Charset(type) is not ("" or "utf-8"))
        {
            throw new Problem(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "The body is not JSON by its header", "Send JSON in UTF-8 with Content-Type: application/json.");
        }

        if (request.Headers.ContentEncoding.Count > 0)
            throw new Problem(StatusCodes.Status415UnsupportedMediaType, "encoded", "The body is encoded", "Send it without Content-Encoding.");
    }

    private static string Charset(ReadOnlySpan<char> type)
    {
        var at = type.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return "";
        var value = type[(at + 8)..];
        var end = value.IndexOf(';');
        return (end < 0 ? value : value[..end]).Trim(" \"").ToString().ToLowerInvariant();
    }
}
