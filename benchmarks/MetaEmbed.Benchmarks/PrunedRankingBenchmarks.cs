using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Experiments;
using MetaEmbed.Graphs;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// Full ranking by pruning beside scoring every pair, in turn in one run: the bound's kernel, one user, all users. The
/// lists of all users are compared, to the bit.
/// </summary>
internal static unsafe class PrunedRankingBenchmarks
{
    /// <summary>8-bit products in registers, in Gop/s (two operations each), with the instructions that the kernel uses.</summary>
    private static readonly double ByteLimit = MeasureBytes();

    private const string Checkpoints = "benchmarks/results/amd-epyc-family-26-2-cores/runs/gowalla-published";

    /// <summary>Runs on the kept Gowalla checkpoint, then on random rows of its shape without biases.</summary>
    /// <param name="folder">Gowalla's train.txt and test.txt.</param>
    public static void Run(string folder)
    {
        var run = StoredRun.Open(Checkpoints);
        var data = ValidationSplit.Create(DatasetFolder.Open(folder), run.Options.SplitSeed);
        using var workers = new Workers(2);
        using var checkpoint = run.LoadCoarseCheckpoint();
        using var model = StoredModel.Coarse(checkpoint, run.Options, Graph.Bipartite(data.Train), data.Train.UserCount, workers);
        using var rows = new Matrix(model.UserCount + model.ItemCount, model.Propagation.Dimension);
        model.Forward();
        model.Propagation.FinishAll(rows);
        Console.WriteLine($"vectors of {MachineLimits.VectorBits} bits; multiply-add {MachineLimits.MultiplyAddGflops:F0} GFLOP/s, 8-bit products {ByteLimit:F0} Gop/s a core");
        All("trained on Gowalla", rows, data.Train, model.ItemBias.Value.Span[..model.ItemCount].ToArray());

        var stream = new RandomStream(1, RandomPurpose.Test);
        foreach (ref var value in rows.AsSpan())
            value = (float)(stream.NextDouble() - 0.5) * 0.2f;
        All("random, no biases", rows, data.Train, new float[model.ItemCount]);
        Rule();
    }

    private static void All(string name, Matrix rows, Interactions train, float[] bias)
    {
        Kernel(name, rows, train, bias);
        foreach (var (threads, k) in new[] { (1, 5), (1, 50), (2, 5), (2, 20), (2, 50), (2, 200) })
        {
            using var workers = new Workers(threads);
            RankedLists scored = null!, pruned = null!;
            var before = MachineLimits.MedianTimes(3, () => scored = FullRanking.TopItems(rows, train.UserCount, bias.Length, bias, train, null, k, prune: false, workers));
            var after = MachineLimits.MedianTimes(3, () => pruned = FullRanking.TopItems(rows, train.UserCount, bias.Length, bias, train, null, k, prune: true, workers));
            var gop = 2.0 * train.UserCount * bias.Length * rows.Columns / 1e9;
            Console.WriteLine(
                $"{name}, top {k}, {threads} threads: scored {before.Wall:F3} s (processor {before.Processor:F3}), pruned {after.Wall:F3} s (processor {after.Processor:F3}, " +
                $"{gop / after.Processor / ByteLimit:P0} of the 8-bit limit); {before.Processor / after.Processor:F2} x by processor time; {Different(scored, pruned, train.UserCount)} users differ");
        }
    }

    private static int Different(RankedLists a, RankedLists b, int users) =>
        Enumerable.Range(0, users).Count(u => !a.Items(u).SequenceEqual(b.Items(u)) || !MemoryMarshal.AsBytes(a.Scores(u)).SequenceEqual(MemoryMarshal.AsBytes(b.Scores(u))));

    private static void Kernel(string name, Matrix rows, Interactions train, float[] bias)
    {
        var items = rows.Pointer + (long)train.UserCount * rows.Columns;
        QuantizedPanels panels = null!;
        var packing = MachineLimits.MedianTimes(5, () =>
        {
            panels?.Dispose();
            panels = QuantizedPanels.From(items, bias, bias.Length, rows.Columns, 1);
        }).Processor;
        using var users = new UserColumns(256, rows.Columns);
        var addresses = Enumerable.Range(0, 256).Select(u => (nint)(rows.Pointer + u * rows.Columns)).ToArray();
        users.Load(addresses);
        for (var u = 0; u < addresses.Length; u++)
            users.SetLimit(u, float.PositiveInfinity);
        users.SetThresholds(panels.Scores, 0, 0, addresses.Length);
        var candidates = stackalloc ulong[RegisterTile.Users];
        var gop = 2.0 * addresses.Length * bias.Length * rows.Columns / 1e9;
        var kernel = MachineLimits.MedianTimes(51, () =>
        {
            for (var panel = 0; panel < panels.PanelCount; panel++)
                for (var u = 0; u < addresses.Length; u += RegisterTile.Users)
                    BoundTile.Mark(users.Tile(u), panels, panels.Scores, panel, users.Scales + u, users.Thresholds + u, candidates);
        }).Processor;
        Console.WriteLine($"{name}: packing {packing * 1e3:F1} ms on one thread; bound of 256 users {gop / kernel:F0} Gop/s, {gop / kernel / ByteLimit:P0} of the limit");

        using var one = new PrunedBlock(panels, items, 1, 50);
        using var floats = ItemPanels.From(new ReadOnlySpan<float>(items, bias.Length * rows.Columns), bias, bias.Length, rows.Columns);
        using var scores = new Matrix(1, ItemPanels.Width);
        var best = new TopK(50);
        var list = new int[50];
        var at = 0;
        var pruned = MachineLimits.MedianTimes(301, () => one.Rank(addresses.AsSpan(at++ % 256, 1), [], [], (_, _, _) => { })).Wall;
        var scored = MachineLimits.MedianTimes(301, () => ScoreOne((float*)addresses[at++ % 256], floats, scores.Pointer, best, list)).Wall;
        Console.WriteLine($"{name}: one user, top 50: scored {scored * 1e3:F3} ms, pruned {pruned * 1e3:F3} ms");
        panels.Dispose();
    }

