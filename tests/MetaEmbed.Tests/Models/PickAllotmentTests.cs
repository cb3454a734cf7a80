using MetaEmbed.Models;
using MetaEmbed.Numerics;
using MetaEmbed.Reference;
using Assignment = MetaEmbed.Models.Assignment;
using MatchingPursuit = MetaEmbed.Models.MatchingPursuit;
using PursuitTwin = MetaEmbed.Reference.MatchingPursuit;

namespace MetaEmbed.Tests.Models;

public sealed class PickAllotmentTests
{
    private const int Entities = 1300;
    private const int Most = 6;

    [Theory]
    [InlineData(1300)]
    [InlineData(1301)]
    [InlineData(2600)]
    [InlineData(7800)]
    public void The_store_is_spent_to_the_last_pick_on_what_explains_most(int total)
    {
        var gains = new float[Entities * Most];
        var stream = new RandomStream(7, RandomPurpose.Test);
        for (var i = 0; i < gains.Length; i++)
            gains[i] = (float)stream.NextDouble() / (1 + i % Most);
        var limits = new byte[Entities];
        PickAllotment.Allot(gains, Most, total, limits);
        Assert.Equal(total, limits.Sum(limit => limit));
        Assert.All(limits, limit => Assert.InRange(limit, 1, Most));

        // Whatever was refused, taken as no better than what stands before it, is worth no more than anything that was given.
        var (given, refused) = (float.PositiveInfinity, 0f);
        for (var entity = 0; entity < Entities; entity++)
        {
            var worth = float.PositiveInfinity;
            for (var pick = 1; pick < Most; pick++)
            {
                worth = Math.Min(worth, gains[entity * Most + pick]);
                if (pick < limits[entity])
                    given = Math.Min(given, worth);
                else
                    refused = Math.Max(refused, worth);
            }
        }

        Assert.True(given >= refused, $"given {given}, refused {refused}");
    }

    [Fact]
    public void More_than_there_are_places_for_gives_everybody_all()
    {
        var limits = new byte[3];
        PickAllotment.Allot(new float[6], 2, 100, limits);
        Assert.Equal([2, 2, 2], limits);
    }

    [Fact]
    public void A_pick_is_worth_no_more_than_the_ones_before_it_and_none_less_than_nothing()
    {
        // The third pick of the first entity counts as 1, its second; the second of the second one, which lost something, as 0.
        var limits = new byte[3];
        float[] gains = [9, 1, 8, 9, -1, 7, 9, 2, 1];
        PickAllotment.Allot(gains, 3, 6, limits);
        Assert.Equal([3, 1, 2], limits);
        PickAllotment.Allot(gains, 3, 7, limits);
        Assert.Equal([3, 1, 3], limits);
        PickAllotment.Allot(gains, 3, 8, limits);
        Assert.Equal([3, 2, 3], limits);
    }

    [Fact]
    public void Equal_gains_go_to_the_smaller_entity()
    {
        var limits = new byte[4];
        PickAllotment.Allot([1, 1, 1, 1, 1, 1, 1, 1], 2, 6, limits);
        Assert.Equal([2, 2, 1, 1], limits);
    }

    [Fact]
    public void Shared_out_the_same_number_of_picks_explains_more()
    {
        using var workers = new Workers(2);
        using var dictionary = Rows.Random(40, 32, 1);
        using var rows = Spread(dictionary);
        var even = MatchingPursuit.Update(rows, dictionary, 2, workers);
        var shared = MatchingPursuit.Update(rows, dictionary, 8, workers, mean: 2);
        Assert.Equal(8, shared.PerRow);
        Assert.InRange(shared.Weights.Count(weight => weight > 0), 1, 2 * rows.Rows);
        var (evenError, sharedError) = (Error(even), Error(shared));
        Assert.True(sharedError < 0.9 * evenError, $"shared out {sharedError}, even {evenError}");

        double Error(Assignment assignment)
        {
            var sum = 0.0;
            for (var row = 0; row < rows.Rows; row++)
            {
                for (var k = 0; k < rows.Columns; k++)
                {
                    double left = rows[row, k];
                    for (var i = row * assignment.PerRow; i < (row + 1) * assignment.PerRow; i++)
                        left -= assignment.Weights[i] * dictionary[assignment.Picks[i], k];
                    sum += left * left;
                }
            }

            return sum;
        }
    }

