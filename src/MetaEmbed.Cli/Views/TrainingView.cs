using MetaEmbed.Experiments;

namespace MetaEmbed.Cli.Views;

/// <summary>Shows a training while it runs: a display that moves on a terminal, lines elsewhere.</summary>
internal static class TrainingView
{
    public static TResult Watch<TResult>(Screen screen, Func<IProgress<TrainingProgress>, TResult> train) =>
        screen.IsTerminal ? TerminalTrainingView.Watch(train) : train(new LineTrainingView(screen.Text));

    /// <summary>Which preset the training starts from.</summary>
    /// <param name="screen">Where to show it.</param>
    /// <param name="name">The preset.</param>
    /// <param name="data">The dataset that it was picked for; null where somebody named it.</param>
    public static void Preset(Screen screen, string name, string? data) =>
        screen.Text.WriteLine(data is null ? $"preset {name}" : $"preset {name}, the default; --preset names another");

    /// <summary>NDCG and recall of an evaluation at its first cut-off, for a line.</summary>
    public static string Short(MetricSummary metrics)
    {
        var k = metrics.Ndcg.Keys.Min();
        return $"NDCG@{k} {metrics.Ndcg[k]:F5}, Recall@{k} {metrics.Recall[k]:F5}";
    }

    /// <summary>The best of the phase, for a line; empty at the start of one.</summary>
    public static string Best(TrainingProgress value) => double.IsFinite(value.BestValidation) ? $", best {value.BestValidation:F5}" : "";
}