    private static void ScoreOne(float* user, ItemPanels panels, float* scores, TopK best, int[] list)
    {
        for (var panel = 0; panel < panels.PanelCount; panel++)
        {
            ScoreTile.ScoreOne(user, panels.Rows(panel), panels.Bias(panel), panels.Dimension, scores);
            for (var above = ScoreTile.AboveOrNaN(scores, best.Limit); above != 0; above &= above - 1)
            {
                var lane = System.Numerics.BitOperations.TrailingZeroCount(above);
                best.Add(panel * ItemPanels.Width + lane, scores[lane]);
            }
        }

        best.Finish(list, default);
    }

    /// <summary>Where pruning begins to pay, on normal rows: what <see cref="PrunedRanking.Pays"/> is made from.</summary>
    private static void Rule()
    {
        using var workers = new Workers(1);
        foreach (var (users, items, d, k) in new[]
        {
            (256, 40_000, 128, 50), (1024, 40_000, 128, 50), (2048, 40_000, 128, 50), (2048, 40_000, 128, 10), (2048, 40_000, 128, 200),
            (2048, 8192, 128, 10), (2048, 16_384, 128, 10), (2048, 16_384, 128, 50), (2048, 16_384, 64, 10), (2048, 40_000, 64, 50), (2048, 40_000, 32, 10),
        })
        {
            using var rows = new Matrix(users + items, d);
            var stream = new RandomStream(3, RandomPurpose.Test);
            foreach (ref var value in rows.AsSpan())
                value = (float)NormalDistribution.Next(ref stream);
            var scored = MachineLimits.MedianTimes(3, () => FullRanking.TopItems(rows, users, items, [], null, null, k, prune: false, workers)).Processor;
            var pruned = MachineLimits.MedianTimes(3, () => FullRanking.TopItems(rows, users, items, [], null, null, k, prune: true, workers)).Processor;
            Console.WriteLine($"{users} users, {items} items, d = {d}, top {k}: {scored / pruned:F2} x; chosen: {(PrunedRanking.Pays(users, items, d, k) ? "pruned" : "scored")}");
        }
    }

    private static double MeasureBytes() => Vector512.IsHardwareAccelerated ? Measure<SixteenByteLanes>() : Measure<EightByteLanes>();

    private static double Measure<T>()
        where T : struct, IByteLanes<T>
    {
        const int rounds = 5_000_000;
        return rounds * 16.0 * T.Count * 4 * 2 / MachineLimits.MedianTimes(9, () => SixteenSums<T>(rounds)).Processor / 1e9;
    }

    // Products of bytes in registers; each takes a sum as operand, or it would be the same in every round and computed once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T SixteenSums<T>(int rounds)
        where T : struct, IByteLanes<T>
    {
        var words = stackalloc float[16];
        T x = T.Broadcast(words), a = T.Zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        T i = a, j = a, k = a, l = a, m = a, n = a, o = a, p = a;
        for (var round = 0; round < rounds; round++)
        {
            a = T.MultiplyAdd(x, a, a);
            b = T.MultiplyAdd(x, b, b);
            c = T.MultiplyAdd(x, c, c);
            d = T.MultiplyAdd(x, d, d);
            e = T.MultiplyAdd(x, e, e);
            f = T.MultiplyAdd(x, f, f);
            g = T.MultiplyAdd(x, g, g);
            h = T.MultiplyAdd(x, h, h);
            i = T.MultiplyAdd(x, i, i);
            j = T.MultiplyAdd(x, j, j);
            k = T.MultiplyAdd(x, k, k);
            l = T.MultiplyAdd(x, l, l);
            m = T.MultiplyAdd(x, m, m);
            n = T.MultiplyAdd(x, n, n);
            o = T.MultiplyAdd(x, o, o);
            p = T.MultiplyAdd(x, p, p);
        }

        a = T.MultiplyAdd(T.MultiplyAdd(a, b, c), T.MultiplyAdd(d, e, f), T.MultiplyAdd(g, h, i));
        return T.MultiplyAdd(T.MultiplyAdd(j, k, l), T.MultiplyAdd(m, n, o), T.MultiplyAdd(p, a, x));
    }
}
