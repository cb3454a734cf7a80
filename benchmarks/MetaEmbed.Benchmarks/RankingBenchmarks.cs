using System.Runtime.CompilerServices;
using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// Full ranking at the size of Gowalla, 29,858 users x 40,981 items, d = 128, on random rows: the scoring kernel alone
/// beside its scalar loop, the scores of one user, and whole evaluations that score every pair at one and two threads.
/// </summary>
internal static unsafe class RankingBenchmarks
{
    private const int Users = 29_858, Items = 40_981, Dimension = 128;

    /// <summary>Prints a table.</summary>
    /// <param name="kernelOnly">Leaves out the evaluations; for a look at another vector width.</param>
    public static void Run(bool kernelOnly)
    {
        var peak = MachineLimits.MultiplyAddGflops;
        Console.WriteLine($"vectors of {MachineLimits.VectorBits} bits; multiply-add {peak:F0} GFLOP/s, read {MachineLimits.ReadGigabytes:F1} GB/s a core");
        using var rows = RandomRows();
        var bias = new float[Items];
        var stream = new RandomStream(2, RandomPurpose.Test);
        for (var i = 0; i < Items; i++)
            bias[i] = (float)NormalDistribution.Next(ref stream);

        using var panels = ItemPanels.From(rows.RowRange(Users, Items), bias, Items, Dimension);
        Kernel(rows, panels, peak);
        OneUser(rows, panels);
        if (kernelOnly)
            return;

        var exclude = RandomInteractions(27, 3);
        var relevant = RandomInteractions(7, 4);
        foreach (var (threads, k) in new[] { (1, 5), (1, 50), (2, 50) })
        {
            using var workers = new Workers(threads);
            var (wall, processor) = MachineLimits.MedianTimes(5, () => FullRanking.Evaluate(rows, Users, Items, bias, exclude, relevant, new EvaluationOptions { Cutoffs = [k], Prune = false }, workers));
            var gflop = 2.0 * Users * Items * Dimension / 1e9;
            Console.WriteLine($"evaluation, every pair scored, top {k}, {threads} threads: {wall:F3} s, {gflop / wall:F0} GFLOP/s; processor {processor:F3} s, {gflop / processor / peak:P0} of the limit");
        }
    }

    private static void Kernel(Matrix rows, ItemPanels panels, double peak)
    {
        using var users = new Matrix(Dimension, ScoreTile.Users);
        using var scores = new Matrix(ScoreTile.Users, ItemPanels.Width);
        using var limits = new Matrix(1, ScoreTile.Users);
        Span<nint> at = stackalloc nint[ScoreTile.Users];
        for (var r = 0; r < ScoreTile.Users; r++)
            at[r] = (nint)(rows.Pointer + r * Dimension);
        ScoreTile.PackUsers(users.Pointer, at, Dimension);
        const int rounds = 50_000;
        var flops = 2.0 * rounds * ScoreTile.Users * ItemPanels.Width * Dimension / 1e9;
        var fast = flops / MachineLimits.MedianTimes(15, () =>
        {
            for (var round = 0; round < rounds; round++)
                ScoreTile.Score(users.Pointer, panels.Rows(round & 1), panels.Bias(0), Dimension, limits.Pointer, scores.Pointer);
        }).Processor;
        var scalar = flops / 100 / MachineLimits.MedianTimes(5, () =>
        {
            for (var round = 0; round < rounds / 100; round++)
                Scalar(rows.Pointer, rows.Pointer + (long)Users * Dimension, scores.Pointer);
        }).Processor;
        Console.WriteLine($"kernel, 8 users x 48 items: {fast:F0} GFLOP/s, {fast / peak:P0} of the limit, {fast / scalar:F0} x the scalar loop ({scalar:F1})");
    }

    private static void OneUser(Matrix rows, ItemPanels panels)
    {
        using var scores = new Matrix(1, ItemPanels.Width);
        var seconds = MachineLimits.MedianTimes(101, () =>
        {
            for (var p = 0; p < panels.PanelCount; p++)
                ScoreTile.ScoreOne(rows.Pointer, panels.Rows(p), panels.Bias(p), Dimension, scores.Pointer);
        }).Processor;
        Console.WriteLine($"one user, all items: {seconds * 1e3:F3} ms, {Items * Dimension * 4.0 / seconds / 1e9:F1} GB/s");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Scalar(float* users, float* items, float* scores)
    {
        for (var u = 0; u < ScoreTile.Users; u++)
        {
            for (var i = 0; i < ItemPanels.Width; i++)
            {
                var sum = 0f;
                for (var k = 0; k < Dimension; k++)
                    sum = MathF.FusedMultiplyAdd(users[u * Dimension + k], items[i * Dimension + k], sum);
                scores[u * ItemPanels.Width + i] = sum;
            }
        }
    }

    private static Matrix RandomRows()
    {
        var rows = new Matrix(Users + Items, Dimension);
        var stream = new RandomStream(1, RandomPurpose.Test);
        for (var row = 0; row < rows.Rows; row++)
            foreach (ref var value in rows.Row(row))
                value = (float)(stream.NextDouble() - 0.5) * 0.2f;
        return rows;
    }

    private static Interactions RandomInteractions(int perUser, ulong seed)
    {
        var rowStart = new int[Users + 1];
        var items = new List<int>();
        for (var user = 0; user < Users; user++)
        {
            var stream = new RandomStream(seed, RandomPurpose.Test, 0, (ulong)user);
            var own = new SortedSet<int>();
            while (own.Count < perUser)
                own.Add(stream.NextInt32(Items));
            items.AddRange(own);
            rowStart[user + 1] = items.Count;
        }

        return new Interactions(Items, rowStart, [.. items]);
    }
}
