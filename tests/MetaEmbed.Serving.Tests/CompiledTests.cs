using System.Text.Json;
using System.Text.RegularExpressions;
using MetaEmbed.Shared.Tests;
using ModelContextProtocol.Client;

namespace MetaEmbed.Serving.Tests;

/// <summary>
/// The server compiled ahead of time, as deploy/Dockerfile makes it, answers what <c>metaembed serve</c> answers. What trimming
/// took away, or what would need a compiler, shows here.
/// </summary>
public sealed partial class CompiledTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metaembed-compiled-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_answers_as_the_command_does()
    {
        Programs.RequireNativeAot();
        var model = Path.Combine(_folder, "small.metaembed");
        SmallModel.Write(model);
        await File.WriteAllTextAsync(Path.Combine(_folder, "catalog.csv"), SmallModel.Catalog(), TestContext.Current.CancellationToken);
        Programs.Publish("src/MetaEmbed.Server", Path.Combine(_folder, "server"), "-r", "linux-x64");
        var program = Path.Combine(_folder, "server", "metaembed-server");

        string[] settings = ["--model", model, "--watch", "0", "--mcp", "true"];
        using var compiled = ServeProcess.StartCompiled(program, [.. settings, "--events", Path.Combine(_folder, "events-a")]);
        using var command = ServeProcess.Start([.. settings, "--events", Path.Combine(_folder, "events-b")]);
        var (a, b) = (SmallModel.Item(14), SmallModel.Item(33));
        (string Path, object Body)[] posts =
        [
            ("/v1/recommend", new { history = new[] { a, b }, k = 7, explain = true }),
            ("/v1/recommend", new { user = "user 2", k = 5, filter = new { group = new[] { "B", "C" }, number = new { min = 12 } }, exclude = new[] { a } }),
            ("/v1/recommend", new { user = "nobody", history = new[] { "no such item" } }),
            ("/v1/recommend", new { k = 0 }),
            ("/v1/recommend", new { histery = 1 }),
            ("/v1/recommend/batch", new { requests = new object[] { new { user = "user 1" }, new { history = new[] { b }, k = 3 } } }),
            ("/v1/events", new { user = "user 4", item = b }),
            ("/v1/events", new { user = "", item = b }),
            ("/v1/recommend", new { user = "user 4", k = 4 }),
            ("/v1/admin/reload", new { }),
        ];
        foreach (var (path, body) in posts)
            await Same(path, service => service.Post(path, JsonSerializer.Serialize(body)));
        foreach (var path in new[] { $"/v1/items/{Uri.EscapeDataString(a)}/similar?k=4", "/v1/items?q=group%20b&k=5", "/v1/model", "/healthz", "/readyz", "/openapi/v1.json", "/", "/no/such/path" })
            await Same(path, service => Get(service, path));
        Assert.Contains("metaembed_request_duration_seconds_count", (await Get(compiled, "/metrics")).Text, StringComparison.Ordinal);

        await using (var assistant = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(compiled.Client.BaseAddress!, "/mcp") }), cancellationToken: TestContext.Current.CancellationToken))
        {
            var tools = await assistant.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(["describe_model", "recommend", "search_items", "similar_items"], tools.Select(tool => tool.Name).Order());
        }

        Assert.Equal(0, compiled.Stop());
        Assert.Equal(2, Programs.Try(program, "--model", Path.Combine(_folder, "none.metaembed")).Code);
        var (code, _, error) = Programs.Try(program, "--modle", model);
        Assert.Equal(2, code);
        Assert.Contains("there is no setting 'modle'", error, StringComparison.Ordinal);

        async Task Same(string path, Func<ServeProcess, Task<Answer>> ask)
        {
            var (own, expected) = (await ask(compiled), await ask(command));
            Assert.True(expected.Status == own.Status && Plain(expected, command) == Plain(own, compiled), $"{path}: {own.Status} {own.Text}\ninstead of {expected.Status} {expected.Text}");
        }
    }

    private static async Task<Answer> Get(ServeProcess service, string path)
    {
        using var response = await service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        return await Answer.Of(response);
    }

    /// <summary>The answer without what belongs to the process: its address, times, and the number of the request.</summary>
    private static string Plain(Answer answer, ServeProcess service)
    {
        var text = answer.Text.Replace(service.Client.BaseAddress!.ToString(), "http://here/", StringComparison.Ordinal);
        return Own().Replace(text, "");
    }

    [GeneratedRegex(@"""(traceId|loaded_at)"":(""[^""]*""|[0-9.e+-]+),?")]
    private static partial Regex Own();
}
