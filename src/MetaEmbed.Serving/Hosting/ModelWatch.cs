using MetaEmbed.Serving.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Serving.Hosting;

/// <summary>
/// Loads the models at the start, before the first request, and looks for newer files from then on. Looking, not listening: it
/// finds what network folders, links and mounted volumes change, of which no notice comes.
/// </summary>
internal sealed partial class ModelWatch(ModelHost models, ServingOptions options, ILogger<ModelWatch> log) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        models.Start();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Watch <= 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Watch));
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException)
        {
            // the service stops
        }
    }

    private void Look()
    {
        try
        {
            models.Reload(all: false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Failed(log, failure);
        }
    }

    [LoggerMessage(20, LogLevel.Error, "looking for new models failed; it is tried again")]
    private static partial void Failed(ILogger log, Exception failure);
}
