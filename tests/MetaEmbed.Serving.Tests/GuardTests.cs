using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MetaEmbed.Serving.Guards;
using Microsoft.Extensions.DependencyInjection;

namespace MetaEmbed.Serving.Tests;

/// <summary>Keys, limits, back-pressure, slow and silent clients, TLS.</summary>
public sealed class GuardTests
{
    [Fact]
    public async Task Keys_divide_readers_from_admins()
    {
        await using var service = await Service.StartAsync((options, folder) =>
        {
            options.Keys = Path.Combine(folder, "keys.txt");
            File.WriteAllText(options.Keys, $"# clients\nread shop {Hash("reader's key")}\nadmin ops {Hash("admin's key")}\n");
        });
        Assert.Equal("no-key", (await service.Post("/v1/recommend", "{}")).Problem());
        var wrong = await service.Post("/v1/recommend", "{}", "another key");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal("Bearer", wrong.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", "{}", "reader's key")).Status);
        Assert.Equal("forbidden", (await service.Post("/v1/admin/reload", "", "reader's key")).Problem());
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/admin/reload", "", "admin's key")).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", "{}", "admin's key")).Status);
        Assert.Equal("no-key", (await service.Get("/metrics")).Problem());
        foreach (var open in new[] { "/healthz", "/readyz", "/openapi/v1.json" })
            Assert.Equal(HttpStatusCode.OK, (await service.Get(open)).Status);
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/model");
        request.Headers.Add("X-Api-Key", "reader's key");
        Assert.Equal(HttpStatusCode.OK, (await service.Send(request)).Status);
    }

    [Fact]
    public async Task A_client_that_asks_too_often_is_told_when_to_come_back()
    {
        await using var service = await Service.StartAsync((options, _) => (options.Rate, options.Burst) = (1, 3));
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await service.Get("/v1/model")).Status);
        var refused = await service.Get("/v1/model");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("rate", refused.Problem());
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await service.Get("/healthz")).Status);
    }

    [Fact]
    public async Task What_cannot_be_ranked_now_waits_or_is_turned_away()
    {
        await using var service = await Service.StartAsync((options, _) => (options.Concurrency, options.Queue) = (1, 1));
        var admission = service.Services.GetRequiredService<Admission>();
        var held = await admission.EnterAsync(); // a ranking that takes long
        var waiting = service.Post("/v1/recommend", "{}");
        while (!(await service.Get("/metrics")).Text.Contains("metaembed_queue_length 1\n", StringComparison.Ordinal))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        var refused = await service.Post("/v1/recommend", "{}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal("busy", refused.Problem());
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(HttpStatusCode.OK, (await service.Get("/healthz")).Status);
        held.Dispose();
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", "{}")).Status);
    }

    [Fact]
    public async Task Lists_that_wait_are_ranked_together_and_are_the_same()
    {
        await using var service = await Service.StartAsync((options, _) => options.Concurrency = 1);
        var bodies = Enumerable.Range(0, 24).Select(i => $$"""{"history":["{{SmallModel.Item(i)}}","{{SmallModel.Item(59 - i)}}"],"k":{{3 + (i % 5)}},"explain":{{(i % 2 == 0 ? "true" : "false")}}}""")
            .Append("""{"user":"user 1"}""").Append("""{"user":"nobody"}""").ToArray();
        var alone = new List<string>();
        foreach (var body in bodies)
            alone.Add((await service.Post("/v1/recommend", body)).Text);
        var admission = service.Services.GetRequiredService<Admission>();
        var held = await admission.EnterAsync();
        var together = bodies.Select(body => service.Post("/v1/recommend", body)).ToArray();
        var search = service.Get("/v1/items?q=title");
        while (!(await service.Get("/metrics")).Text.Contains($"metaembed_queue_length {bodies.Length + 1}\n", StringComparison.Ordinal))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        held.Dispose();
        Assert.Equal(alone, (await Task.WhenAll(together)).Select(answer => answer.Text));
        Assert.Equal(10, (await search).Ids.Length);
        Assert.Contains("metaembed_rankings_active 0\n", (await service.Get("/metrics")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_longer_than_the_time_limit_is_told_so()
    {
        await using var service = await Service.StartAsync((options, _) => (options.Concurrency, options.Timeout) = (1, 0.1));
        var held = await service.Services.GetRequiredService<Admission>().EnterAsync();
        var waiting = service.Post("/v1/recommend", "{}");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        held.Dispose();
        Assert.Equal("busy", (await waiting).Problem());
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", "{}")).Status);
    }

    [Fact]
    public async Task A_slow_body_is_refused_and_holds_nobody_up()
    {
        await using var service = await Service.StartAsync((options, _) => (options.Concurrency, options.Queue, options.Timeout) = (1, 0, 0.3));
        using var slow = await Connect(service, "POST /v1/recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"k\":");
        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", "{}")).Status); // the only place is free
        Assert.StartsWith("HTTP/1.1 408 ", await ReadSome(slow), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_connections_and_cut_off_requests_harm_nobody()
    {
        await using var service = await Service.StartAsync((options, _) => options.Timeout = 0.5);
        var silent = new List<Socket>();
        for (var i = 0; i < 40; i++)
            silent.Add(await Connect(service, i % 2 == 0 ? "" : "POST /v1/recommend HTT"));
        for (var i = 0; i < 20; i++)
        {
            using var cut = await Connect(service, "POST /v1/recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"user\":\"us");
            cut.LingerState = new LingerOption(true, 0); // a reset in the middle of the body
        }

        Assert.Equal(HttpStatusCode.OK, (await service.Post("/v1/recommend", """{"user":"user 2"}""")).Status);
        silent.ForEach(socket => socket.Dispose());
        var text = (await service.Get("/metrics")).Text;
        Assert.DoesNotContain("status=\"500\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_a_hundred_megabytes_is_refused_at_its_head()
    {
        await using var service = await Service.StartAsync();
        using var large = await Connect(service, "POST /v1/recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", await ReadSome(large), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_serves_with_a_certificate_from_pem_files()
    {
        var print = "";
        await using var service = await Service.StartAsync((options, folder) =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            (options.Certificate, options.CertificateKey) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
            print = certificate.Thumbprint;
            File.WriteAllText(options.Certificate, certificate.ExportCertificatePem());
            File.WriteAllText(options.CertificateKey, key.ExportPkcs8PrivateKeyPem());
        });
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => (shown as X509Certificate2)?.Thumbprint == print } };
        using var client = new HttpClient(handler);
        using var response = await client.GetAsync(new Uri($"https://127.0.0.1:{service.Port}/readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Headers.Contains("Strict-Transport-Security"));
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static async Task<Socket> Connect(Service service, string text)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, service.Port);
        if (text.Length > 0)
            await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        return socket;
    }

    private static async Task<string> ReadSome(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, patience.Token));
    }
}
