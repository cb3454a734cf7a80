using MetaEmbed.Cli.Plots;
using MetaEmbed.Experiments;
using MetaEmbed.Reports;

namespace MetaEmbed.Cli.Views;

/// <summary>What a report of a run shows.</summary>
/// <param name="Title">The run's name.</param>
/// <param name="Summary">One sentence under the title.</param>
/// <param name="Facts">What was computed of the model; null for a baseline, which keeps none.</param>
/// <param name="Stages">The stages that have been evaluated.</param>
/// <param name="Samples">Lists of some users.</param>
/// <param name="TrainSeconds">Seconds of training, without loading and evaluating.</param>
/// <param name="Tables">Tables of names and values, by heading: settings, timing, data, machine.</param>
/// <param name="Commands">How to repeat the run.</param>
internal sealed record Report(
    string Title,
    string Summary,
    ReportFacts? Facts,
    IReadOnlyList<ReportStage> Stages,
    IReadOnlyList<SampleList> Samples,
    double TrainSeconds,
    IReadOnlyList<(string Heading, IReadOnlyList<(string Name, string Value)> Rows)> Tables,
    IReadOnlyList<string> Commands);

/// <summary>What a report shows of a stage.</summary>
/// <param name="Stage">What to call it: coarse stage, fine stage; a baseline's name.</param>
/// <param name="Metrics">Metrics of the kept checkpoints.</param>
/// <param name="Parts">Metrics of head and tail, and of samples of users.</param>
/// <param name="Curves">Validation by epoch; null where there is none.</param>
internal sealed record ReportStage(
    string Stage, IReadOnlyList<(string Checkpoint, int Epoch, MetricSummary Metrics)> Metrics, IReadOnlyList<EvaluationRow> Parts, StageCurves? Curves);
