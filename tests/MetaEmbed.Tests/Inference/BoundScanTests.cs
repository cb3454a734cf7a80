using MetaEmbed.Export;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Files;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Inference.Ranking;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Inference;

/// <summary>Lists by the bound in 8 bits are those of scoring every decoded row, to the bit: scores, similar items, filters, batches.</summary>
public sealed unsafe class BoundScanTests
{
    [Fact]
    public void Lists_are_those_of_scoring_every_item_for_all_kinds_of_rows()
    {
        SkipWithout();
        var problem = 0UL;
        foreach (var users in RowKinds.All)
        {
            foreach (var items in RowKinds.All)
            {
                problem++;
                var stream = new RandomStream(problem, RandomPurpose.Test);
                var dimension = stream.NextInt32(4) == 0 ? 128 : 1 + stream.NextInt32(70);
                using var rows = RowKinds.Make(items.Of, 1 + stream.NextInt32(500), dimension, ref stream);
                using var people = RowKinds.Make(users.Of, 1 + stream.NextInt32(20), dimension, ref stream);
                var bias = RowKinds.Bias(stream.NextInt32(4), rows.Rows, ref stream);
                var code = new MatrixCode(rows, decodes: stream.NextInt32(2) == 0);
                var k = 1 + stream.NextInt32(stream.NextInt32(2) == 0 ? 5 : rows.Rows + 3);
                AssertSame($"users {users.Name}, items {items.Name}, problem {problem}", code, bias, people, k, ref stream);
            }
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(300)]
    public void Where_a_sample_guesses_the_last_place_lists_are_the_same(int k)
    {
        SkipWithout();

        // Biases make the order of the panels that of the ids. The even users' best items lie in the sample, but only nine of
        // them: their guess is too high. The odd users' is not.
        const int items = 8000;
        var inSample = Enumerable.Range(ListSample.First * ItemPanels.Width, 9).ToArray();
        Assert.NotEqual(0, ListSample.Place((items + ItemPanels.Width - 1) / ItemPanels.Width, k));
        var stream = new RandomStream(1, RandomPurpose.Test);
        using var users = RowKinds.Make((ref stream, row, column) => column == 0 ? (row % 2 == 0 ? 100 : 0.01f) : RowKinds.Normal(ref stream) * 0.01f, 9, 21, ref stream);
        using var rows = RowKinds.Make((ref stream, row, column) => column == 0 ? (inSample.Contains(row) ? 1 : -1) : RowKinds.Normal(ref stream) * 0.01f, items, 21, ref stream);
        var bias = Enumerable.Range(0, items).Select(i => -0.05f * i).ToArray();
        AssertSame("too high", new MatrixCode(rows, decodes: true), bias, users, k, ref stream);
        using var normal = Rows.Random(items, 24, 5);
        using var people = Rows.Random(11, 24, 6);
        AssertSame("normal", new MatrixCode(normal, decodes: false), [], people, k, ref stream);
    }

    [Theory]
    [InlineData("float32", 37)]
    [InlineData("float32", 128)]
    [InlineData("float16", 37)]
    [InlineData("int8", 66)]
    [InlineData("int4", 37)]
    [InlineData("low-rank-5", 70)]
    [InlineData("low-rank-48", 128)]
    [InlineData("omp-3", 37)]
    public void Every_code_has_the_lists_of_its_decoded_rows(string name, int dimension)
    {
        SkipWithout();
        using var file = Pack(name, 1_234, dimension);
        var code = RowCode.Open(file, "items", 1_234, dimension);
        Assert.Equal(name == "float32", code.Floats is not null);
        var stream = new RandomStream(7, RandomPurpose.Test);
        using var users = Rows.Random(13, dimension, 8);
        AssertSame(name, code, RowKinds.Bias(2, 1_234, ref stream), users, 20, ref stream);
    }

    [Fact]
    public void A_row_that_is_not_finite_is_refused_in_the_same_words()
    {
        SkipWithout();
        foreach (var (item, value) in new[] { (0, float.NaN), (100, float.PositiveInfinity), (199, float.NegativeInfinity) })
        {
            using var rows = Rows.Random(200, 9, 3);
            rows[item, 4] = value;
            var code = new MatrixCode(rows, decodes: true);
            var expected = Assert.Throws<InvalidOperationException>(() => new PanelScan(code, [], Damaged));
            var found = Assert.Throws<InvalidOperationException>(() => new BoundScan(code, [], 1, Damaged));
            Assert.Equal(expected.Message, found.Message);
            Assert.Contains("not finite, among items", found.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_the_scratch_has_its_memory()
    {
        SkipWithout();
        using var rows = Rows.Random(7_000, 20, 3);
        var code = new MatrixCode(rows, decodes: true);
        using var scan = new BoundScan(code, [], 1, Damaged);
        using var scratch = new RankingScratch(7_000, 20);
        var table = new ItemTable(code, null, Damaged, () => 1);
        var norms = table.InverseNorms;
        var best = new Recommendation[40];
        var found = 0;
        Call(40);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var k = 1; k <= 30; k++)
            Call(k);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(2 * (40 + 30 * 31 / 2), found);

        void Call(int k)
        {
            rows.Row(k).CopyTo(scratch.User);
            scratch.Restart(k);
            scan.Best(scratch);
            found += scratch.Finish(best);
            scratch.Restart(k);
            scan.Nearest(norms, scratch);
            found += scratch.Finish(best);
        }
    }

    [Fact]
    public void An_item_is_a_candidate_at_a_limit_that_its_own_cosine_reaches()
    {
        SkipWithout();
        for (var round = 0UL; round < 80; round++)
        {
            var stream = new RandomStream(500 + round, RandomPurpose.Test);
            var dimension = 1 + stream.NextInt32(200);
            using var items = RowKinds.Make(RowKinds.All[(int)round % RowKinds.All.Length].Of, 96, dimension, ref stream);
            var norms = new ItemTable(new MatrixCode(items, decodes: false), null, Damaged, () => 1).InverseNorms;
            using var user = new Matrix(1, dimension);
            var own = stream.NextInt32(96);
            for (var k = 0; k < dimension; k++)
                user[0, k] = items[own, k] * norms[own];
            using var panels = QuantizedPanels.From(items.Pointer, [], 96, dimension, 1);
            using var columns = BoundColumns.Cosines(panels, norms);
            using var memory = new Matrix(1, panels.Words + QuantizedRow.WorkLength(dimension));
            var row = QuantizedRow.User(user.Pointer, dimension, (uint*)memory.Pointer, 1, memory.Pointer + panels.Words);
            var bound = ScoreBound.Of(row, dimension);
            for (var place = 0; place < 96; place++)
            {
                var panel = place / ItemPanels.Width;
                var score = RowBlocks.Product(new MatrixCode(items, decodes: false), user.Row(0), panels.Item(place), new float[dimension]) * norms[panels.Item(place)];
                var slack = bound.ErrorFactor * columns.Error(panel) + (bound.NormFactor * columns.Norm(panel) + columns.Rest(panel));
                var candidates = BoundTile.MarkOne(memory.Pointer, panels, columns, panel, row.Scale, ScoreBound.Lowered(score) - slack);
                Assert.True((candidates >> (place % ItemPanels.Width) & 1) != 0, $"round {round}, place {place}: cosine {score}, slack {slack}");
            }
        }
    }

    [Theory]
    [InlineData("int8", 8_300, 128, true)]
    [InlineData("float32", 8_300, 128, true)]
    [InlineData("float32", 8_100, 128, false)]
    public void A_recommender_ranks_many_items_by_the_bound_and_shows_the_scores_it_tells(string code, int items, int dimension, bool bound)
    {
        SkipWithout();
        Assert.Equal(bound, BoundScan.Pays(items, dimension));
        using var recommender = Recommender.Read(Packed(code, items, dimension), code);
        var best = new Recommendation[50];
        int[][] histories = [[5, 77, 4_000], [items - 1], [1, 2, 3, 8_000]];
        var requests = histories.Select(history => new RecommendationRequest { History = history }).ToList();
        var many = recommender.RecommendMany(requests, 50, threads: 1, TestContext.Current.CancellationToken);
        for (var i = 0; i < histories.Length; i++)
        {
            var history = histories[i];
            Assert.Equal(50, recommender.RecommendFromHistory(history, best));
            var expected = Enumerable.Range(0, items).Except(history).Select(item => new Recommendation(item, recommender.Score(history, item)))
                .OrderByDescending(one => one.Score).ThenBy(one => one.Item).Take(50);
            Assert.Equal(expected, best);
            Assert.Equal(best, many[i]);
        }
    }

    [Fact]
    public void The_typical_norm_is_the_users_and_unknown_where_they_are_damaged()
    {
        using var rows = Rows.Random(1_000, 50, 4);
        Assert.Equal(Math.Sqrt(50), TypicalUser.Norm(new MatrixCode(rows, decodes: false))!.Value, 0.5);
        Assert.Null(TypicalUser.Norm(null));
        rows.AsSpan().Fill(float.NaN);
        Assert.Null(TypicalUser.Norm(new MatrixCode(rows, decodes: false)));
    }

    private static void SkipWithout()
    {
        if (!QuantizedPanels.IsSupported)
            Assert.Skip("the machine has no products of bytes");
    }

    private static InvalidOperationException Damaged(string found) => new(found);

    private static void AssertSame(string problem, RowCode code, float[] bias, Matrix users, int k, ref RandomStream stream)
    {
        using var panels = new PanelScan(code, bias, Damaged);
        using var bound = new BoundScan(code, bias, stream.NextInt32(2) == 0 ? null : 1, Damaged);
        Assert.Equal(panels.Largest, bound.Largest);
        var scratches = new RankingScratch[users.Rows];
        var expected = new Recommendation[users.Rows][];
        for (var u = 0; u < scratches.Length; u++)
        {
            var scratch = scratches[u] = new RankingScratch(code.Rows, code.Dimension);
            users.Row(u).CopyTo(scratch.User);
            Filter(scratch, u % 4, code.Rows, ref stream);
            expected[u] = List(scratch, u, k, panels.Best);
            Assert.True(expected[u].SequenceEqual(List(scratch, u, k, bound.Best)), $"{problem}, user {u} alone");
            var item = stream.NextInt32(code.Rows);
            Assert.Equal(panels.Product(scratch.User, item, scratch.Row), bound.Product(scratch.User, item, scratch.Row));
        }

        for (var u = 0; u < scratches.Length; u++)
            Start(scratches[u], u, k);
        bound.Best(scratches);
        for (var u = 0; u < scratches.Length; u++)
            Assert.True(expected[u].SequenceEqual(Finish(scratches[u], k)), $"{problem}, user {u} in company");

        var norms = new ItemTable(code, null, Damaged, () => 1).InverseNorms;
        for (var u = 0; u < scratches.Length; u++)
        {
            using var scratch = scratches[u];
            var item = stream.NextInt32(code.Rows);
            code.Decode(item, scratch.User);
            foreach (ref var value in scratch.User)
                value *= norms[item];
            var near = List(scratch, u, k, one => panels.Nearest(norms, one));
            Assert.True(near.SequenceEqual(List(scratch, u, k, one => bound.Nearest(norms, one))), $"{problem}, similar to {item}");
            Assert.True(near.All(one => float.IsFinite(one.Score)), $"{problem}, similar to {item}");
        }
    }

    /// <summary>Of four users one has all items, one some left out, one a predicate besides, one a few allowed.</summary>
    private static void Filter(RankingScratch scratch, int kind, int count, ref RandomStream stream)
    {
        var items = new int[stream.NextInt32(kind == 3 ? 4 : 40)];
        foreach (ref var item in items.AsSpan())
            item = stream.NextInt32(count);
        scratch.HasAllowed = kind == 3;
        if (kind == 3)
            scratch.Allowed.Add(items);
        else if (kind > 0)
            scratch.Excluded.Add(items);
    }

    private static void Start(RankingScratch scratch, int user, int k)
    {
        scratch.Restart(k);
        scratch.Accept = user % 4 == 2 ? item => item % 3 != 1 : null;
    }

    private static Recommendation[] Finish(RankingScratch scratch, int k)
    {
        var best = new Recommendation[k];
        return best[..scratch.Finish(best)];
    }

    private static Recommendation[] List(RankingScratch scratch, int user, int k, Action<RankingScratch> rank)
    {
        Start(scratch, user, k);
        rank(scratch);
        return Finish(scratch, k);
    }

    private static Safetensors Pack(string code, int items, int dimension) => Safetensors.Read(Packed(code, items, dimension), code);

    private static byte[] Packed(string code, int items, int dimension)
    {
        using var rows = Rows.Random(items, dimension, 3);
        using var dictionary = Rows.Random(40, dimension, 4);
        using var workers = new Workers(1);
        var builder = new ModelFileBuilder(ModelFileKind.Device, 0, items, dimension);
        builder.Add(
            code == Float32Code.Name
                ? new CompressedRows(code, CodeTensor.Of("rows", rows.AsSpan().ToArray(), items, dimension))
                : ItemCodes.Find(code).Compress(new CompressionInput(rows, [.. Enumerable.Repeat(1f, items)], dictionary, 1), workers),
            "items");
        builder.AddNumbers("item_bias", Enumerable.Range(0, items).Select(item => item % 13 * 0.1f).ToArray(), ByteScale.Linear);
        builder.Text("fold.rule", "root");
        builder.AddNumbers("fold.weights", [.. Enumerable.Repeat(1f, items)], ByteScale.Logarithmic);
        builder.Add("fold.scale", new[] { 1f });
        return builder.ToBytes();
    }

    /// <summary>Rows of a matrix, decoded on demand or where they lie.</summary>
    private sealed class MatrixCode(Matrix rows, bool decodes) : RowCode(rows.Rows, rows.Columns)
    {
        public override float* Floats => decodes ? null : rows.Pointer;

        public override void Decode(int row, Span<float> target) => rows.Row(row).CopyTo(target);
    }
}
