using MetaEmbed.Models;
using MetaEmbed.Tests.Golden;

namespace MetaEmbed.Tests.Models;

public class FineAssignmentInitializerTests
{
    [Theory]
    [InlineData("tinyA")]
    [InlineData("tinyB")]
    [InlineData("tinyC")]
    public void Golden_scores_and_assignment_come_out(string name)
    {
        using var golden = new GoldenFile($"{name}_fineinit_f64");
        int[] parts = [.. golden.Vector("metis_part_k_ft").Select(x => (int)x)];
        var f = golden.Count("meta", "num_clusters_ft");
        var c = golden.Count("meta", "num_clusters");
        var kept = golden.Count("meta", "top_k_ft");
        int[] picks = [.. golden.Vector("S1", "col").Select(x => (int)x)];
        float[] weights = [.. golden.Vector("S1", "val").Select(x => (float)x)];
        Assert.Equal(Enumerable.Range(0, picks.Length).Select(i => (double)(i / golden.Count("meta", "t"))), golden.Vector("S1", "row"));

        var scores = golden.Matrix("attn_scores");
        Close.Equal(scores, FineAssignmentInitializer.Scores(parts, f, picks, weights, c), 1e-6 * scores.Max());
        var (finePicks, fineWeights) = FineAssignmentInitializer.FromPartition(parts, f, picks, weights, c, kept);
        Assert.Equal(golden.Vector("S2", "col").Select(x => (int)x), finePicks);
        Close.Equal(golden.Vector("S2", "val"), [.. fineWeights.Select(x => (double)x)], 1e-6);
    }

    [Fact]
    public void Ties_go_to_the_smaller_ids_and_a_row_without_entities_is_uniform()
    {
        // Coarse 0 has entity 0 (part 2); coarse 1 has none.
        var (picks, weights) = FineAssignmentInitializer.FromPartition([2, 0], 4, [0, 0], [1, 0], 2, 2);
        Assert.Equal([0, 2, 0, 1], picks);
        var own = Math.Exp(0.5 - 0.5 / 3);
        Assert.Equal(1 / (3 + own), weights[0], 1e-7);
        Assert.Equal(own / (3 + own), weights[1], 1e-7);
        Assert.Equal([0.25f, 0.25f], weights[2..]);
    }

    [Fact]
    public void One_fine_part_gets_everything()
    {
        var (picks, weights) = FineAssignmentInitializer.FromPartition([0, 0], 1, [0, 1], [0.5f, 0.5f], 2, 1);
        Assert.Equal([0, 0], picks);
        Assert.Equal([1f, 1f], weights);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void A_random_assignment_has_distinct_picks_and_weights_that_sum_to_one(int kept)
    {
        var (picks, weights) = FineAssignmentInitializer.FromRandom(50, 7, kept, 3);
        for (var k = 0; k < 50; k++)
        {
            var row = picks[(k * kept)..((k + 1) * kept)];
            Assert.Equal(row.Distinct().Order(), row);
            Assert.InRange(row[^1], 0, 6);
            var values = weights[(k * kept)..((k + 1) * kept)];
            Assert.Equal(1, values.Sum(), 1e-6);
            Assert.Equal(kept == 1 ? 1 : 0.9f, values.Max());
        }

        Assert.Equal(7, picks.Distinct().Count());
        Assert.Equal(picks, FineAssignmentInitializer.FromRandom(50, 7, kept, 3).Picks);
        if (kept < 7)
            Assert.NotEqual(picks, FineAssignmentInitializer.FromRandom(50, 7, kept, 4).Picks);
    }

    [Fact]
    public void Mistakes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FineAssignmentInitializer.FromPartition([4], 4, [0], [1], 1, 2));
        Assert.Throws<ArgumentException>(() => FineAssignmentInitializer.FromPartition([0], 4, [1], [1], 1, 2));
        Assert.Throws<ArgumentException>(() => FineAssignmentInitializer.FromPartition([0], 4, [0], [float.NaN], 1, 2));
        Assert.Throws<ArgumentException>(() => FineAssignmentInitializer.FromPartition([0, 1], 4, [0, 0, 0], [1, 1, 1], 1, 2));
        Assert.Throws<ArgumentException>(() => FineAssignmentInitializer.FromPartition([0], 4, [0], [1], 1, 5));
        Assert.Throws<ArgumentException>(() => FineAssignmentInitializer.FromRandom(3, 4, 5, 1));
    }
}
