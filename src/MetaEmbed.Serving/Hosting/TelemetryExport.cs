using MetaEmbed.Inference;
using MetaEmbed.Serving.Watching;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MetaEmbed.Serving.Hosting;

/// <summary>Sends traces and metrics to a collector of OpenTelemetry, where one is named; its own variables (OTEL_...) hold besides.</summary>
internal static class TelemetryExport
{
    /// <summary>Adds it, or nothing.</summary>
    /// <exception cref="UserMistakeException">The address is none.</exception>
    public static void Add(IServiceCollection services, ServingOptions options)
    {
        if (options.Otlp.Length == 0 && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            return;
        Uri? collector = null;
        if (options.Otlp.Length > 0 && !Uri.TryCreate(options.Otlp, UriKind.Absolute, out collector))
            throw new UserMistakeException($"the collector '{options.Otlp}' is no address", "give one such as http://localhost:4317");
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("metaembed", serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3)))
            .WithTracing(traces => traces.AddSource(ServingMetrics.Name, "Microsoft.AspNetCore").AddOtlpExporter(exporter => exporter.Endpoint = collector ?? exporter.Endpoint))
            .WithMetrics(metrics => metrics.AddMeter(ServingMetrics.Name, "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel").AddOtlpExporter(exporter => exporter.Endpoint = collector ?? exporter.Endpoint));
    }
}
