using MetaEmbed.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MetaEmbed.Cli.Views;

/// <summary>A training on a terminal: four lines that are rewritten in place, messages and evaluations above them.</summary>
internal sealed class TerminalTrainingView : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly LiveDisplayContext _display;
    private MetricSummary? _shown;
    private TimeSpan _drawn = TimeSpan.MinValue;

    private TerminalTrainingView(LiveDisplayContext display) => _display = display;

    public static TResult Watch<TResult>(Func<IProgress<TrainingProgress>, TResult> train) =>
        AnsiConsole.Live(new Markup("preparing ...")).AutoClear(true).Start(display => train(new TerminalTrainingView(display)));

    public void Report(TrainingProgress value)
    {
        lock (_gate)
        {
            if (value.Message is not null)
                AnsiConsole.MarkupLine($"[grey]{Durations.Text(value.Elapsed),8}[/] {Markup.Escape(value.Message)}");
            var evaluated = value.LastValidation is not null && !ReferenceEquals(value.LastValidation, _shown);
            if (evaluated)
            {
                _shown = value.LastValidation;
                AnsiConsole.MarkupLine(
                    $"[grey]{Durations.Text(value.Elapsed),8}[/] epoch {value.Epoch}: validation {TrainingView.Short(value.LastValidation!)}");
            }

            if (!evaluated && value.Elapsed - _drawn < Pause)
                return;
            _drawn = value.Elapsed;
            _display.UpdateTarget(Draw(value));
        }
    }

    private static Grid Draw(TrainingProgress value)
    {
        var share = value.StepsPerEpoch > 0 ? (double)value.Step / value.StepsPerEpoch : 0;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        grid.AddRow(Label(value.Stage), new Markup($"[bold]{Markup.Escape(value.Phase)}[/], epoch {value.Epoch}  {Bar(share)} {value.Step}/{value.StepsPerEpoch}"));
        grid.AddRow(Label("loss"), new Text(double.IsNaN(value.Loss) ? "-" : $"{value.Loss:F5}"));
        grid.AddRow(Label("validation"), new Text(Validation(value)));
        grid.AddRow(Label("time"), new Text(
            $"{Durations.Text(value.Elapsed)}{(value.Remaining is { } left ? $", {Durations.Text(left)} left if nothing improves" : "")}"));
        return grid;
    }

    private static string Validation(TrainingProgress value)
    {
        if (value.LastValidation is not { } last)
            return "-";
        var k = last.Ndcg.Keys.Min();
        return $"NDCG@{k} last {last.Ndcg[k]:F5}{TrainingView.Best(value)}";
    }

    private static IRenderable Label(string text) => new Markup($"[grey]{Markup.Escape(text)}[/]");

    private static string Bar(double share)
    {
        const int width = 24;
        var full = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return $"[green]{new string('━', full)}[/][grey]{new string('━', width - full)}[/]";
    }
}
