using MetaEmbed.Serving.Events;
using MetaEmbed.Serving.Requests;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Endpoints;

/// <summary><c>POST /v1/events</c>.</summary>
internal sealed class EventEndpoints(EventLog log, ServingOptions options, TimeProvider clock)
{
    public async Task Append(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, options);
        List<UserEvent> events;
        try
        {
            events = EventsReader.Read(body, options.MaxBatch, clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(body.End);
        }

        await log.AppendAsync(events);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        using (var answer = JsonAnswer.Begin(context))
        {
            answer.Json.WriteNumber("accepted"u8, events.Count);
            answer.End();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
