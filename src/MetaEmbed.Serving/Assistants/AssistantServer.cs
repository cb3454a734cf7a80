using System.Buffers;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MetaEmbed.Serving.Endpoints;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace MetaEmbed.Serving.Assistants;

/// <summary>
/// <c>/mcp</c>: the Model Context Protocol over HTTP, for assistants. The protocol itself is the package's; here are the tools that
/// it offers and the guards around it. No session is kept, so any replica answers any request.
/// </summary>
internal static class AssistantServer
{
    private const string Route = "/mcp";

    private const string Instructions =
        "Recommendations of a trained recommender. Items have ids: search_items finds the id of a title. recommend gives a list for a user, " +
        "a history of item ids, or both; basis 'popular' means that nothing was known of either. describe_model tells which columns a filter may name.";

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AssistantTools>();
        var tools = ReadTools();
        services.AddMcpServer(server =>
        {
            server.ServerInfo = new Implementation { Name = "metaembed", Title = "MetaEmbed", Version = typeof(AssistantServer).Assembly.GetName().Version!.ToString(3) };
            server.ServerInstructions = Instructions;
        })
            .WithHttpTransport(http => http.SessionMode = HttpServerSessionMode.Stateless)
            .WithListToolsHandler((_, _) => ValueTask.FromResult(tools))
            .WithCallToolHandler((request, _) => request.Services!.GetRequiredService<AssistantTools>().CallAsync(request.Params!));
    }

    public static void Map(IEndpointRouteBuilder routes, ServingEndpoint endpoint)
    {
        var options = routes.ServiceProvider.GetRequiredService<ServingOptions>();
        routes.MapMcp(Route).WithMetadata(new ExcludeFromDescriptionAttribute()).Finally(builder =>
        {
            var protocol = builder.RequestDelegate!;
            builder.RequestDelegate = endpoint.Guarded(Route, ApiRole.Read, ranks: false, async context =>
            {
                CheckOrigin(context.Request);
                // Read as the bodies of the API are: within its limits of size and time, before anything else begins.
                var body = await RequestBody.ReadAsync(context, options);
                var copy = body.ToArray();
                context.Request.BodyReader.AdvanceTo(body.End);
                context.Request.Body = new MemoryStream(copy, writable: false);
                await protocol(context);
            });
        });
    }

    // Only browsers send an origin. A page of somewhere else whose name was turned to this machine (DNS rebinding) is told by it.
    private static void CheckOrigin(HttpRequest request)
    {
        foreach (var origin in request.Headers.Origin)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || !IsThisMachine(page))
                throw new Problem(StatusCodes.Status403Forbidden, "origin", "Not from this page", "Pages of other machines may not ask here; programs send no Origin.");
        }
    }

    private static bool IsThisMachine(Uri page) =>
        page.Host == "localhost" || (IPAddress.TryParse(page.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static ListToolsResult ReadTools()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("tools.json")!;
        return JsonSerializer.Deserialize(stream, (JsonTypeInfo<ListToolsResult>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ListToolsResult)))!;
    }
}
