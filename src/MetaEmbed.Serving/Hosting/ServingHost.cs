using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Endpoints;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Page;
using MetaEmbed.Serving.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace MetaEmbed.Serving.Hosting;

/// <summary>A server of its own around the API: Kestrel, its limits and TLS, the log, and an orderly end.</summary>
public static partial class ServingHost
{
    /// <summary>How long requests under way are waited for at the end.</summary>
    internal static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(20);

    /// <summary>Serves until it is told to stop.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="started">Told the addresses once requests are answered.</param>
    /// <param name="stop">Ends it: requests under way are answered first.</param>
    /// <exception cref="UserMistakeException">A setting, a file or the address cannot be used.</exception>
    public static async Task RunAsync(ServingOptions options, Action<IEnumerable<string>> started, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(started);
        await using var app = Build(options);
        await StartAsync(app, options);
        started(app.Urls);
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            // the signal to stop
        }

        app.Services.GetRequiredService<Draining>().Begin();
        await Task.Delay(TimeSpan.FromSeconds(options.Drain), CancellationToken.None);
        await app.StopAsync(CancellationToken.None);
    }

    /// <summary>The app, not started.</summary>
    /// <param name="options">The settings.</param>
    public static WebApplication Build(ServingOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        SetLog(builder.Logging, options);
        builder.Services.AddMetaEmbed(into => Copy(options, into));
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownPatience);
        TelemetryExport.Add(builder.Services, options);
        var certificate = Certificate(options);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            SetLimits(kestrel, options);
            // Endpoints of Kestrel's own configuration take the place of host and port.
            if (!context.Configuration.GetSection("Kestrel:Endpoints").Exists())
                Listen(kestrel, options, certificate);
        });
        var app = builder.Build();
        app.UseStatusCodePages(static async pages => await NoRoute(pages.HttpContext));
        app.MapMetaEmbed();
        PageFile.Map(app);
        if (options.Host is not ("127.0.0.1" or "::1" or "localhost") && app.Services.GetRequiredService<ApiKeys>().IsEmpty)
            Open(app.Logger);
        return app;
    }

    /// <summary>Starts it, with what stands in the way told as a mistake.</summary>
    internal static async Task StartAsync(WebApplication app, ServingOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException failure)
        {
            throw new UserMistakeException($"{options.Host}:{options.Port} cannot be listened on ({failure.Message})", "give another --port or --host");
        }
    }

    private static Task NoRoute(HttpContext context)
    {
        ServingEndpoint.SetHeaders(context);
        var status = context.Response.StatusCode;
        var problem = status switch
        {
            StatusCodes.Status404NotFound => Problem.NotFound(),
            StatusCodes.Status405MethodNotAllowed => new Problem(status, "method", "This method is not answered here", $"Allowed: {context.Response.Headers.Allow}."),
            _ => new Problem(status, "refused", "The request is refused", "See /openapi/v1.json for what there is."),
        };
        return problem.WriteAsync(context);
    }

    private static void Listen(KestrelServerOptions kestrel, ServingOptions options, X509Certificate2? certificate)
    {
        if (options.Host == "localhost")
        {
            kestrel.ListenLocalhost(options.Port, Tls);
            return;
        }

        if (!System.Net.IPAddress.TryParse(options.Host, out var address))
            throw new UserMistakeException($"the host '{options.Host}' is no address", "give one such as 127.0.0.1, 0.0.0.0, :: or localhost");
        kestrel.Listen(address, options.Port, Tls);

        void Tls(ListenOptions listen)
        {
            if (certificate is not null)
                listen.UseHttps(certificate, https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        }
    }

    private static void SetLimits(KestrelServerOptions kestrel, ServingOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
        limits.MaxRequestBodySize = options.MaxBody;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(options.Timeout);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(Math.Max(120, options.Timeout));
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestLineSize = 8 << 10;
    }

    private static X509Certificate2? Certificate(ServingOptions options)
    {
        if (options.Certificate.Length == 0)
            return null;
        try
        {
            return X509Certificate2.CreateFromPemFile(options.Certificate, options.CertificateKey.Length == 0 ? null : options.CertificateKey);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UserMistakeException(options.Certificate, null, $"is no certificate that can be used ({failure.Message})", "give a PEM file with certificate and key", failure);
        }
    }

    private static void SetLog(ILoggingBuilder logging, ServingOptions options)
    {
        logging.ClearProviders();
        if (options.Log == LogFormat.None)
            return;
        // Nothing of a request's address, body or headers is written, at any level that is on.
        // What fails the start is told by whoever starts.
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("MetaEmbed", LogLevel.Information).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("ModelContextProtocol", LogLevel.None);
        if (options.Log == LogFormat.Json)
            logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ", true));
        else
            logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "yyyy-MM-dd HH:mm:ss ", true));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Copy(ServingOptions from, ServingOptions to)
    {
        to.Models = from.Models;
        foreach (var setting in ServingSettings.All)
            setting.Write(to, setting.Read(from));
    }

    [LoggerMessage(30, LogLevel.Warning, "listening beyond this machine without API keys: whoever reaches it may ask; give --keys")]
    private static partial void Open(ILogger log);

    /// <summary>Leaves signals to whoever runs the host.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
