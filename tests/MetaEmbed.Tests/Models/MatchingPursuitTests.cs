using MetaEmbed.Models;
using MetaEmbed.Numerics;
using DenseMatrix = MetaEmbed.Reference.DenseMatrix;
using Twin = MetaEmbed.Reference.MatchingPursuit;

namespace MetaEmbed.Tests.Models;

/// <summary>Matching pursuit against its twin, and where its answer is known.</summary>
public sealed class MatchingPursuitTests
{
    // Choices closer than this, in units of the row, may differ in 32 bits.
    private const double SmallestMargin = 1e-5;

    public static TheoryData<int> Counts => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Picks_and_weights_are_those_of_the_twin(int perEntity)
    {
        var (compared, negative, ended) = (0, 0, 0);
        // One entity, no multiple of four, several runs; fewer rows than picks and one, more rows than dimensions.
        foreach (var (entities, coarse, dimension) in new[] { (1, 12, 9), (7, perEntity, 20), (30, perEntity + 1, 33), (61, 40, 32), (150, 33, 9) })
        {
            using var rows = Rows.Random(entities, dimension, (ulong)(entities + perEntity));
            using var dictionary = Rows.Random(coarse, dimension, (ulong)(coarse + 100));
            using var workers = new Workers(1 + perEntity % 3);
            var actual = MatchingPursuit.Update(rows, dictionary, perEntity, workers);
            var reference = DenseMatrix.From(coarse, dimension, dictionary.AsSpan());
            for (var entity = 0; entity < entities; entity++)
            {
                var twin = Twin.Of([.. rows.Row(entity).ToArray().Select(value => (double)value)], reference, perEntity);
                if (twin.Margin < SmallestMargin)
                    continue;
                compared++;
                negative += twin.Weights.Count(weight => weight < 0);
                ended += twin.Picks.Length < perEntity ? 1 : 0;
                var picks = actual.Picks.AsSpan(entity * perEntity, perEntity).ToArray();
                var weights = actual.Weights.AsSpan(entity * perEntity, perEntity).ToArray();
                int[] rest = [.. Enumerable.Range(0, coarse).Except(twin.Picks).Take(perEntity - twin.Picks.Length)];
                Assert.Equal(twin.Picks.Concat(rest).Order(), picks);
                var largest = twin.Weights.Select(Math.Abs).Append(1).Max();
                for (var i = 0; i < perEntity; i++)
                {
                    var place = Array.IndexOf(twin.Picks, picks[i]);
                    Assert.Equal(place < 0 ? 0 : Math.Max(twin.Weights[place], 0), weights[i], 1e-4 * largest);
                }
            }
        }

        Assert.True(compared > 200, $"{compared} rows compared");
        Assert.True(perEntity < 5 || negative > 0, $"{negative} weights were negative");
        Assert.True(ended > 0 || perEntity == 1, "no pursuit ended early");
    }

    [Theory]
    [InlineData("1 2 0", "0 0 0; 1 0 0; 0 1 0", "1:1 2:2", "zero rows are not picked")]
    [InlineData("1 2 0", "0 0 0; 1 0 0; 0 1 0", "0:0 1:1 2:2", "or weigh nothing")]
    [InlineData("1 2 0", "1 0 0; 1 0 0; 0 1 0", "0:1 2:2", "of equal rows the smaller id")]
    [InlineData("1 2 0", "1 0 0; 1 0 0; 0 1 0", "0:1 1:0 2:2", "a row that is there already adds nothing")]
    [InlineData("1 2 0", "1 0 0; 3 0 0; 0 1 0", "0:1 1:0 2:2", "nor does a multiple of it")]
    [InlineData("1 2 0", "0 -1 0; 1 0 0", "0:0 1:1", "a negative product is no reason")]
    [InlineData("-1 -1 0", "1 0 0; 0 1 0; 0 0 1", "0:0 1:0", "nothing helps: the smallest ids, weighing nothing")]
    [InlineData("0 0 0", "1 0 0; 0 1 0; 0 0 1", "0:0 1:0", "a row of zeros")]
    [InlineData("1 1 -0.2", "1 1 1; 1 0 0; 0 1 0", "0:0 1:1.2 2:1.2", "a weight that the last fit makes negative is 0")]
    [InlineData("1 1 1", "0 0 1; 0 1 0; 1 0 0", "0:1 1:1", "equal cosines: the smaller ids")]
    [InlineData("2 1 0", "1 0 0", "0:2", "one row")]
    public void Where_the_answer_is_known(string row, string dictionary, string expected, string why)
    {
        using var rows = Parse(row);
        using var choices = Parse(dictionary);
        using var workers = new Workers(1);
        var update = MatchingPursuit.Update(rows, choices, expected.Split(' ').Length, workers);
        var found = string.Join(' ', update.Picks.Select((pick, i) => FormattableString.Invariant($"{pick}:{MathF.Round(update.Weights[i], 5)}")));
        Assert.True(expected == found, $"{why}: {found} instead of {expected}");
    }

