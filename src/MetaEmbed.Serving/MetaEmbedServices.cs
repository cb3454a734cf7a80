using MetaEmbed.Inference;
using MetaEmbed.Serving.Assistants;
using MetaEmbed.Serving.Endpoints;
using MetaEmbed.Serving.Events;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Hosting;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MetaEmbed.Serving;

/// <summary>Adds the service to an app.</summary>
public static class MetaEmbedServices
{
    /// <summary>Adds models, event log, guards and metrics; the models are loaded when the app starts.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets at least <see cref="ServingOptions.Models"/>. What concerns the listening (address, TLS, connections) is the app's.</param>
    /// <exception cref="UserMistakeException">A setting is out of its bounds.</exception>
    public static IServiceCollection AddMetaEmbed(this IServiceCollection services, Action<ServingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ServingOptions();
        configure(options);
        ServingSettings.Check(options);
        services.AddMetrics();
        services.AddRouting();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ServingMetrics>();
        services.AddSingleton<MetricsPage>();
        services.AddSingleton<ModelHost>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<RateGate>();
        services.AddSingleton<Admission>();
        services.AddSingleton<Draining>();
        services.AddSingleton(new UserEvents(options.EventHistory, options.EventUsers));
        services.AddSingleton<EventLog>();
        services.AddSingleton<ListRanking>();
        services.AddSingleton<ServingEndpoint>();
        services.AddSingleton<RecommendEndpoints>();
        services.AddSingleton<ItemEndpoints>();
        services.AddSingleton<StateEndpoints>();
        services.AddSingleton<EventEndpoints>();
        if (options.Mcp)
            AssistantServer.Add(services);
        services.AddHostedService<ModelWatch>();
        return services;
    }
}
