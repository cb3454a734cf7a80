using MetaEmbed.Evaluation;
using MetaEmbed.Export;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Files;
using MetaEmbed.Inference.Ranking;
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
        "float16", "int8", "int4", "low-rank-16", "low-rank-24", "low-rank-48", "pq-8", "pq-16", "pq-24", "pq-32", "rq-2", "rq-4", "rq-8", "rq-12", "rq-16",
        "rq-1+pq-8", "rq-1+pq-12", "rq-1+pq-20", "rq-2+pq-17", "omp-2", "omp-4", "omp-8", "omp-12",
    ];

    /// <summary>Prints a table.</summary>
    /// <param name="run">Folder of the run.</param>
    /// <param name="data">Folder of its dataset.</param>
    /// <param name="words">
    /// Codes, none for a ladder of all kinds; <c>choose</c> for the validation set alone; and settings of the tuning as
    /// <c>steps=600</c> (0 for none), <c>rate=0.01</c>, <c>dropout=0.85</c>, <c>weights=1</c>, <c>l2=0</c>.
    /// </param>
    public static void Run(string run, string data, string[] words)
    {
        var choose = words.Contains("choose");
        var settings = words.Where(word => word.Contains('=', StringComparison.Ordinal)).Select(word => word.Split('=')).ToDictionary(
            pair => pair[0], pair => double.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture));
        var codes = words.Where(word => word != "choose" && !word.Contains('=', StringComparison.Ordinal)).ToArray();
        Console.WriteLine($"vectors of {MachineLimits.VectorBits} bits");
        Console.WriteLine(choose
            ? "| code | bytes | scale | from history, validation N@20 | seconds |\n|---|---|---|---|---|"
            : "| code | bytes | scale | validation N@20 | from history N@20 / R@20 | tail N@20 / R@20 | own rows N@20 / R@20 | pack s | open ms | first list ms | list ms |\n|---|---|---|---|---|---|---|---|---|---|---|");
        using var content = ModelExport.Open(new ExportRequest(run, "", ModelFileKind.Device) { DataFolder = data });
        foreach (var code in codes.Length == 0 ? Codes : codes)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var items = PackedItems.Of(content.Rows, ItemCodes.Find(code), 0, content.Workers);
            var scale = Measure(content, items, clock, choose);
            var steps = (int)settings.GetValueOrDefault("steps", ExportRequest.DefaultTuningSteps);
            if (items.Sums is null || steps == 0)
                continue;
            clock.Restart();
            var options = FoldInTuning.For(steps, content.Run.Options.Seed, items.Sums.Dimension, content.Rows.Train);
            options = options with
            {
                LearningRate = settings.GetValueOrDefault("rate", options.LearningRate),
                HistoryDropout = settings.GetValueOrDefault("dropout", options.HistoryDropout),
                FoldWeightRate = settings.GetValueOrDefault("weights", options.FoldWeightRate),
                L2Factor = settings.GetValueOrDefault("l2", options.L2Factor),
                Temperature = settings.GetValueOrDefault("temperature", options.Temperature),
            };
            Measure(content, FoldInTuning.Tune(items, scale, content.Rows.Train, options, content.Workers, null, default), clock, choose);
        }
    }

    private static float Measure(ExportContent content, PackedItems items, System.Diagnostics.Stopwatch clock, bool choose)
    {
        var build = RowsExport.File(new ExportRequest("", "", ModelFileKind.Device), content, items, null);
        var packed = clock.Elapsed.TotalSeconds;
        var scale = FoldInFit.Fit(content, build(1).ToBytes(), out var validation);
        if (choose)
        {
            Console.WriteLine(FormattableString.Invariant($"| `{items.Name}` | {build(scale).ToBytes().Length:N0} | {scale:F2} | {validation:F5} | {packed:F1} |"));
            return scale;
        }

        var path = Path.GetTempFileName();
        try
        {
            build(scale).Write(path);
            using var recommender = Recommender.Open(path);
            var options = new EvaluationOptions { Cutoffs = [20] };
            var folded = FileEvaluation.Evaluate(recommender, UserSource.History, content.Split.Train, content.Split.Test, options, content.Workers);
            var own = OwnRows(content, recommender, options with { HeadShare = 0 });
            var history = content.Split.Train.Of(1).ToArray();
            var best = new Recommendation[10];
            var open = MachineLimits.MedianSeconds(21, () => Recommender.Open(path).Dispose());
            var first = MachineLimits.MedianSeconds(11, () =>
            {
                using var cold = Recommender.Open(path);
                cold.RecommendFromHistory(history, best);
            });
            var list = MachineLimits.MedianSeconds(201, () => recommender.RecommendFromHistory(history, best));
            var tail = folded.Tail!;
            Console.WriteLine(FormattableString.Invariant(
                $"| `{items.Name}` | {recommender.Info.Bytes:N0} | {scale:F2} | {validation:F5} | {folded.Ndcg[20]:F5} / {folded.Recall[20]:F5} | {tail.Ndcg[20]:F5} / {tail.Recall[20]:F5} | {own.Ndcg[20]:F5} / {own.Recall[20]:F5} | {packed:F1} | {open * 1e3:F2} | {first * 1e3:F1} | {list * 1e3:F3} |"));
            if (recommender.Info.ItemCode == "additive")
                Compare(path);
            return scale;
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

    /// <summary>The two ways to score sums of codewords: look-ups, and rows decoded into panels.</summary>
    private static void Compare(string path)
    {
        using var file = Safetensors.Open(path);
        var info = ModelFormat.Describe(file);
        var rows = (AdditiveCode)RowCode.Open(file, "items", info.ItemCount, info.Dimension);
        var bias = new float[info.ItemCount];
        using var scratch = new RankingScratch(info.ItemCount, info.Dimension);
        rows.Decode(1, scratch.User);
        using var lookups = new LookupScan(rows, bias);
        using var panels = new PanelScan(rows, bias, message => new InvalidOperationException(message));
        var decode = MachineLimits.MedianSeconds(5, () => new PanelScan(rows, bias, message => new InvalidOperationException(message)).Dispose());
        Console.WriteLine(FormattableString.Invariant(
            $"  {rows.PartCount} parts: a list by look-ups {Time(lookups):F3} ms, by panels {Time(panels):F3} ms after {decode * 1e3:F1} ms of decoding"));

        double Time(ItemScan scan) => 1e3 * MachineLimits.MedianSeconds(201, () =>
        {
            scratch.Restart(10);
            scan.Best(scratch);
        });
    }
}
