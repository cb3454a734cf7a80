using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MetaEmbed.Serving.Tests;

/// <summary>An assistant's client, as its makers give it out, before the real process.</summary>
public sealed class AssistantTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metaembed-mcp-").FullName;

    public AssistantTests()
    {
        SmallModel.Write(Model);
        File.WriteAllText(Path.Combine(_folder, "catalog.csv"), SmallModel.Catalog());
    }

    private string Model => Path.Combine(_folder, "small.metaembed");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData(null)]
    public async Task A_client_finds_the_tools_and_each_answers_as_its_endpoint_does(string? version)
    {
        using var service = ServeProcess.Start("--model", Model, "--mcp", "true", "--log-requests", "true");
        await using (var client = await Connect(service, version: version))
        {
            Assert.Equal("metaembed", client.ServerInfo!.Name);
            Assert.Contains("search_items", client.ServerInstructions, StringComparison.Ordinal);
            if (version is not null) // the newest version has no ping
                await client.PingAsync(cancellationToken: TestContext.Current.CancellationToken);
            var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(["describe_model", "recommend", "search_items", "similar_items"], tools.Select(tool => tool.Name).Order());
            Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations!.ReadOnlyHint));

            // A title leads to an id, the id to a list.
            var found = await Call(client, "search_items", new { text = "Title 14", k = 1 });
            Assert.Equal([SmallModel.Item(14)], found.GetProperty("items").Ids());
            var body = new { user = "user 2", history = new[] { SmallModel.Item(14), "no such item" }, k = 4, filter = new { group = new[] { "B", "C" } }, explain = true };
            var list = await Call(client, "recommend", body);
            Assert.Equal("history", list.Text("basis"));
            Assert.All(list.GetProperty("items").Ids(), id => Assert.InRange(SmallModel.GroupOf(id), 1, 2));
            Assert.Equal("no such item", list.GetProperty("unknown").GetProperty("items")[0].GetString());
            Assert.Equal((await service.Post("/v1/recommend", JsonSerializer.Serialize(body))).Text, list.GetRawText());

            var item = SmallModel.Item(33);
            var similar = await Call(client, "similar_items", new { item, k = 3 });
            using var answered = await service.Client.GetAsync($"/v1/items/{Uri.EscapeDataString(item)}/similar?k=3", TestContext.Current.CancellationToken);
            Assert.Equal((await Answer.Of(answered)).Text, similar.GetRawText());
            Assert.Equal(60, (await Call(client, "describe_model", new { })).GetProperty("items").GetInt32());
        }

        Assert.Equal(0, service.Stop());
        Assert.Contains("/mcp 200", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("user 2", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("no such item", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_call_is_told_in_words_that_mend_it()
    {
        using var service = ServeProcess.Start("--model", Model, "--mcp", "true", "--max-k", "20");
        await using var client = await Connect(service);
        Assert.Equal("invalid-request: The request is not valid. Give a whole number from 1 to 20. (at /k)", await Refused(client, "recommend", new { k = 21 }));
        Assert.Contains("The members are user, history", await Refused(client, "recommend", new { users = "ann" }), StringComparison.Ordinal);
        Assert.Contains("the columns are group, number, tags", await Refused(client, "recommend", new { filter = new { colour = "red" } }), StringComparison.Ordinal);
        Assert.Contains("Give the id of an item. (at /item)", await Refused(client, "similar_items", new { }), StringComparison.Ordinal);
        Assert.Contains("The arguments are text, k and model.", await Refused(client, "search_items", new { query = "tea" }), StringComparison.Ordinal);
        Assert.Contains("At most 200 characters", await Refused(client, "search_items", new { text = new string('x', 201) }), StringComparison.Ordinal);
        Assert.Contains("unknown-model: There is no such model. The models are: default.", await Refused(client, "describe_model", new { model = "b" }), StringComparison.Ordinal);
        Assert.Contains("The only argument is model.", await Refused(client, "describe_model", new { k = 3 }), StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<McpProtocolException>(() => Call(client, "buy", new { }));
        Assert.Equal(McpErrorCode.InvalidParams, unknown.ErrorCode);
        var metrics = await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("metaembed_tools_total{tool=\"recommend\",problem=\"invalid-request\"} 3", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stands_behind_the_guards_of_the_api()
    {
        await using var service = await Service.StartAsync((options, folder) =>
        {
            options.Mcp = true;
            options.MaxBody = 2048;
            options.Keys = Path.Combine(folder, "keys");
            File.WriteAllText(options.Keys, "read assistant " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("open sesame"))));
        });
        const string list = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
        Assert.Equal("no-key", (await Send(service, list, key: null)).Problem());
        Assert.Equal(HttpStatusCode.OK, (await Send(service, list)).Status);
        var large = await Send(service, list + new string(' ', 4096));
        Assert.Equal("body-too-large", large.Problem());
        Assert.True(large.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.BadRequest, (await Send(service, "{")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Send(service, list, type: "text/plain")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await service.Get("/mcp")).Status);

        // A page whose name was turned to this machine sends where it comes from.
        Assert.Equal("origin", (await Send(service, list, origin: "http://rebound.example:8080")).Problem());
        Assert.Equal("origin", (await Send(service, list, origin: "null")).Problem());
        foreach (var own in new[] { "http://localhost:8080", "http://127.0.0.1:1", "https://[::1]:8080" })
            Assert.Equal(HttpStatusCode.OK, (await Send(service, list, origin: own)).Status);
    }

    [Fact]
    public async Task Nobody_is_there_unless_asked_for()
    {
        await using var service = await Service.StartAsync();
        Assert.Equal("not-found", (await Send(service, """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""")).Problem());
    }

    private static Task<Answer> Send(Service service, string json, string? key = "open sesame", string? origin = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(json, Encoding.UTF8, type) };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return service.Send(request);
    }

    private static Task<McpClient> Connect(ServeProcess service, string? version = null) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(service.Client.BaseAddress!, "/mcp"), TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = version },
        cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<CallToolResult> Result(McpClient client, string tool, object arguments) => await client.CallToolAsync(
        tool,
        JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value),
        cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<JsonElement> Call(McpClient client, string tool, object arguments)
    {
        var result = await Result(client, tool, arguments);
        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.False(result.IsError ?? false, text);
        var structured = result.StructuredContent!.Value;
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(text).RootElement, structured));
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<string> Refused(McpClient client, string tool, object arguments)
    {
        var result = await Result(client, tool, arguments);
        Assert.True(result.IsError);
        return Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
    }
}
