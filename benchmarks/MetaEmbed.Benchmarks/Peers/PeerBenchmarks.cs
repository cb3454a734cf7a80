using MetaEmbed.Inference;

namespace MetaEmbed.Benchmarks.Peers;

/// <summary>
/// The top 20 of 40,981 items at d = 128 for one user on one core: this project's reader, OnnxRuntime and OpenBLAS in one run,
/// in turns; then opening a file and folding in 30 items.
/// </summary>
internal static class PeerBenchmarks
{
    private const int K = 20;
    private const int Rounds = 7;
    private const int Repeats = 101;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("metaembed-").FullName;
        try
        {
            Compare(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string folder)
    {
        Console.WriteLine($"vectors of {MachineLimits.VectorBits} bits; medians of {Rounds} rounds in turns, each the median of {Repeats}; one thread");
        var (tablePath, devicePath) = (Path.Combine(folder, "table.metaembed"), Path.Combine(folder, "device.metaembed"));
        PeerModels.WriteTable(tablePath);
        PeerModels.WriteDevice(devicePath);
        using var table = Recommender.Open(tablePath);
        using var device = Recommender.Open(devicePath);
        int[] history = [.. Enumerable.Range(0, 30).Select(i => i * 1301)];
        using var onnxUser = new OnnxList(table, Path.Combine(folder, "user.onnx"), [], knownUser: true, K);
        using var onnxHistory = new OnnxList(table, Path.Combine(folder, "history.onnx"), history, knownUser: false, K);
        var best = new Recommendation[K];
        var row = new float[PeerModels.Dimension];
        var steps = new List<(string Name, Func<int> First)>
        {
            ("known user, float32: MetaEmbed", () => First(table.Recommend(0, best))),
            ("known user, float32: OnnxRuntime", onnxUser.First),
            ("history of 30, float32: MetaEmbed", () => First(table.RecommendFromHistory(history, best))),
            ("history of 30, float32: OnnxRuntime", onnxHistory.First),
            ("history of 30, device file: MetaEmbed", () => First(device.RecommendFromHistory(history, best))),
            ("fold-in of 30, float32", () => FoldIn(table)),
            ("fold-in of 30, device file", () => FoldIn(device)),
            ("opening the device file", () => Open(devicePath)),
        };
        if (OpenBlasList.IsInstalled)
            steps.Insert(2, ("known user, float32: OpenBLAS", new OpenBlasList(table, K).First));
        else
            Console.WriteLine("OpenBLAS is not installed (Debian: libopenblas0)");

        // The same list by everybody, before anybody is timed.
        foreach (var kind in new[] { "known user, float32", "history of 30, float32" })
        {
            var firsts = steps.Where(step => step.Name.StartsWith(kind, StringComparison.Ordinal)).Select(step => step.First()).Distinct().ToList();
            if (firsts.Count != 1)
                throw new InvalidOperationException($"{kind}: the first items differ: {string.Join(", ", firsts)}");
        }

        var times = steps.ConvertAll(_ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < steps.Count; i++)
                times[i].Add(MachineLimits.MedianSeconds(Repeats, () => steps[i].First()));
        }

        Console.WriteLine($"device file: {device.Info.Bytes:N0} bytes; {PeerModels.Items:N0} items, d = {PeerModels.Dimension}, top {K}");
        Console.WriteLine("| what | median us | least us |");
        Console.WriteLine("|---|---|---|");
        for (var i = 0; i < steps.Count; i++)
            Console.WriteLine(FormattableString.Invariant($"| {steps[i].Name} | {1e6 * times[i].Order().ElementAt(Rounds / 2):F1} | {1e6 * times[i].Min():F1} |"));

        int First(int count) => count == K ? best[0].Item : -1;

        int FoldIn(Recommender model)
        {
            model.FoldIn(history, row);
            return 0;
        }

        static int Open(string path)
        {
            Recommender.Open(path).Dispose();
            return 0;
        }
    }
}
