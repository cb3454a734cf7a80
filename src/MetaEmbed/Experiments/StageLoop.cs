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
    private readonly EvaluationOptions _testing;
    private readonly TwoPhaseSchedule _schedule;
    private readonly CheckpointStore _store;
    private readonly Workers _workers;
    private readonly ProgressReporter _progress;
    private readonly RunRecorder _recorder;
    private readonly Dictionary<string, double> _timings;
    private readonly Dictionary<string, MetricSummary> _validations = [];

    /// <param name="stage">coarse or fine.</param>
    /// <param name="trainer">Owned by the caller.</param>
    /// <param name="schedule">The phases; taken on from the last checkpoint, if there is one.</param>
    /// <param name="measured">Settings of the coarse stage: the k of the metrics, of which NDCG at the first drives the phases, and the users they are taken of.</param>
    /// <param name="context">Data, folder, threads.</param>
    internal StageLoop(string stage, IStageTrainer trainer, TwoPhaseSchedule schedule, CoarseTrainingOptions measured, TrainingContext context)
    {
        _stage = stage;
        _trainer = trainer;
        _split = context.Split;
        _testing = new EvaluationOptions { Cutoffs = measured.Cutoffs, SampleUsers = measured.SampleUsers };
        _evaluation = _testing with { HeadShare = 0, SampleUsers = measured.ValidationUsers };
        _schedule = schedule;
        _workers = context.Workers;
        _progress = context.Progress;
        _timings = context.Timings;
        _store = context.StoreOf(stage);
        var notice = Resume();
        context.FirstEpoch ??= _schedule.Epoch;
        _recorder = RunRecorder.Open(context.Folder, stage, measured.Cutoffs, _schedule.Epoch);
        Declare("final evaluations rank", measured.SampleUsers, "sample-users");
        Declare("evaluations between epochs rank", measured.ValidationUsers, "validation-users");
        if (notice is null)
            return;
        _recorder.Log.Write("damage", ("stage", stage), ("notice", notice));
        _progress.Message($"the newest checkpoint is damaged, going on from the one before: {notice}");
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
            RecordAssignment(0, "initial");
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

    public void Dispose() => _recorder.Dispose();

    private void Declare(string what, int users, string setting)
    {
        if (users > 0)
            _progress.Message($"{what} for a sample of {users:N0} of {_split.Train.UserCount:N0} users ({setting})");
    }

    /// <summary>Takes the last checkpoint, if any; returns what is wrong with the newest version of it, mostly nothing.</summary>
    private string? Resume()
    {
        using var last = _store.TryLoad(CheckpointStore.Last);
        if (last is null)
            return null;
        _trainer.Restore(last, optimizer: true);
        _schedule.Restore(last.Texts);
        return last.Notice;
    }

    private void Evaluate(CancellationToken cancellation)
    {
        var phase = PhaseName(_schedule.Phase);
        var before = _schedule.Phase;
        var watch = Stopwatch.StartNew();
        _progress.Phase(_stage, "evaluate", _schedule);
        var metrics = Summary("valid", Rank(_split.Validation, _evaluation, cancellation));
        Add("evaluate", watch);
        _recorder.Evaluation(_schedule.Epoch, phase, metrics, watch.Elapsed.TotalSeconds);
        var best = Math.Max(_schedule.Best, metrics.Ndcg[_evaluation.Cutoffs[0]]);
        var bestEpoch = metrics.Ndcg[_evaluation.Cutoffs[0]] > _schedule.Best ? _schedule.Epoch : _schedule.BestEpoch;
        if (_schedule.Evaluated(metrics.Ndcg[_evaluation.Cutoffs[0]]))
        {
            _store.Save(CheckpointOf(before), _trainer.Tensors(optimizer: false), Texts());
            _validations[CheckpointOf(before)] = metrics;
        }

        _progress.Evaluated(metrics, _schedule);
        if (_schedule.Phase == before)
            return;
        _recorder.PhaseEnd(_schedule.Epoch, phase, bestEpoch, best, _schedule.EndedByPatience ? "patience" : "max-epochs");
        _progress.Message($"epoch {_schedule.Epoch}: the phase '{phase}' of the {_stage} stage ends, its best was epoch {bestEpoch}");
    }

    private void TrainEpoch(CancellationToken cancellation)
    {
        var epoch = _schedule.Epoch;
        var update = _schedule.UpdateDue;
        var assignment = _trainer.UpdatedAssignment;
        _progress.Phase(_stage, PhaseName(_schedule.Phase), _schedule);
        var watch = Stopwatch.StartNew();
        var losses = _trainer.TrainEpoch(epoch, update, (step, loss) => _progress.Step(step, _trainer.StepsPerEpoch, loss), cancellation);
        Add("train", watch);
        _progress.EpochTook(watch.Elapsed);
        // Where updates go by steps, an epoch may have none.
        if (!ReferenceEquals(_trainer.UpdatedAssignment, assignment))
            RecordAssignment(epoch, "update");
        _schedule.Trained();
        _store.Save(CheckpointStore.Last, _trainer.Tensors(optimizer: true), Texts());
        _recorder.Epoch(
            epoch, PhaseName(_schedule.Phase), losses.Loss, losses.Ranking, losses.Penalty, _trainer.StepsPerEpoch, watch.Elapsed.TotalSeconds);
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
            // Ranked for already, by the same rows, where the checkpoint was made by this process and from the same users.
            var valid = _evaluation.SampleUsers == _testing.SampleUsers && _validations.TryGetValue(name, out var known)
                ? known
                : Summary("valid", Rank(_split.Validation, _testing with { HeadShare = 0 }, cancellation));
            var parts = Rank(_split.Test, _testing, cancellation);
            var test = Summary("test", parts);
            Add("evaluate", watch);
            _recorder.Test(name, epoch, valid);
            _recorder.Test(name, epoch, test);
            _recorder.Parts(name, epoch, "test", _testing, parts);
            result = new StageResult(_schedule.Epoch, name, valid, test);
        }

        return result ?? throw new InvalidOperationException("a stage ended without a checkpoint");
    }

    private EvaluationResult Rank(Interactions relevant, EvaluationOptions options, CancellationToken cancellation)
    {
        var rows = _trainer.ComputeEntityRows();
        var train = _split.Train;
        return FullRanking.Evaluate(
            rows, train.UserCount, train.ItemCount, _trainer.ItemBias, train, relevant, options, _workers, cancellation);
    }

    private static MetricSummary Summary(string split, EvaluationResult result) => new(split, result.Users, result.Ndcg, result.Recall);

    private Dictionary<string, string> Texts()
    {
        var texts = new Dictionary<string, string>(_schedule.Save())
        {
            ["stage"] = _stage,
            ["optimizer.steps"] = _trainer.OptimizerSteps.ToString(CultureInfo.InvariantCulture),
        };
        return texts;
    }

    private void RecordAssignment(int epoch, string cause)
    {
        if (_trainer.UpdatedAssignment is not { } assignment)
            return;
        _recorder.Assignment(
            epoch, _stage, cause, AssignmentStatistics.Of(assignment.Picks, assignment.Weights, assignment.Rows, assignment.Columns));
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
