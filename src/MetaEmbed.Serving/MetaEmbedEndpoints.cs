using MetaEmbed.Serving.Assistants;
using MetaEmbed.Serving.Endpoints;
using MetaEmbed.Serving.Guards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetaEmbed.Serving;

/// <summary>Maps the API into an app.</summary>
public static class MetaEmbedEndpoints
{
    /// <summary>Maps <c>/v1/...</c>, <c>/healthz</c>, <c>/readyz</c>, <c>/metrics</c>, <c>/openapi/v1.json</c> and, where <see cref="ServingOptions.Mcp"/> says so, <c>/mcp</c>; each guards itself.</summary>
    /// <param name="routes">The app, or a group with a prefix.</param>
    /// <returns>The group, for further conventions.</returns>
    /// <remarks>Needs <see cref="MetaEmbedServices.AddMetaEmbed"/>. docs/serving.md tells what each answers.</remarks>
    public static RouteGroupBuilder MapMetaEmbed(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var services = routes.ServiceProvider;
        var endpoint = services.GetRequiredService<ServingEndpoint>();
        var recommend = services.GetRequiredService<RecommendEndpoints>();
        var items = services.GetRequiredService<ItemEndpoints>();
        var state = services.GetRequiredService<StateEndpoints>();
        var events = services.GetRequiredService<EventEndpoints>();
        var group = routes.MapGroup("");
        Post("/v1/recommend", ApiRole.Read, recommend.One, ranks: true);
        Post("/v1/recommend/batch", ApiRole.Read, recommend.Batch, ranks: true);
        Get("/v1/items", ApiRole.Read, items.Search, ranks: true);
        Get("/v1/items/{id}", ApiRole.Read, items.One);
        Get("/v1/items/{id}/similar", ApiRole.Read, items.Similar, ranks: true);
        Get("/v1/model", ApiRole.Read, state.Model);
        Post("/v1/events", ApiRole.Read, events.Append);
        Post("/v1/admin/reload", ApiRole.Admin, state.Reload);
        Get("/healthz", ApiRole.None, state.Health);
        Get("/readyz", ApiRole.None, state.Ready);
        Get("/metrics", ApiRole.Read, state.Metrics);
        Get("/openapi/v1.json", ApiRole.None, state.OpenApi);
        if (services.GetRequiredService<ServingOptions>().Mcp)
            AssistantServer.Map(group, endpoint);
        return group;

        void Get(string route, ApiRole role, RequestDelegate answer, bool ranks = false) => group.MapGet(route, endpoint.Guarded(route, role, ranks, answer));
        void Post(string route, ApiRole role, RequestDelegate answer, bool ranks = false) => group.MapPost(route, endpoint.Guarded(route, role, ranks, answer));
    }
}
