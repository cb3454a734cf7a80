using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Serving.Tests;

/// <summary>The dashboard shows what there is, and a collector gets it.</summary>
public sealed partial class WatchingTests
{
    [Fact]
    public async Task Every_metric_of_the_dashboard_is_written()
    {
        await using var service = await Service.StartAsync((options, folder) => options.Events = Path.Combine(folder, "events"));
        await service.Post("/v1/events", EventTests.Events(("ann", 1)));
        await service.Post("/v1/recommend", """{"user":"ann","history":["no such"]}""");
        await service.Post("/v1/admin/reload", "");
        var written = (await service.Get("/metrics")).Text.Split('\n').Select(line => line.Split('{', ' ')[0]).ToHashSet();
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "deploy", "grafana-dashboard.json")));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.Text("expr")!).ToArray();
        Assert.True(expressions.Length > 15);
        Assert.All(expressions.SelectMany(expression => MetricName().Matches(expression)).Select(match => match.Value), name => Assert.Contains(name, written));
    }

    [Fact]
    public async Task Every_line_of_the_metrics_is_of_the_format()
    {
        await using var service = await Service.StartAsync();
        await service.Post("/v1/recommend", "{}");
        var answer = await service.Get("/metrics");
        Assert.Equal("text/plain", answer.Type);
        Assert.All(answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(MetricLine(), line));
        var buckets = answer.Text.Split('\n').Where(line => line.StartsWith("metaembed_ranking_duration_seconds_bucket", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(' ')[^1])).ToArray();
        Assert.Equal(buckets.Order(), buckets);
        Assert.Equal(1, buckets[^1]);
    }

    [Fact]
    public async Task A_collector_gets_traces_and_metrics()
    {
        var got = new ConcurrentDictionary<string, string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            got.AddOrUpdate(context.Request.Path.Value!.Split('.')[^1], Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        await using (var service = await Service.StartAsync((options, _) => options.Otlp = collector.Urls.First()))
            await service.Post("/v1/recommend", """{"user":"secret person"}""");
        Assert.Contains("metaembed.basis", got["TraceService/Export"], StringComparison.Ordinal);
        Assert.Contains("metaembed.request.duration", got["MetricsService/Export"], StringComparison.Ordinal);
        Assert.DoesNotContain(got.Values, sent => sent.Contains("secret", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\b(metaembed|dotnet)_\w+")]
    private static partial Regex MetricName();

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? -?[0-9.E+-]+)$""")]
    private static partial Regex MetricLine();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MetaEmbed.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
