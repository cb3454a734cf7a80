using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MetaEmbed.Serving.Tests;

/// <summary>The API is as its OpenAPI document says, whatever is sent.</summary>
public sealed class DescriptionTests : IAsyncLifetime
{
    private const int Seed = 7;
    private const int Requests = 1000;
    private Service _service = null!;

    public async ValueTask InitializeAsync() => _service = await Service.StartAsync((options, folder) =>
    {
        File.WriteAllText(Path.Combine(folder, "catalog.csv"), SmallModel.Catalog());
        options.Events = Path.Combine(folder, "events");
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Every_route_is_described_and_every_description_is_a_route()
    {
        var document = (await _service.Get("/openapi/v1.json")).Json;
        var described = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));
        var mapped = _service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null) // the page's files
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText}"));
        Assert.Equal(mapped.Order(), described.Order());
    }

    [Fact]
    public async Task Whatever_is_sent_is_answered_as_described_and_never_by_a_500()
    {
        var document = (await _service.Get("/openapi/v1.json")).Json;
        var schemas = new JsonSchema(document);
        var random = new Random(Seed);
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => (Path: path.Name, Method: method.Name, Operation: method.Value))).ToArray();
        var seen = new HashSet<string>();
        for (var i = 0; i < Requests; i++)
        {
            var (path, method, operation) = operations[random.Next(operations.Length)];
            if (path == "/metrics" && i % 20 != 0)
                continue;
            var mischief = random.Next(2) * 0.08;
            var request = Build(schemas, random, path, method, operation, mischief, out var told);
            var answer = await _service.Send(request);
            var status = $"{(int)answer.Status}";
            // A path that the mischief took apart may be another route, or none.
            if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed && mischief > 0)
                continue;
            Assert.True((int)answer.Status < 500, $"{status} for {told}: {answer.Text}");
            Assert.True(operation.GetProperty("responses").TryGetProperty(status, out var response), $"{status} is not described for {told}: {answer.Text}");
            var content = response.GetProperty("content").EnumerateObject().Single();
            Assert.True(answer.Type == content.Name, $"{answer.Type} for {told}");
            if (content.Name != "text/plain" && schemas.Flaw(answer.Json, content.Value.GetProperty("schema")) is { } flaw)
                Assert.Fail($"{flaw}, for {told}: {answer.Text}");
            seen.Add($"{method} {path} {status}");
        }

        foreach (var expected in new[] { "/v1/recommend 200", "/v1/recommend 400", "/v1/recommend/batch 200", "/v1/recommend/batch 400", "/v1/events 202", "/v1/events 400", "/v1/recommend 415", "/v1/recommend 404" })
            Assert.Contains("post " + expected, seen);
        Assert.All(operations, operation => Assert.Contains(seen, one => one.StartsWith($"{operation.Method} {operation.Path} ", StringComparison.Ordinal)));
    }

    private static HttpRequestMessage Build(JsonSchema schemas, Random random, string path, string method, JsonElement operation, double mischief, out string told)
    {
        var query = new StringBuilder();
        if (operation.TryGetProperty("parameters", out var parameters))
        {
            foreach (var parameter in parameters.EnumerateArray())
            {
                var name = parameter.GetProperty("name").GetString()!;
                var isPath = parameter.GetProperty("in").GetString() == "path";
                var example = schemas.Example(parameter.GetProperty("schema"), random, mischief);
                var value = Uri.EscapeDataString(example?.ToString() is { Length: > 0 } text ? text.Replace('\0', ' ') : "-");
                if (isPath)
                    path = path.Replace($"{{{name}}}", value, StringComparison.Ordinal);
                else if (random.Next(3) == 0)
                    query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(name == "model" && random.Next(2) == 0 ? "default" : value);
            }
        }

        var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), path + query);
        told = $"{method} {path}{query}";
        if (operation.TryGetProperty("requestBody", out var body))
        {
            var json = schemas.Example(body.GetProperty("content").GetProperty("application/json").GetProperty("schema"), random, mischief)?.ToJsonString() ?? "null";
            if (mischief > 0 && random.Next(10) == 0)
                json = json[..random.Next(json.Length)];
            request.Content = new StringContent(json, Encoding.UTF8, mischief > 0 && random.Next(20) == 0 ? "text/json" : "application/json");
            told += " " + json;
        }

        return request;
    }
}
