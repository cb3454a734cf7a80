using MetaEmbed.Evaluation;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Experiments;

/// <summary>
/// Writes what happens in a training to all places of the run folder that keep it: log, tables, event files. One
/// process, one recorder; a method throws when the disk is full, with every file as it was before it.
/// </summary>
internal sealed class RunRecorder : IDisposable
{
    private readonly string _stage;
    private readonly MetricsTable _metrics;
    private readonly AssignmentTable _assignment;
    private readonly ResultsTable _results;
    private readonly EvaluationsTable _evaluations;
    private readonly TensorBoardWriter _board;

    private RunRecorder(string stage, RunLog log, MetricsTable metrics, AssignmentTable assignment, ResultsTable results, EvaluationsTable evaluations, TensorBoardWriter board)
    {
        _stage = stage;
        Log = log;
        _metrics = metrics;
        _assignment = assignment;
        _results = results;
        _evaluations = evaluations;
        _board = board;
    }

    /// <summary>The log, for events that have no method here.</summary>
    public RunLog Log { get; }

    /// <summary>The evaluations so far, those of earlier sessions included.</summary>
    public IReadOnlyList<MetricsRow> Evaluations => _metrics.Rows;

    /// <summary>Starts to record, and drops what earlier sessions kept of epochs that come again.</summary>
    /// <param name="folder">The folder, held by this process.</param>
    /// <param name="stage">coarse or fine.</param>
    /// <param name="cutoffs">The k of the metrics, in the order of the columns.</param>
    /// <param name="nextEpoch">The epoch that the training goes on with, from the checkpoint; 0 at the start.</param>
    /// <exception cref="UserMistakeException">A file is damaged or cannot be written, or the cut-offs have changed.</exception>
    public static RunRecorder Open(RunFolder folder, string stage, IReadOnlyList<int> cutoffs, int nextEpoch)
    {
        var layout = folder.Layout.Stage(stage);
        StorageFailure.CreateFolder(layout.Root);
        var metrics = MetricsTable.Open(layout.Metrics, cutoffs, nextEpoch);
        var assignment = AssignmentTable.Open(layout.Assignment, nextEpoch);
        var results = ResultsTable.Open(layout.Results, cutoffs);
        var evaluations = EvaluationsTable.Open(layout.Evaluations, cutoffs);
        var board = TensorBoardWriter.Open(layout.TensorBoard, nextEpoch);
        try
        {
            var log = RunLog.Open(folder.Layout.Log);
            log.Write(nextEpoch > 0 ? "resume" : "start", ("stage", stage), ("next_epoch", nextEpoch), ("version", RunManifest.CurrentVersion), ("process", Environment.ProcessId));
            return new RunRecorder(stage, log, metrics, assignment, results, evaluations, board);
        }
        catch
        {
            board.Dispose();
            throw;
        }
    }

    /// <summary>An evaluation on the validation set.</summary>
    /// <param name="epoch">Taken before the training of this epoch.</param>
    /// <param name="phase">fixed or updating.</param>
    /// <param name="metrics">NDCG and recall at the cut-offs.</param>
    /// <param name="seconds">What it took.</param>
    public void Evaluation(int epoch, string phase, MetricSummary metrics, double seconds)
    {
        Log.Write("evaluation", ("stage", _stage), ("epoch", epoch), ("phase", phase), ("split", metrics.Split), ("users", metrics.Users), ("ndcg", metrics.Ndcg), ("recall", metrics.Recall), ("seconds", seconds));
        _metrics.Put(epoch, phase, metrics);
        _board.Validation(epoch, metrics);
    }

    /// <summary>An epoch of training.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="phase">fixed or updating.</param>
    /// <param name="loss">Mean over its steps of the whole loss.</param>
    /// <param name="ranking">Its ranking term.</param>
    /// <param name="penalty">Its L2 term.</param>
    /// <param name="steps">Number of its steps.</param>
    /// <param name="seconds">What it took.</param>
    public void Epoch(int epoch, string phase, double loss, double ranking, double penalty, int steps, double seconds)
    {
        Log.Write("epoch", ("stage", _stage), ("epoch", epoch), ("phase", phase), ("loss", loss), ("recsys_loss", ranking), ("reg_loss", penalty), ("steps", steps), ("seconds", seconds));
        _board.Training(epoch, loss, ranking, penalty);
    }

    /// <summary>An assignment, at the start or after an update.</summary>
    /// <param name="epoch">The epoch under way.</param>
    /// <param name="assignment">coarse (S) or fine (S2).</param>
    /// <param name="cause">initial or update.</param>
    /// <param name="statistics">What it looks like.</param>
    public void Assignment(int epoch, string assignment, string cause, AssignmentStatistics statistics)
    {
        Log.Write("assignment", ("stage", _stage), ("epoch", epoch), ("assignment", assignment), ("cause", cause),
            ("nonzero_share", statistics.NonZeroShare), ("nonzero_per_row", statistics.NonZeroPerRow), ("mean", statistics.Mean),
            ("nonzero_mean", statistics.NonZeroMean), ("in_use", statistics.InUse), ("total", statistics.Total));
        _assignment.Put(epoch, assignment, cause, statistics);
    }

    /// <summary>The end of a phase.</summary>
    /// <param name="epoch">The epoch at which it ended.</param>
    /// <param name="phase">fixed or updating.</param>
    /// <param name="bestEpoch">The epoch of its best evaluation.</param>
    /// <param name="best">NDCG at the first cut-off there.</param>
    /// <param name="reason">patience or max-epochs.</param>
    public void PhaseEnd(int epoch, string phase, int bestEpoch, double best, string reason)
    {
        Log.Write("phase-end", ("stage", _stage), ("epoch", epoch), ("phase", phase), ("best_epoch", bestEpoch), ("best_ndcg", best), ("reason", reason));
    }

    /// <summary>The test metrics of a kept checkpoint.</summary>
    /// <param name="checkpoint">Its name.</param>
    /// <param name="epoch">The epoch it was taken at.</param>
    /// <param name="metrics">NDCG and recall at the cut-offs.</param>
    public void Test(string checkpoint, int epoch, MetricSummary metrics)
    {
        Log.Write("test", ("stage", _stage), ("checkpoint", checkpoint), ("epoch", epoch), ("split", metrics.Split), ("users", metrics.Users), ("ndcg", metrics.Ndcg), ("recall", metrics.Recall));
        _results.Put(checkpoint, epoch, metrics);
    }

    /// <summary>The test metrics of a kept checkpoint by parts.</summary>
    /// <param name="checkpoint">Its name.</param>
    /// <param name="epoch">The epoch it was taken at.</param>
    /// <param name="split">valid or test.</param>
    /// <param name="options">What was evaluated.</param>
    /// <param name="result">The metrics.</param>
    public void Parts(string checkpoint, int epoch, string split, EvaluationOptions options, EvaluationResult result) =>
        _evaluations.Put(checkpoint, epoch, split, options, result);

    /// <summary>Closes log and event file; do so before the manifest is sealed.</summary>
    public void Dispose()
    {
        Log.Dispose();
        _board.Dispose();
    }
}
