using System.Diagnostics;
using System.Globalization;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>What a finished stage leaves.</summary>
/// <param name="Epochs">Epochs trained, resumed ones included.</param>
/// <param name="Checkpoint">The checkpoint that counts: the best of the last phase that had one.</param>
/// <param name="Validation">Its validation metrics.</param>
/// <param name="Test">Its test metrics.</param>
internal sealed record StageResult(int Epochs, string Checkpoint, MetricSummary Validation, MetricSummary Test);

/// <summary>
/// Runs a stage in its run folder: evaluate, keep the best, train, save, until the schedule ends; then test the kept
/// checkpoints. Killed at any moment it loses at most the epoch under way, and goes on to the same bits.
/// </summary>
internal sealed class StageLoop : IDisposable
{
    private readonly string _stage;
    private readonly IStageTrainer _trainer;
    private readonly DatasetSplit _split;
    private readonly EvaluationOptions _evaluation;
    private readonly TwoPhaseSchedule _schedule;
    private readonly CheckpointStore _store;
    private readonly RunLog _log;
    private readonly Workers _workers;
    private readonly ProgressReporter _progress;
    private readonly MetricsTable _metrics;
    private readonly AssignmentTable _assignments;
    private readonly ResultsTable _results;
    private readonly TensorBoardWriter _events;
    private readonly Dictionary<string, double> _timings;

    internal StageLoop(
        string stage,
        IStageTrainer trainer,
        DatasetSplit split,
        int[] cutoffs,
        TwoPhaseSchedule schedule,
        RunLayout layout,
        RunLog log,
        Workers workers,
        ProgressReporter progress,
        Dictionary<string, double> timings)
    {
        _stage = stage;
        _trainer = trainer;
        _split = split;
        _evaluation = new EvaluationOptions { Cutoffs = cutoffs };
        _schedule = schedule;
        _log = log;
        _workers = workers;
        _progress = progress;
        _timings = timings;
        _store = new CheckpointStore(layout.Checkpoints);
        Resume();
        _metrics = MetricsTable.Open(layout.Metrics, cutoffs, _schedule.Epoch);
        _assignments = AssignmentTable.Open(layout.Assignment, _schedule.Epoch);
        _results = ResultsTable.Open(layout.Results, cutoffs);
        _events = TensorBoardWriter.Open(layout.TensorBoard, _schedule.Epoch);
    }

    /// <summary>Epochs trained so far.</summary>
    internal int Epoch => _schedule.Epoch;

