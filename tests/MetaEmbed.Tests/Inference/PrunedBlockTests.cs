using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

/// <summary>Lists by pruning are those of scoring every item and sorting, to the bit, whatever the rows look like.</summary>
public sealed unsafe class PrunedBlockTests
{
    private delegate float Element(ref RandomStream stream, int row, int column);

    /// <summary>Kinds of rows; a problem draws one for its users and one for its items.</summary>
    private static readonly (string Name, Element Of)[] Kinds =
    [
        ("normal", (ref stream, _, _) => Normal(ref stream)),
        ("zero", (ref _, _, _) => 0),
        ("some zero", (ref stream, row, _) => row % 3 == 0 ? 0 : Normal(ref stream)),
        ("equal rows", (ref _, _, column) => column % 5 - 2),
        ("few values", (ref stream, _, _) => stream.NextInt32(3) - 1),
        ("one large element", (ref stream, row, column) => column == row % 7 ? 1000 : Normal(ref stream)),
        ("negative", (ref stream, _, _) => -MathF.Abs(Normal(ref stream))),
        ("huge", (ref stream, _, _) => Normal(ref stream) * 1e14f),
        ("beyond what is quantised", (ref stream, row, _) => Normal(ref stream) * (row % 2 == 0 ? 1e17f : 1)),
        ("tiny", (ref stream, _, _) => Normal(ref stream) * 1e-14f),
        ("below the smallest normal number", (ref stream, row, _) => Normal(ref stream) * (row % 2 == 0 ? 1e-40f : 1e-19f)),
        ("every size", (ref stream, row, _) => Normal(ref stream) * MathF.Pow(10, row % 21 - 10)),
        ("nearly parallel", (ref stream, _, column) => column % 11 - 5 + Normal(ref stream) * 1e-6f),
    ];

    [Fact]
    public void Lists_are_those_of_scoring_every_item_for_all_kinds_of_rows()
    {
        if (!QuantizedPanels.IsSupported)
            Assert.Skip("the machine has no products of bytes");
        var problem = 0UL;
        foreach (var users in Kinds)
        {
            foreach (var items in Kinds)
            {
                problem++;
                var stream = new RandomStream(problem, RandomPurpose.Test);
                var dimension = stream.NextInt32(3) == 0 ? 128 : 1 + stream.NextInt32(70);
                using var rows = Make(users.Of, 1 + stream.NextInt32(20), dimension, ref stream);
                using var itemRows = Make(items.Of, 1 + stream.NextInt32(500), dimension, ref stream);
                var bias = Bias(stream.NextInt32(4), itemRows.Rows, ref stream);
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
        Assert.NotNull(ListSample.For((items + ItemPanels.Width - 1) / ItemPanels.Width, 1, k));
        var stream = new RandomStream(1, RandomPurpose.Test);
        using var users = Make((ref stream, row, column) => column == 0 ? (row % 2 == 0 ? 100 : 0.01f) : Normal(ref stream) * 0.01f, 9, 20, ref stream);
        using var itemRows = Make((ref stream, row, column) => column == 0 ? (inSample.Contains(row) ? 1 : -1) : Normal(ref stream) * 0.01f, items, 20, ref stream);
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
            using var rows = Make(Kinds[0].Of, 3, 24, ref stream);
            using var itemRows = Make(Kinds[0].Of, 400, 24, ref stream);
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
            using var user = Make(Kinds[stream.NextInt32(Kinds.Length)].Of, 1, dimension, ref stream);
            using var items = Make(Kinds[stream.NextInt32(Kinds.Length)].Of, 96, dimension, ref stream);
            var bias = Bias((int)(round % 4), 96, ref stream);
            using var panels = QuantizedPanels.From(items.Pointer, bias, 96, dimension, 1);
            using var memory = new Matrix(1, QuantizedRow.Words(dimension) + QuantizedRow.WorkLength(dimension));
            var row = QuantizedRow.User(user.Pointer, dimension, (uint*)memory.Pointer, 1, memory.Pointer + panels.Words);
            var bound = ScoreBound.Of(row, dimension);
            for (var place = 0; place < 96; place++)
            {
                var score = Score(user.Row(0), items.Row(panels.Item(place)), bias.Length == 0 ? 0 : bias[panels.Item(place)]);
                var panel = place / ItemPanels.Width;
                var slack = bound.ErrorFactor * panels.Error(panel) + (bound.NormFactor * panels.Norm(panel) + ScoreBound.Fixed(panels.LargestBias(panel)));
                var candidates = BoundTile.MarkOne(memory.Pointer, panels, panel, row.Scale, ScoreBound.Lowered(score) - slack);
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

    private static Matrix Make(Element element, int rows, int columns, ref RandomStream stream)
    {
        var matrix = new Matrix(rows, columns);
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                matrix[row, column] = element(ref stream, row, column);
        return matrix;
    }

    private static float[] Bias(int kind, int items, ref RandomStream stream)
    {
        var bias = new float[kind == 0 ? 0 : items];
        foreach (ref var value in bias.AsSpan())
            value = kind switch { 1 => 0, 2 => Normal(ref stream), _ => 1e6f * (stream.NextInt32(3) - 1) };
        return bias;
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

    private static float Normal(ref RandomStream stream) => (float)NormalDistribution.Next(ref stream);
}