    [Fact]
    public void Ties_go_to_the_smaller_id_across_all_lanes()
    {
        using var rows = new Matrix(1, 70);
        rows.AsSpan().Fill(1);
        using var choices = new Matrix(70, 70);
        for (var k = 0; k < 70; k++)
            choices[k, 69 - k] = 1;
        using var workers = new Workers(1);
        var update = MatchingPursuit.Update(rows, choices, 8, workers);
        Assert.Equal(Enumerable.Range(0, 8), update.Picks);
        Assert.All(update.Weights, weight => Assert.Equal(1, weight));
    }

    [Theory]
    [InlineData(AssignmentUpdateRule.PseudoInverse)]
    [InlineData(AssignmentUpdateRule.MatchingPursuit)]
    public void An_entity_has_the_same_assignment_whatever_its_place_and_the_threads(AssignmentUpdateRule rule)
    {
        // Two runs of 512 and one row more: every tile and run has an owner of its own.
        using var dictionary = Rows.Random(20, 24, 1);
        using var rows = Rows.Random(1025, 24, 2);
        var expected = Update(rows, 1);
        for (var threads = 2; threads <= 3; threads++)
        {
            var update = Update(rows, threads);
            Assert.Equal(expected.Picks, update.Picks);
            Assert.Equal(expected.Weights, update.Weights);
        }

        foreach (var entity in new[] { 0, 3, 511, 512, 1023, 1024 })
        {
            using var alone = new Matrix(1, 24);
            rows.Row(entity).CopyTo(alone.Row(0));
            var update = Update(alone, 1);
            Assert.Equal(expected.Picks[(entity * 3)..(entity * 3 + 3)], update.Picks);
            Assert.Equal(expected.Weights[(entity * 3)..(entity * 3 + 3)], update.Weights);
        }

        Assignment Update(Matrix entityRows, int threads)
        {
            using var workers = new Workers(threads);
            return rule == AssignmentUpdateRule.PseudoInverse
                ? AssignmentUpdate.PseudoInverseUpdate(entityRows, dictionary, 3, workers)
                : MatchingPursuit.Update(entityRows, dictionary, 3, workers);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_finite_number_is_refused(float value)
    {
        using var rows = Rows.Random(6, 8, 1);
        using var dictionary = Rows.Random(5, 8, 2);
        using var workers = new Workers(1);
        rows[4, 7] = value;
        Assert.Contains("row 4", Assert.Throws<ArgumentException>(() => MatchingPursuit.Update(rows, dictionary, 2, workers)).Message);
        rows[4, 7] = 0;
        dictionary[3, 0] = value;
        Assert.Contains("row 3", Assert.Throws<ArgumentException>(() => MatchingPursuit.Update(rows, dictionary, 2, workers)).Message);
    }

    private static Matrix Parse(string text)
    {
        var rows = text.Split(';').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(float.Parse).ToArray()).ToArray();
        var matrix = new Matrix(rows.Length, rows[0].Length);
        rows.SelectMany(row => row).ToArray().CopyTo(matrix.AsSpan());
        return matrix;
    }
}
