using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Tests.Storage;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Experiments;

/// <summary>A whole training, from a dataset folder to a run folder.</summary>
public sealed class CoarseRunTests
{
    public static TheoryData<string> Cases => ["fixed", "updating", "both"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_two_and_three_threads_leave_the_same_bytes(string name)
    {
        using var folder = new TemporaryFolder();
        var first = CoarseRuns.Train(folder.Root, "run-1", Options(name), threads: 1);
        Assert.False(first.Interrupted);
        var expected = CoarseRuns.Outcome(folder.Root, "run-1");
        Assert.True(expected.Count >= 6, string.Join(' ', expected.Keys));
        for (var threads = 2; threads <= 3; threads++)
        {
            CoarseRuns.Train(folder.Root, $"run-{threads}", Options(name), threads);
            CoarseRuns.AssertSame(expected, CoarseRuns.Outcome(folder.Root, $"run-{threads}"));
        }

        CoarseRuns.Train(folder.Root, "other", Options(name) with { Seed = 1 });
        Assert.False(expected["metrics.csv"].AsSpan().SequenceEqual(CoarseRuns.Outcome(folder.Root, "other")["metrics.csv"]));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Interrupted_in_an_epoch_and_resumed_twice_it_leaves_the_bytes_of_an_uninterrupted_one(string name)
    {
        using var folder = new TemporaryFolder();
        var whole = CoarseRuns.Train(folder.Root, "whole", Options(name));
        var expected = CoarseRuns.Outcome(folder.Root, "whole");
        foreach (var (epoch, step, threads) in new[] { (0, 2, 1), (1, 1, 3) })
        {
            using var stop = new CancellationTokenSource();
            var steps = 0;
            var trip = new CoarseRuns.Trip(epoch, step, stop.Cancel);
            var part = CoarseRuns.Train(folder.Root, "parts", Options(name), threads, resume: true, new Also(trip, at => steps = at.Step), stop.Token);
            Assert.True(part.Interrupted);
            Assert.Equal((epoch, step), (part.Epochs, steps));
            Assert.Null(part.Test);
            Assert.Equal(RunState.Interrupted, RunManifest.Load(new RunLayout(folder["parts"]).Manifest).State);
        }

        var last = CoarseRuns.Train(folder.Root, "parts", Options(name), resume: true);
        CoarseRuns.AssertSame(expected, CoarseRuns.Outcome(folder.Root, "parts"));
        Assert.Equal((whole.Epochs, false), (last.Epochs, last.Interrupted));
        var manifest = RunManifest.Load(new RunLayout(folder["parts"]).Manifest);
        Assert.Equal((RunState.Finished, 3), (manifest.State, manifest.Sessions.Count));
        Assert.Equal([0, 0, 1], manifest.Sessions.Select(session => session.FirstEpoch));
        Assert.Empty(manifest.FindDamage(folder["parts"]));

        // A finished run that is resumed has nothing left to do.
        CoarseRuns.Train(folder.Root, "parts", Options(name), resume: true);
        CoarseRuns.AssertSame(expected, CoarseRuns.Outcome(folder.Root, "parts"));
    }

    [Fact]
    public void Cancelled_before_the_first_epoch_it_says_so_and_can_be_resumed()
    {
        using var folder = new TemporaryFolder();
        var part = CoarseRuns.Train(folder.Root, "run", CoarseRuns.Options, cancellation: new CancellationToken(canceled: true));
        Assert.Equal((true, 0), (part.Interrupted, part.Epochs));
        Assert.Equal(RunState.Interrupted, RunManifest.Load(new RunLayout(folder["run"]).Manifest).State);
        Assert.False(CoarseRuns.Train(folder.Root, "run", CoarseRuns.Options, resume: true).Interrupted);
        CoarseRuns.Train(folder.Root, "whole", CoarseRuns.Options);
        CoarseRuns.AssertSame(CoarseRuns.Outcome(folder.Root, "whole"), CoarseRuns.Outcome(folder.Root, "run"));
    }

    [Fact]
    public void A_sample_of_users_is_ranked_for_where_asked_for_and_declared()
    {
        using var folder = new TemporaryFolder();
        var told = new List<string>();
        var result = CoarseRuns.Train(
            folder.Root, "run", CoarseRuns.Options with { SampleUsers = 7 }, progress: new Told(told));
        Assert.Equal((7, 7), (result.Validation!.Users, result.Test!.Users));
        Assert.Contains(told, line => line.Contains("sample of 7 of 50 users", StringComparison.Ordinal));
        var layout = new RunLayout(folder["run"]);
        Assert.All(EvaluationsTable.Read(layout.Stage(TrainingStages.Coarse).Evaluations), row => Assert.Equal((7, 2024L), (row.SampleUsers, row.SampleSeed)));

        // Between epochs fewer may do; what is reported in the end is of the larger sample.
        told.Clear();
        var fewer = CoarseRuns.Train(
            folder.Root, "fewer", CoarseRuns.Options with { SampleUsers = 20, ValidationUsers = 9 }, progress: new Told(told));
        Assert.Equal((20, 20), (fewer.Validation!.Users, fewer.Test!.Users));
        Assert.Contains(told, line => line.Contains("sample of 9 of 50 users", StringComparison.Ordinal));

        // Nobody is left out where there are fewer.
        Assert.Equal(
            CoarseRuns.Train(folder.Root, "all", CoarseRuns.Options).Test!.Ndcg,
            CoarseRuns.Train(folder.Root, "many", CoarseRuns.Options with { SampleUsers = 50 }).Test!.Ndcg);
    }

    [Fact]
    public void More_epochs_on_resume_lead_where_they_would_have_led_at_once()
    {
        using var folder = new TemporaryFolder();
        CoarseRuns.Train(folder.Root, "run", CoarseRuns.Updating with { MaxEpochs = 4 });
        CoarseRuns.Train(folder.Root, "run", CoarseRuns.Updating, resume: true);
        CoarseRuns.Train(folder.Root, "whole", CoarseRuns.Updating);
        CoarseRuns.AssertSame(CoarseRuns.Outcome(folder.Root, "whole"), CoarseRuns.Outcome(folder.Root, "run"));
    }

    [Theory]
    [InlineData(ModelKind.Table, UserRowKind.Own)]
    [InlineData(ModelKind.Mf, UserRowKind.Own)]
    [InlineData(ModelKind.Table, UserRowKind.Folded)]
    public void An_uncompressed_run_learns_resumes_to_the_same_bits_and_opens_again(ModelKind model, UserRowKind userRows)
    {
        var options = CoarseRuns.Options with
        {
            Model = model,
            UserRows = userRows,
            HistoryDropout = 0.3,
            FoldWeightRate = 0.5,
            Loss = RankingLossKind.SampledSoftmax,
            BatchSize = 100,
            BlockSize = 16,
            SharedNegatives = 20,
            LearningRate = 0.02,
            FixedPatience = 0,
            UpdatePatience = -1,
            MaxEpochs = 8,
            EvaluateEvery = 2,
        };
        using var folder = new TemporaryFolder();
        var whole = CoarseRuns.Train(folder.Root, "whole", options);
        var losses = CoarseRuns.Losses(folder.Root, "whole");
        Assert.Equal(8, losses.Count);
        Assert.True(losses[^1] < losses[0], $"the loss went from {losses[0]} to {losses[^1]}");
        CoarseRuns.Train(folder.Root, "parts", options with { MaxEpochs = 4 });
        CoarseRuns.Train(folder.Root, "parts", options, threads: 1, resume: true);
        CoarseRuns.AssertSame(CoarseRuns.Outcome(folder.Root, "whole"), CoarseRuns.Outcome(folder.Root, "parts"));
        using var workers = new Workers(1);
        var found = StoredRun.Open(folder["whole"]).Evaluate(null, "test", workers).Result;
        Assert.Equal(whole.Test!.Ndcg.OrderBy(pair => pair.Key), found.Ndcg.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void A_run_with_every_option_set_opens_again_and_gives_the_same_metrics_and_lists()
    {
        var options = new CoarseTrainingOptions
        {
            Dimension = 12,
            CoarseCount = 6,
            CoarsePerEntity = 3,
            CoarseMean = 1.5,
            Layers = 1,
            AnchorWeight = 0.4,
            Initialization = AssignmentInitialization.Random,
            AssignmentUpdate = AssignmentUpdateRule.MatchingPursuit,
            AssignmentRestStep = 20,
            AssignmentWeightRate = 0.5,
            BiasInitialization = BiasInitialization.Zero,
            Loss = RankingLossKind.SampledSoftmax,
            LearningRate = 0.015,
            LearningRateCurve = LearningRateCurve.Cosine,
            FinalLearningRateShare = 0.1,
            WarmupSteps = 2,
            BlockSize = 13,
            SharedNegatives = 21,
            NegativeSource = NegativeSource.InBatch,
            PopularityCorrection = true,
            PositiveSource = PositiveSource.ByInteraction,
            Temperature = 0.7,
            BiasL2Factor = 2,
            WeightAveraging = 0.9,
            StepsPerEpoch = 6,
            UpdateEverySteps = 4,
            FirstUpdateStep = 3,
            WeightDecay = 1e-4,
            BatchSize = 64,
            Negatives = 3,
            L2Factor = 1.5,
            GradientClip = 0.25,
            MaxEpochs = 7,
            EvaluateEvery = 2,
            FixedPatience = 1,
            UpdatePatience = -1,
            UpdateEvery = 0,
            Cutoffs = [7, 3],
            Seed = 5,
            SampleUsers = 60,
            ValidationUsers = 40,
            SplitSeed = 6,
            Precision = RowPrecision.Float32,
        };
        var (texts, defaults) = (RunSettings.Of(options), RunSettings.Of(new CoarseTrainingOptions()));
        string[] ofOthers = ["model", "user-rows", "history-dropout", "fold-weight-rate", "max-passes", "l2-passes"];
        Assert.All(texts.Where(pair => !ofOthers.Contains(pair.Key)), pair => Assert.NotEqual(defaults[pair.Key], pair.Value));

        using var folder = new TemporaryFolder();
        var result = CoarseRuns.Train(folder.Root, "run", options);
        Assert.Equal(7, result.Epochs);

        // The epochs run out between two evaluations: there is one more.
        Assert.Equal(7, MetricsTable.Read(new RunLayout(folder["run"]).Metrics)[^1].Epoch);
        var run = StoredRun.Open(folder["run"]);
        Assert.Equal(texts, RunSettings.Of(run.Options));
        using var workers = new Workers(1);
        foreach (var (split, expected) in new[] { ("valid", result.Validation!), ("test", result.Test!) })
        {
            var found = run.Evaluate(null, split, workers).Result;
            Assert.Equal(expected.Ndcg.OrderBy(pair => pair.Key), found.Ndcg.OrderBy(pair => pair.Key));
            Assert.Equal(expected.Recall.OrderBy(pair => pair.Key), found.Recall.OrderBy(pair => pair.Key));
        }

        var train = DatasetFolder.Open(CoarseRuns.Data(folder.Root)).Train;
        var list = run.Recommend(null, 4, 10, includeTrain: false, workers);
        Assert.Equal(10, list.Count);
        Assert.DoesNotContain(list, entry => train.Contains(4, entry.Item));
        Assert.Equal(list.OrderByDescending(entry => entry.Score), list);
        Assert.Contains(run.Recommend(null, 4, 50, includeTrain: true, workers), entry => train.Contains(4, entry.Item));
    }

    [Fact]
    public void What_it_learns_beats_popularity_and_its_own_start_by_far()
    {
        using var folder = new TemporaryFolder();
        var data = SyntheticDataset.PlantedClusters(8, 25, 14, heldOut: 3, seed: 1).Dataset;
        DatasetFolder.Write(folder["clusters"], data);
        var options = CoarseRuns.Updating with { Initialization = AssignmentInitialization.Random, CoarseCount = 16, Dimension = 32, MaxEpochs = 16, GradientClip = 0, BatchSize = 256 };
        var result = TrainingRun.Execute(new TrainRequest(folder["clusters"], folder["run"], "test", options, 2));

        var split = ValidationSplit.Create(data, options.SplitSeed);
        using var workers = new Workers(2);
        using var nothing = new Matrix(data.UserCount + data.ItemCount, 1);
        var popular = data.Train.CountByItem().Select(count => (float)count).ToArray();
        var popularity = FullRanking.Evaluate(nothing, data.UserCount, data.ItemCount, popular, data.Train, split.Test, new() { Cutoffs = [5] }, workers).Recall[5];
        var before = MetricsTable.Read(new RunLayout(folder["run"]).Metrics)[0];
        var recall = result.Test!.Recall[5];
        TestContext.Current.TestOutputHelper?.WriteLine($"recall@5 {recall:f3}, by popularity {popularity:f3}, at epoch {before.Epoch} {before.Recall[5]:f3}");
        Assert.True(recall > 0.9 && recall > 4 * popularity && recall > 4 * before.Recall[5], $"recall@5 is {recall:f3}, by popularity {popularity:f3}, early on {before.Recall[5]:f3}");
    }

    private static CoarseTrainingOptions Options(string name) => name switch
    {
        "fixed" => CoarseRuns.Options,
        "updating" => CoarseRuns.Updating,
        _ => CoarseRuns.BothPhases,
    };

    /// <summary>Notes the last step of a phase before it hands a report on.</summary>
    private sealed class Told(List<string> lines) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Message is not null)
                lines.Add(value.Message);
        }
    }

    private sealed class Also(IProgress<TrainingProgress> target, Action<TrainingProgress> note) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase is "fixed" or "updating")
                note(value);
            target.Report(value);
        }
    }
}
