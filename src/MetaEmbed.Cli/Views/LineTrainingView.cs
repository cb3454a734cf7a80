using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>A training as plain lines: each message, each evaluation, and a sign of life now and then.</summary>
internal sealed class LineTrainingView(TextWriter text) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private MetricSummary? _shown;
    private TimeSpan _last;

    public void Report(TrainingProgress value)
    {
        lock (_gate)
        {
            var head = $"[{Durations.Text(value.Elapsed)}] {value.Stage}";
            if (value.Message is not null)
                Line(value, $"{head}: {value.Message}");
            if (value.LastValidation is { } metrics && !ReferenceEquals(metrics, _shown))
            {
                _shown = metrics;
                Line(value, $"{head}, epoch {value.Epoch}: validation {TrainingView.Short(metrics)}{TrainingView.Best(value)}");
            }
            else if (value.Elapsed - _last >= SignOfLife)
            {
                var loss = double.IsNaN(value.Loss) ? "" : $", loss {value.Loss:F5}";
                var left = value.Remaining is { } remaining ? $", {Durations.Text(remaining)} left if nothing improves" : "";
                Line(value, $"{head} {value.Phase}, epoch {value.Epoch}, step {value.Step}/{value.StepsPerEpoch}{loss}{left}");
            }
        }
    }

    private void Line(TrainingProgress value, string line)
    {
        text.WriteLine(line);
        text.Flush();
        _last = value.Elapsed;
    }
}
