using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

/// <summary>Lists by pruning are those of scoring every item and sorting, to the bit, whatever the rows look like.</summary>
public sealed unsafe class PrunedBlockTests
{
    [Fact]
    public void Lists_are_those_of_scoring_every_item_for_all_kinds_of_rows()
    {
        if (!QuantizedPanels.IsSupported)
            Assert.Skip("the machine has no products of bytes");
        var problem = 0UL;
        foreach (var users in RowKinds.All)
        {
            foreach (var items in RowKinds.All)
            {
                problem++;
                var stream = new RandomStream(problem, RandomPurpose.Test);
                var dimension = stream.NextInt32(3) == 0 ? 128 : 1 + stream.NextInt32(70);
                using var rows = RowKinds.Make(users.Of, 1 + stream.NextInt32(20), dimension, ref stream);
                using var itemRows = RowKinds.Make(items.Of, 1 + stream.NextInt32(500), dimension, ref stream);
                var bias = RowKinds.Bias(stream.NextInt32(4), itemRows.Rows, ref stream);
                var k = 1 + stream.NextInt32(stream.NextInt32(2) == 0 ? 5 : itemRows.Rows);
                AssertLists($"users {users.Name}, items {items.Name}, problem {problem}", rows, itemRows, bias, k, Excluded(rows.Rows, itemRows.Rows, ref stream));
            }
        }
    }

