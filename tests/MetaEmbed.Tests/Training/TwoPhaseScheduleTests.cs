using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Training;

/// <summary>The schedule against scripted validation curves, and against the published logs.</summary>
public sealed class TwoPhaseScheduleTests
{
    private const int Forever = 1000;

    // every, max, update every, patience fixed, patience updating, then the metrics as they come, the last one for ever;
    // then what happens: eN evaluated at epoch N, a star where it is the best, uN updated in epoch N, N> phase change, N. end.
    [Theory]
    [InlineData("5 1000 1 2 2: 1 2 3 | 1", "e0* e5* e10* e15 e20 20> u20 u21 u22 u23 u24 e25* u25 u26 u27 u28 u29 e30 u30 u31 u32 u33 u34 e35 35.")]
    [InlineData("2 1000 1 1 1: 1", "e0* e2 2> u2 u3 e4* u4 u5 e6 6.")]
    [InlineData("2 1000 1 1 1: 5 4 | 3 3", "e0* e2 2> u2 u3 e4* u4 u5 e6 6.")] // starts without a best; equal is no improvement
    [InlineData("2 1000 3 1 2: 1", "e0* e2 2> u3 e4* e6 u6 e8 8.")] // multiples of 3
    [InlineData("2 1000 2 1 2: 1", "e0* e2 2> u2 e4* u4 e6 u6 e8 8.")]
    [InlineData("2 1000 0 1 2: 1", "e0* e2 2> u2 e4* e6 e8 8.")] // once
    [InlineData("2 1000 1 0 1: 1", "u0 u1 e2* u2 u3 e4 4.")] // no first phase: the first evaluation is one interval on
    [InlineData("2 1000 1 2 0: 1", "e0* e2 e4 4.")] // no second phase
    [InlineData("2 7 1 -1 1: 1", "e0* e2 e4 e6 e7 7.")] // never ends by itself; a last evaluation where the epochs run out
    [InlineData("2 6 1 -1 1: 1 1 1 2", "e0* e2 e4 e6* 6.")] // the last one is not taken twice
    [InlineData("2 7 1 1 -1: 1", "e0* e2 2> u2 u3 e4* u4 u5 e6 u6 e7 7.")]
    [InlineData("2 2 1 1 1: 1", "e0* e2 2.")] // the epochs run out where the phase would change
    [InlineData("5 3 1 1 1: 1", "e0* e3 3.")]
    [InlineData("5 3 1 0 1: 1", "u0 u1 u2 e3* 3.")]
    [InlineData("5 0 1 1 1: 1", "e0* 0.")]
    [InlineData("5 0 1 0 1: 1", "e0* 0.")]
    [InlineData("1 1000 1 2 2: 1 0 2 0 0 | 3 4 0 5 0 0", "e0* e1 e2* e3 e4 4> u4 e5* u5 e6* u6 e7 u7 e8* u8 e9 u9 e10 10.")]
    [InlineData("1 4 1 1 1: NaN", "e0 0> u0 e1 1.")] // not a number improves nothing
    public void Evaluations_updates_changes_and_ends_come_where_the_rules_put_them(string script, string expected)
    {
        Assert.Equal(expected, Play(script, saveEvery: 0));
        Assert.Equal(expected, Play(script, saveEvery: 1));
        Assert.Equal(expected, Play(script, saveEvery: 3));
    }

    [Theory]
    [InlineData("gowalla_coarse_seed2024", 90, 220)]
    [InlineData("yelp2020_coarse_seed2024", 115, 195)]
    public void Published_curves_change_phase_and_end_where_their_logs_do(string name, int change, int end)
    {
        var rows = MetricsTable.Read(Shared.Require($"reference/curves/{name}.csv"));
        Assert.Equal(change, rows.Last(row => row.Phase == "fixed").Epoch);
        Assert.Equal(end, rows[^1].Epoch);
        var schedule = new TwoPhaseSchedule(5, 900, 1, 5, 5);
        var changedAt = -1;
        foreach (var row in rows)
        {
            while (!schedule.EvaluationDue)
            {
                Assert.Equal(changedAt >= 0, schedule.UpdateDue);
                schedule.Trained();
            }

            Assert.Equal(row.Epoch, schedule.Epoch);
            Assert.Equal(row.Phase == "fixed" ? TrainingPhase.Fixed : TrainingPhase.Updating, schedule.Phase);
            var before = schedule.Phase;
            schedule.Evaluated(row.Ndcg[5]);
            if (before == TrainingPhase.Fixed && schedule.Phase == TrainingPhase.Updating)
                changedAt = schedule.Epoch;
        }

        Assert.Equal(change, changedAt);
        Assert.Equal(TrainingPhase.Done, schedule.Phase);
    }

    private static string Play(string script, int saveEvery)
    {
        var parts = script.Split(':');
        var numbers = parts[0].Split(' ').Select(int.Parse).ToArray();
        var phases = parts[1].Split('|').Select(phase => new Queue<double>(phase.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse))).ToArray();
        TwoPhaseSchedule Create() => new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        var schedule = Create();
        var happened = new List<string>();
        for (var turn = 0; schedule.Phase != TrainingPhase.Done; turn++)
        {
            Assert.True(turn < Forever, "it never ends");
            Assert.InRange(schedule.LeastRemaining, 0, numbers[1]);
            if (saveEvery > 0 && turn % saveEvery == 0)
            {
                var saved = schedule.Save();
                schedule = Create();
                schedule.Restore(saved);
            }

            if (schedule.EvaluationDue)
            {
                var before = schedule.Phase;
                var curve = phases[before == TrainingPhase.Fixed ? 0 : phases.Length - 1];
                var best = schedule.Evaluated(curve.Count > 1 ? curve.Dequeue() : curve.Peek());
                happened.Add($"e{schedule.Epoch}{(best ? "*" : "")}");
                if (schedule.Phase != before)
                    happened.Add($"{schedule.Epoch}{(schedule.Phase == TrainingPhase.Done ? "." : ">")}");
                continue;
            }

            if (schedule.UpdateDue)
                happened.Add($"u{schedule.Epoch}");
            schedule.Trained();
        }

        Assert.Equal(0, schedule.LeastRemaining);
        return string.Join(' ', happened);
    }
}
