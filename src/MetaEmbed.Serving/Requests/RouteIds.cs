using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MetaEmbed.Serving.Requests;

/// <summary>The <c>{id}</c> of a route, with slashes and per cent signs that the id itself has.</summary>
internal static class RouteIds
{
    /// <summary>Reads it. Routing leaves <c>%2F</c> as it is, so the id is taken from the request line where there is one.</summary>
    public static string Of(HttpContext context)
    {
        var routed = (string)context.Request.RouteValues["id"]!;
        if (!routed.Contains('%', StringComparison.Ordinal))
            return routed;
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (end < 0 ? target : target[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        // The route has as many segments as the path, decoded or not; the id is the one behind "items".
        var place = Array.LastIndexOf(segments, "items");
        var isLast = !context.Request.Path.Value!.EndsWith("/similar", StringComparison.OrdinalIgnoreCase) || place == segments.Length - 2;
        var raw = place < 0 ? routed : isLast ? segments[^1] : segments[^2];
        return Uri.UnescapeDataString(raw);
    }
}
