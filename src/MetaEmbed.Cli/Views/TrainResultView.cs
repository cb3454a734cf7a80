using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>How a training ended.</summary>
internal static class TrainResultView
{
    public static void Show(Screen screen, TrainResult result)
    {
        var took = Durations.Text(TimeSpan.FromSeconds(result.Seconds));
        screen.Text.WriteLine(result.Interrupted
            ? $"Interrupted after {result.Epochs} epochs, {took}. Go on with --resume."
            : $"Trained {result.Epochs} epochs in {took}. The run is in {result.RunFolder}.");
        foreach (var metrics in new[] { result.Validation, result.Test })
        {
            if (metrics is not null)
                MetricsView.Table(screen.Text, metrics);
        }

        if (!screen.Json)
            return;
        JsonLine.Write(json =>
        {
            json.WriteString("run", result.RunFolder);
            json.WriteNumber("seconds", result.Seconds);
            json.WriteNumber("epochs", result.Epochs);
            json.WriteBoolean("interrupted", result.Interrupted);
            JsonLine.Metrics(json, "valid", result.Validation);
            JsonLine.Metrics(json, "test", result.Test);
        });
    }
}
