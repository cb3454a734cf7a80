using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Numerics;
using MetaEmbed.Reports;
using MetaEmbed.Tests.Export;

namespace MetaEmbed.Tests.Reports;

public sealed class ReportFactsTests(SmallRun run) : IClassFixture<SmallRun>
{
    [Fact]
    public void Means_are_those_of_the_evaluation_and_groups_hold_everybody()
    {
        var facts = ReportFacts.Of(run.Run, null, null, 2, TestContext.Current.CancellationToken);
        using var workers = new Workers(1);
        var result = run.Open().Evaluate(null, "test", workers, cancellation: TestContext.Current.CancellationToken).Result;
        foreach (var (metric, cutoff, value) in facts.Metrics.Where(row => row.Metric is "ndcg" or "recall"))
            Assert.Equal((metric == "ndcg" ? result.Ndcg : result.Recall)[cutoff], value.Mean, 1e-12);
        Assert.Equal(result.Users, facts.Users);
        Assert.Equal(facts.Users, facts.Activity.Sum(group => group.Users));
        Assert.Equal(result.Ndcg[facts.Cutoff], facts.Activity.Sum(group => group.Users * group.Ndcg.Mean) / facts.Users, 1e-12);
        Assert.Equal(run.Dataset.ItemCount, facts.Popularity.Sum(group => group.Items));
        Assert.Equal(1, facts.Popularity.Sum(group => group.TrainShare), 1e-12);
        Assert.Equal(1, facts.Popularity.Sum(group => group.ListShare), 1e-12);
        Assert.InRange(facts.Lists.Coverage, 0.01, 1);
        Assert.Equal(run.Dataset.ItemCount, facts.Map.Points.Count);
        Assert.InRange(facts.Map.Explained, 0.01, 1);
        Assert.All(facts.Map.Points, point => Assert.True(double.IsFinite(point.X) && double.IsFinite(point.Y)));
    }

    [Theory]
    [InlineData(0, 5, 5, 5, 5)]
    [InlineData(0.75, 0, 0, 0, 8)]
    [InlineData(0.25, 1, 2, 3, 4)]
    [InlineData(0, 0, 0)]
    public void Gini_is_that_of_the_formula(double expected, params int[] counts) => Assert.Equal(expected, ListFacts.GiniOf(counts), 1e-12);

    [Fact]
    public void An_interval_is_the_mean_and_its_standard_error()
    {
        var interval = Interval.Of([1, 2, 3, 4]);
        Assert.Equal(2.5, interval.Mean);
        Assert.Equal(1.959963984540054 * Math.Sqrt(5.0 / 3 / 4), interval.Margin, 1e-12);
    }

    [Fact]
    public void A_paired_test_knows_the_exact_answer_of_few_users_and_does_not_depend_on_threads()
    {
        // Of the 2^6 flips of six equal differences two are as far: p = 1/32, here by 10,000 random flips.
        double[] first = [0, 0, 0, 0, 0, 0], other = [1, 1, 1, 1, 1, 1];
        using var one = new Workers(1);
        using var three = new Workers(3);
        var test = PairedTest.Of(first, other, one);
        Assert.Equal((1, 1, 1, 6, 0), (test.Difference, test.Low, test.High, test.Better, test.Worse));
        Assert.InRange(test.PValue, 1 / 32.0 - 0.006, 1 / 32.0 + 0.006);
        Assert.Equal(test, PairedTest.Of(first, other, three));
        Assert.Equal(1, PairedTest.Of(first, first, one).PValue);
    }

    [Fact]
    public void Holm_corrects_from_the_smallest_on() =>
        Assert.Equal([0.03, 0.06, 0.06, 1], PairedTest.Holm([0.0075, 0.02, 0.03, 1]).Select(p => Math.Round(p, 12)));

    [Fact]
    public void A_run_compared_with_itself_differs_nowhere()
    {
        var comparison = RunComparison.Of([run.Run, run.Run], null, 1, cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(comparison.DifferingSettings);
        Assert.All(comparison.Tests, test => Assert.Equal((0, 0, 0, 1.0), (test.Test.Difference, test.Test.Better, test.Test.Worse, test.AdjustedP)));
        Assert.Equal(StoredRun.Open(run.Run).Options.Cutoffs, comparison.Cutoffs);
        Assert.Equal(UserMetrics.Names.Count * comparison.Cutoffs.Count, comparison.Runs[0].Metrics.Count);
    }
}
