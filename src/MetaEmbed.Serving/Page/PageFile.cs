using System.Reflection;
using MetaEmbed.Serving.Endpoints;
using MetaEmbed.Serving.Guards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetaEmbed.Serving.Page;

/// <summary>The files of the page at <c>/</c>; they hold no data, so they need no key.</summary>
internal static class PageFile
{
    // Everything from this origin; the empty icon is a data address.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps <c>/</c>, <c>/app.css</c> and <c>/app.js</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<ServingEndpoint>();
        Get("/", "index.html", "text/html; charset=utf-8");
        Get("/app.css", "app.css", "text/css; charset=utf-8");
        Get("/app.js", "app.js", "text/javascript; charset=utf-8");

        void Get(string route, string file, string type)
        {
            var bytes = Read(file);
            routes.MapGet(route, endpoint.Guarded(route, ApiRole.None, ranks: false, async context =>
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.ContentType = type;
                context.Response.ContentLength = bytes.Length;
                await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
            })).WithMetadata(new ExcludeFromDescriptionAttribute());
        }
    }

    private static byte[] Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("page/" + file)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