    [Theory]
    [InlineData(4, 1.5)]
    [InlineData(8, 1.85)]
    [InlineData(3, 2.4)]
    public void Picks_and_weights_are_those_of_the_twin(int most, double mean)
    {
        using var workers = new Workers(2);
        using var dictionary = Rows.Random(14, 20, 1);
        using var rows = Spread(dictionary, 160);
        var actual = MatchingPursuit.Update(rows, dictionary, most, workers, mean);
        var reference = DenseMatrix.From(dictionary.Rows, dictionary.Columns, dictionary.AsSpan());
        double[][] wide = [.. Enumerable.Range(0, rows.Rows).Select(row => rows.Row(row).ToArray().Select(value => (double)value).ToArray())];
        var twin = PickSharing.Of(wide, reference, most, (int)Math.Ceiling(mean * rows.Rows));
        var compared = new int[most + 1];
        for (var row = 0; row < rows.Rows; row++)
        {
            // What is nearly as good as the last pick given, or nearly as good a choice, may go either way in 32 bits.
            var pursuit = PursuitTwin.Of(wide[row], reference, twin.Limits[row]);
            if (pursuit.Margin < 1e-5 || twin.Worth[row].Any(worth => Math.Abs(worth - twin.Least) < 1e-4 * twin.Least))
                continue;
            compared[twin.Limits[row]]++;
            var expected = new double[dictionary.Rows];
            for (var i = 0; i < pursuit.Picks.Length; i++)
                expected[pursuit.Picks[i]] = Math.Max(pursuit.Weights[i], 0);
            var found = new double[dictionary.Rows];
            for (var i = row * most; i < (row + 1) * most; i++)
                found[actual.Picks[i]] = actual.Weights[i];
            for (var k = 0; k < found.Length; k++)
                Assert.Equal(expected[k], found[k], 1e-4);
        }

        Assert.True(compared.Sum() > 150, $"{compared.Sum()} rows compared");
        Assert.True(compared.Count(rowsOf => rowsOf > 0) > 1, "all rows have the same number of picks");
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        using var dictionary = Rows.Random(40, 32, 1);
        using var rows = Spread(dictionary);
        using var one = new Workers(1);
        using var two = new Workers(2);
        var (first, second) = (MatchingPursuit.Update(rows, dictionary, 5, one, 2.5), MatchingPursuit.Update(rows, dictionary, 5, two, 2.5));
        Assert.Equal(first.Picks, second.Picks);
        Assert.Equal(first.Weights, second.Weights);
    }

    [Fact]
    public void A_mean_of_the_most_changes_nothing()
    {
        using var dictionary = Rows.Random(40, 32, 1);
        using var rows = Spread(dictionary);
        using var workers = new Workers(2);
        var (all, mean) = (MatchingPursuit.Update(rows, dictionary, 3, workers), MatchingPursuit.Update(rows, dictionary, 3, workers, 3));
        Assert.Equal(all.Picks, mean.Picks);
        Assert.Equal(all.Weights, mean.Weights);
    }

    [Theory]
    [InlineData(2.5)]
    [InlineData(5)]
    public void What_an_assignment_that_is_taken_over_held_does_not_matter(double mean)
    {
        using var dictionary = Rows.Random(40, 32, 1);
        using var rows = Spread(dictionary);
        using var other = Rows.Random(Entities, 32, 3);
        using var workers = new Workers(2);
        var used = MatchingPursuit.Update(other, dictionary, 5, workers);
        var (picks, weights) = (used.Picks, used.Weights);
        var expected = MatchingPursuit.Update(rows, dictionary, 5, workers, mean);
        Assert.NotEqual(expected.Weights, weights);
        var actual = MatchingPursuit.Update(rows, dictionary, 5, workers, mean, used);
        Assert.Same(picks, actual.Picks);
        Assert.Same(weights, actual.Weights);
        Assert.Equal(expected.Picks, picks);
        Assert.Equal(expected.Weights, weights);
    }

    /// <summary>Rows of which one in four is a mixture of six meta-embeddings, the others one with a little noise.</summary>
    private static Matrix Spread(Matrix dictionary, int entities = Entities)
    {
        var rows = Rows.Random(entities, dictionary.Columns, 2);
        for (var row = 0; row < rows.Rows; row++)
        {
            foreach (ref var value in rows.Row(row))
                value *= 0.05f;
            for (var part = 0; part < (row % 4 == 0 ? 6 : 1); part++)
            {
                var word = dictionary.Row((row + 7 * part) % dictionary.Rows);
                for (var k = 0; k < word.Length; k++)
                    rows[row, k] += word[k];
            }
        }

        return rows;
    }
}