    /// <summary>Runs to the end of the stage.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; the last finished epoch is saved.</exception>
    internal StageResult Run(CancellationToken cancellation)
    {
        if (_schedule.Epoch == 0)
        {
            _store.Save(CheckpointStore.Initial, _trainer.Tensors(optimizer: false), Texts());
            _assignments.Put(0, _stage, "initial", Statistics());
        }

        while (_schedule.Phase != TrainingPhase.Done)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_schedule.EvaluationDue)
                Evaluate(cancellation);
            else
                TrainEpoch(cancellation);
        }

        return Finish(cancellation);
    }

    public void Dispose() => _events.Dispose();

    private void Resume()
    {
        using var last = _store.TryLoad(CheckpointStore.Last);
        if (last is null)
            return;
        _trainer.Restore(last, optimizer: true);
        _schedule.Restore(last.Texts);
        _log.Write("resume", ("stage", _stage), ("epoch", _schedule.Epoch), ("notice", last.Notice ?? ""));
        if (last.Notice is not null)
            _progress.Message($"the newest checkpoint is damaged, going on from the one before: {last.Notice}");
    }

    private void Evaluate(CancellationToken cancellation)
    {
        var phase = PhaseName(_schedule.Phase);
        var before = _schedule.Phase;
        var watch = Stopwatch.StartNew();
        _progress.Phase(_stage, "evaluate", _schedule);
        var metrics = Rank(_split.Validation, "valid", cancellation);
        Add("evaluate", watch);
        _metrics.Put(_schedule.Epoch, phase, metrics);
        _events.Validation(_schedule.Epoch, metrics);
        var best = _schedule.Evaluated(metrics.Ndcg[_evaluation.Cutoffs[0]]);
        if (best)
            _store.Save(CheckpointOf(before), _trainer.Tensors(optimizer: false), Texts());
        _log.Write(
            "evaluation", ("stage", _stage), ("phase", phase), ("epoch", _schedule.Epoch), ("ndcg", metrics.Ndcg), ("recall", metrics.Recall),
            ("best", best), ("seconds", watch.Elapsed.TotalSeconds));
        _progress.Evaluated(metrics, _schedule);
        if (_schedule.Phase != before)
        {
            _log.Write("phase-end", ("stage", _stage), ("phase", phase), ("epoch", _schedule.Epoch));
            _progress.Message($"epoch {_schedule.Epoch}: the phase '{phase}' of the {_stage} stage ends");
        }
    }

    private void TrainEpoch(CancellationToken cancellation)
    {
        var epoch = _schedule.Epoch;
        var update = _schedule.UpdateDue;
        _progress.Phase(_stage, PhaseName(_schedule.Phase), _schedule);
        var watch = Stopwatch.StartNew();
        var losses = _trainer.TrainEpoch(epoch, update, (step, loss) => _progress.Step(step, _trainer.StepsPerEpoch, loss), cancellation);
        Add("train", watch);
        _progress.EpochTook(watch.Elapsed);
        _events.Training(epoch, losses.Loss, losses.Ranking, losses.Penalty);
        if (update)
            _assignments.Put(epoch, _stage, "update", Statistics());
        _schedule.Trained();
        _store.Save(CheckpointStore.Last, _trainer.Tensors(optimizer: true), Texts());
        _log.Write(
            "epoch", ("stage", _stage), ("phase", PhaseName(_schedule.Phase)), ("epoch", epoch), ("loss", losses.Loss), ("ranking", losses.Ranking),
            ("penalty", losses.Penalty), ("updated", update), ("seconds", watch.Elapsed.TotalSeconds));
    }

    /// <summary>Tests the kept checkpoints; the last phase's counts.</summary>
    private StageResult Finish(CancellationToken cancellation)
    {
        StageResult? result = null;
        foreach (var name in new[] { CheckpointStore.BestFixed, CheckpointStore.BestUpdating })
        {
            int epoch;
            using (var checkpoint = _store.TryLoad(name))
            {
                if (checkpoint is null)
                    continue;
                _trainer.Restore(checkpoint, optimizer: false);
                epoch = (int)checkpoint.WholeNumber("schedule.epoch");
            }

            _progress.Phase(_stage, "evaluate", _schedule);
            var watch = Stopwatch.StartNew();
            var valid = Rank(_split.Validation, "valid", cancellation);
            var test = Rank(_split.Test, "test", cancellation);
            Add("evaluate", watch);
            _results.Put(name, epoch, valid);
            _results.Put(name, epoch, test);
            _log.Write("test", ("stage", _stage), ("checkpoint", name), ("epoch", epoch), ("ndcg", test.Ndcg), ("recall", test.Recall));
            result = new StageResult(_schedule.Epoch, name, valid, test);
        }

        return result ?? throw new InvalidOperationException("a stage ended without a checkpoint");
    }

    private MetricSummary Rank(Interactions relevant, string split, CancellationToken cancellation)
    {
        var rows = _trainer.ComputeEntityRows();
        var train = _split.Train;
        var result = FullRanking.Evaluate(
            rows, train.UserCount, train.ItemCount, _trainer.ItemBias, train, relevant, _evaluation, _workers, cancellation);
        return new MetricSummary(split, result.Users, result.Ndcg, result.Recall);
    }

    private Dictionary<string, string> Texts()
    {
        var texts = new Dictionary<string, string>(_schedule.Save())
        {
            ["stage"] = _stage,
            ["optimizer.steps"] = _trainer.OptimizerSteps.ToString(CultureInfo.InvariantCulture),
        };
        return texts;
    }

    private AssignmentStatistics Statistics()
    {
        var assignment = _trainer.UpdatedAssignment;
        return AssignmentStatistics.Of(assignment.Picks, assignment.Weights, assignment.Rows, assignment.Columns);
    }

    private void Add(string what, Stopwatch watch)
    {
        var key = $"{_stage}.{what}";
        _timings[key] = _timings.GetValueOrDefault(key) + watch.Elapsed.TotalSeconds;
    }

    private static string CheckpointOf(TrainingPhase phase) =>
        phase == TrainingPhase.Fixed ? CheckpointStore.BestFixed : CheckpointStore.BestUpdating;

    private static string PhaseName(TrainingPhase phase) => phase switch
    {
        TrainingPhase.Fixed => "fixed",
        TrainingPhase.Updating => "updating",
        _ => "done",
    };
}
