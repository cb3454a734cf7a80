using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MetaEmbed.Evaluation;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// Every way to pack the items of a run: bytes of the file, test metrics through its reader from history and for the users' own
/// rows against the packed items, and times of opening, of the first list and of a list.
/// </summary>
internal static class FileBenchmarks
{
    private static readonly string[] Codes =
    [
        "float16", "int8", "int4", "low-rank-16", "low-rank-24", "low-rank-48", "pq-8", "pq-16", "pq-24", "pq-32", "rq-2", "rq-4", "rq-8", "rq-16",
        "rq-1+pq-8", "rq-1+pq-12", "rq-1+pq-20", "rq-2+pq-17", "omp-2", "omp-4", "omp-8", "omp-12",
    ];

    /// <summary>Prints a table.</summary>
    /// <param name="run">Folder of the run.</param>
    /// <param name="data">Folder of its dataset.</param>
    /// <param name="codes">The codes; none for a ladder of all kinds.</param>
    public static void Run(string run, string data, string[] codes)
    {
        Console.WriteLine($"vectors of {MachineLimits.VectorBits} bits");
        Console.WriteLine("| code | bytes | scale | own rows N@20 / R@20 | from history N@20 / R@20 | pack s | open ms | first list ms | list ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        using var content = ModelExport.Open(new ExportRequest(run, "", ModelFileKind.Device) { DataFolder = data });
        foreach (var code in codes.Length == 0 ? Codes : codes)
            Measure(content, code);
    }

    private static void Measure(ExportContent content, string code)
    {
        var request = new ExportRequest("", "", ModelFileKind.Device) { Code = code };
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var build = RowsExport.Pack(request, content, ItemCodes.Find(code));
        var packed = clock.Elapsed.TotalSeconds;
        var scale = FoldInFit.Fit(content, build(1).ToBytes(), out _);
        var path = Path.GetTempFileName();
        try
        {
            build(scale).Write(path);
            using var recommender = Recommender.Open(path);
            var options = new EvaluationOptions { Cutoffs = [20], HeadShare = 0 };
            var folded = FileEvaluation.Evaluate(recommender, UserSource.History, content.Split.Train, content.Split.Test, options, content.Workers);
            var own = OwnRows(content, recommender, options);
            var history = content.Split.Train.Of(1).ToArray();
            var best = new Recommendation[10];
            var open = MachineLimits.MedianSeconds(21, () => Recommender.Open(path).Dispose());
            var first = MachineLimits.MedianSeconds(11, () =>
            {
                using var cold = Recommender.Open(path);
                cold.RecommendFromHistory(history, best);
            });
            var list = MachineLimits.MedianSeconds(201, () => recommender.RecommendFromHistory(history, best));
            Console.WriteLine(FormattableString.Invariant(
                $"| `{code}` | {recommender.Info.Bytes:N0} | {scale:F2} | {own.Ndcg[20]:F5} / {own.Recall[20]:F5} | {folded.Ndcg[20]:F5} / {folded.Recall[20]:F5} | {packed:F1} | {open * 1e3:F2} | {first * 1e3:F1} | {list * 1e3:F3} |"));
            if (recommender.Info.ItemCode == "additive")
                Lookup(recommender);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static EvaluationResult OwnRows(ExportContent content, Recommender recommender, EvaluationOptions options)
    {
        var users = content.Rows.Users;
        using var rows = new Matrix(users.Rows + recommender.ItemCount, users.Columns);
        users.AsSpan().CopyTo(rows.RowRange(0, users.Rows));
        for (var item = 0; item < recommender.ItemCount; item++)
            recommender.CopyItemRow(item, rows.Row(users.Rows + item));
        var bias = Enumerable.Range(0, recommender.ItemCount).Select(recommender.ItemBias).ToArray();
        return FullRanking.Evaluate(rows, users.Rows, recommender.ItemCount, bias, content.Split.Train, content.Split.Test, options, content.Workers);
    }

    /// <summary>What scoring from the codes would cost: a table of 256 products for each part, one look-up a part and item.</summary>
    private static void Lookup(Recommender recommender)
    {
        var parts = (int)recommender.Info.Tensors.First(tensor => tensor.Name == "items.codes").Shape[0];
        var items = recommender.ItemCount;
        var codes = new byte[parts * items];
        new Random(1).NextBytes(codes);
        var table = new float[parts * 256];
        var scores = new float[items];
        var plain = MachineLimits.MedianSeconds(51, () => Plain(codes, table, scores, parts, items));
        var gathered = Avx512F.IsSupported ? MachineLimits.MedianSeconds(51, () => Gathered(codes, table, scores, parts, items)) : 0;
        Console.WriteLine(FormattableString.Invariant($"  look-ups alone, {parts} parts: {plain * 1e3:F3} ms one by one, {gathered * 1e3:F3} ms gathered by eight"));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Plain(byte[] codes, float[] table, float[] scores, int parts, int items)
    {
        Array.Clear(scores);
        for (var p = 0; p < parts; p++)
        {
            var own = table.AsSpan(p * 256, 256);
            var column = codes.AsSpan(p * items, items);
            for (var item = 0; item < column.Length; item++)
                scores[item] += own[column[item]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Gathered(byte[] codes, float[] table, float[] scores, int parts, int items)
    {
        fixed (byte* code = codes)
        fixed (float* own = table, score = scores)
        {
            for (var item = 0; item + 8 <= items; item += 8)
            {
                var sum = Vector256<float>.Zero;
                for (var p = 0; p < parts; p++)
                    sum += Avx2.GatherVector256(own + p * 256, Avx2.ConvertToVector256Int32(code + (long)p * items + item), sizeof(float));
                sum.Store(score + item);
            }
        }
    }
}