    [Fact]
    public void A_guess_of_the_last_place_that_is_too_high_changes_nothing()
    {
        if (!QuantizedPanels.IsSupported)
            Assert.Skip("the machine has no products of bytes");

        // Biases make the order of the panels that of the ids. The even users' best items lie in the sample, but only nine of them.
        const int items = 8000, k = 50;
        var inSample = Enumerable.Range(ListSample.First * ItemPanels.Width, 9).ToArray();
        Assert.NotEqual(0, ListSample.Place((items + ItemPanels.Width - 1) / ItemPanels.Width, k));
        var stream = new RandomStream(1, RandomPurpose.Test);
        using var users = RowKinds.Make((ref stream, row, column) => column == 0 ? (row % 2 == 0 ? 100 : 0.01f) : RowKinds.Normal(ref stream) * 0.01f, 9, 20, ref stream);
        using var itemRows = RowKinds.Make((ref stream, row, column) => column == 0 ? (inSample.Contains(row) ? 1 : -1) : RowKinds.Normal(ref stream) * 0.01f, items, 20, ref stream);
        var bias = Enumerable.Range(0, items).Select(i => -0.05f * i).ToArray();
        AssertLists("too high", users, itemRows, bias, k, Excluded(9, items, ref stream));
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_refused()
    {
        if (!QuantizedPanels.IsSupported)
            Assert.Skip("the machine has no products of bytes");
        foreach (var (where, value) in new[] { (0, float.NaN), (1, float.NaN), (2, float.NaN), (1, float.PositiveInfinity) })
        {
            var stream = new RandomStream(9, RandomPurpose.Test);
            using var rows = RowKinds.Make(RowKinds.All[0].Of, 3, 24, ref stream);
            using var itemRows = RowKinds.Make(RowKinds.All[0].Of, 400, 24, ref stream);
            var bias = new float[400];
            if (where == 0)
                rows[1, 5] = value;
            else if (where == 1)
                itemRows[333, 7] = value;
            else
                bias[333] = value;
            if (float.IsInfinity(value))
            {
                // Infinity times zero is not a number.
                for (var user = 0; user < 3; user++)
                    rows[user, 7] = 0;
            }

            Assert.Throws<ArgumentException>(() => Lists(rows, itemRows, bias, 2, [], []));
        }
    }

    [Fact]
    public void An_item_is_a_candidate_at_a_limit_that_its_own_score_reaches()
    {
        if (!QuantizedPanels.IsSupported)
            Assert.Skip("the machine has no products of bytes");
        for (var round = 0UL; round < 60; round++)
        {
            var stream = new RandomStream(100 + round, RandomPurpose.Test);
            var dimension = 1 + stream.NextInt32(200);
            using var user = RowKinds.Make(RowKinds.All[stream.NextInt32(RowKinds.All.Length)].Of, 1, dimension, ref stream);
            using var items = RowKinds.Make(RowKinds.All[stream.NextInt32(RowKinds.All.Length)].Of, 96, dimension, ref stream);
            var bias = RowKinds.Bias((int)(round % 4), 96, ref stream);
            using var panels = QuantizedPanels.From(items.Pointer, bias, 96, dimension, 1);
            using var memory = new Matrix(1, QuantizedRow.Words(dimension) + QuantizedRow.WorkLength(dimension));
            var row = QuantizedRow.User(user.Pointer, dimension, (uint*)memory.Pointer, 1, memory.Pointer + panels.Words);
            var bound = ScoreBound.Of(row, dimension);
            for (var place = 0; place < 96; place++)
            {
                var score = Score(user.Row(0), items.Row(panels.Item(place)), bias.Length == 0 ? 0 : bias[panels.Item(place)]);
                var panel = place / ItemPanels.Width;
                var slack = bound.ErrorFactor * panels.Scores.Error(panel) + (bound.NormFactor * panels.Scores.Norm(panel) + panels.Scores.Rest(panel));
                var candidates = BoundTile.MarkOne(memory.Pointer, panels, panels.Scores, panel, row.Scale, ScoreBound.Lowered(score) - slack);
                Assert.True((candidates >> (place % ItemPanels.Width) & 1) != 0, $"round {round}, place {place}: score {score}, slack {slack}");
            }
        }
    }

    private static void AssertLists(string problem, Matrix users, Matrix items, float[] bias, int k, (int[] Items, Range[] Own) excluded)
    {
        var expected = new (int Item, float Score)[users.Rows][];
        for (var u = 0; u < users.Rows; u++)
        {
            var own = excluded.Items.AsSpan(excluded.Own[u]).ToArray();
            expected[u] = [.. Enumerable.Range(0, items.Rows).Except(own)
                .Select(i => (Item: i, Score: Score(users.Row(u), items.Row(i), bias.Length == 0 ? 0 : bias[i]) + 0f))
                .OrderByDescending(pair => pair.Score).ThenBy(pair => pair.Item).Take(k)];
        }

        var together = Lists(users, items, bias, k, excluded.Items, excluded.Own);
        for (var u = 0; u < users.Rows; u++)
        {
            Assert.True(expected[u].SequenceEqual(together[u]), $"{problem}, user {u}");
            using var alone = new Matrix(1, users.Columns);
            users.Row(u).CopyTo(alone.Row(0));
            var single = Lists(alone, items, bias, k, excluded.Items, [excluded.Own[u]])[0];
            Assert.True(expected[u].SequenceEqual(single), $"{problem}, user {u} alone");
        }
    }

    private static (int Item, float Score)[][] Lists(Matrix users, Matrix items, float[] bias, int k, int[] excluded, Range[] own)
    {
        using var panels = QuantizedPanels.From(items.Pointer, bias, items.Rows, items.Columns, 1);
        using var block = new PrunedBlock(panels, items.Pointer, users.Rows, k);
        var rows = new nint[users.Rows];
        for (var u = 0; u < rows.Length; u++)
            rows[u] = (nint)(users.Pointer + u * users.Columns);
        var lists = new (int, float)[users.Rows][];
        block.Rank(rows, excluded, own, (place, listed, scores) => lists[place] = [.. listed.ToArray().Zip(scores.ToArray())]);
        return lists;
    }

    private static float Score(ReadOnlySpan<float> user, ReadOnlySpan<float> item, float bias)
    {
        var sum = 0f;
        for (var k = 0; k < user.Length; k++)
            sum = MathF.FusedMultiplyAdd(user[k], item[k], sum);
        return sum + bias;
    }

    private static (int[] Items, Range[] Own) Excluded(int users, int items, ref RandomStream stream)
    {
        var all = new List<int>();
        var own = new Range[users];
        for (var user = 0; user < users; user++)
        {
            var first = all.Count;
            for (var item = 0; item < items; item++)
            {
                if (stream.NextInt32(10) == 0)
                    all.Add(item);
            }

            own[user] = first..all.Count;
        }

        return ([.. all], own);
    }
}
