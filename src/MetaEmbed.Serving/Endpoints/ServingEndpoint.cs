using System.Diagnostics;
using System.Net;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Serving.Endpoints;

/// <summary>What stands around every endpoint: headers, key, rate, and that whatever goes wrong is told as a problem.</summary>
internal sealed partial class ServingEndpoint(ApiKeys keys, RateGate rate, Admission admission, ServingMetrics metrics, ServingOptions options, ILogger<ServingEndpoint> log)
{
    /// <summary>An endpoint with its guards.</summary>
    /// <param name="route">The route, as metrics and logs name it.</param>
    /// <param name="role">What the key must allow.</param>
    /// <param name="ranks">Whether it needs a turn: where none is to be had, it is refused before its body is looked at, and cheaply.</param>
    /// <param name="answer">Answers.</param>
    public RequestDelegate Guarded(string route, ApiRole role, bool ranks, RequestDelegate answer) => async context =>
    {
        var started = Stopwatch.GetTimestamp();
        var kind = "";
        try
        {
            SetHeaders(context);
            Check(context, role);
            if (ranks && admission.IsFull)
            {
                kind = "busy";
                await Problem.Busy(1).WriteAsync(context);
            }
            else
                await answer(context);
        }
        catch (Exception failure) when (failure is ConnectionResetException || (failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            kind = "aborted"; // the client has gone: nobody is there to be told
        }
        catch (Exception failure)
        {
            var problem = Told(failure, route);
            kind = problem.Kind;
            await TellAsync(context, problem);
        }
        finally
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            metrics.Request(route, context.Response.StatusCode, kind, seconds);
            if (options.LogRequests)
                Answered(log, route, context.Response.StatusCode, 1000 * seconds);
        }
    };

    /// <summary>Headers of every answer.</summary>
    public static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    private void Check(HttpContext context, ApiRole role)
    {
        if (role == ApiRole.None)
            return;
        var client = context.Connection.RemoteIpAddress;
        if (keys.IsEmpty)
        {
            if (role == ApiRole.Admin && client is not null && !IPAddress.IsLoopback(client))
                throw new Problem(StatusCodes.Status403Forbidden, "forbidden", "Not allowed", "Without keys, this is allowed from the machine itself only.");
            rate.Enter(client?.ToString() ?? "");
            return;
        }

        var (granted, name) = keys.Of(context.Request);
        if (granted == ApiRole.None)
        {
            rate.Enter(client?.ToString() ?? ""); // guessing keys is limited too
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new Problem(StatusCodes.Status401Unauthorized, "no-key", "A key is needed", "Send a known key as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");
        }

        rate.Enter("key " + name);
        if (granted < role)
            throw new Problem(StatusCodes.Status403Forbidden, "forbidden", "Not allowed", "This needs an admin key.");
    }

    private Problem Told(Exception failure, string route)
    {
        switch (failure)
        {
            case Problem problem:
                return problem;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return Problem.TooLarge(options.MaxBody);
            case BadHttpRequestException refusal:
                return new Problem(refusal.StatusCode, "bad-body", "The body cannot be read", refusal.Message);
            default:
                Failed(log, failure, route);
                return new Problem(StatusCodes.Status500InternalServerError, "bug", "Something went wrong", "This is a bug of the service; its log tells more.");
        }
    }

    private static async Task TellAsync(HttpContext context, Problem problem)
    {
        var output = context.Response.BodyWriter;
        if (context.Response.HasStarted || (output.CanGetUnflushedBytes && output.UnflushedBytes > 0))
        {
            context.Abort(); // half an answer must not look like a whole one
            return;
        }

        // The rest of a body that is not read ends the connection; whoever keeps it for the next request must know.
        if (problem.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout && HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        try
        {
            await problem.WriteAsync(context);
        }
        catch (OperationCanceledException)
        {
            // the client has gone
        }
    }

    [LoggerMessage(10, LogLevel.Error, "{Route} failed")]
    private static partial void Failed(ILogger log, Exception failure, string route);

    [LoggerMessage(11, LogLevel.Information, "{Route} {Status} in {Milliseconds:F2} ms")]
    private static partial void Answered(ILogger log, string route, int status, double milliseconds);
}
