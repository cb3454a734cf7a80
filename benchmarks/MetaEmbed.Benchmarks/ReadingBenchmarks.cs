using MetaEmbed.Data;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// Reading a dataset folder: the plain way (lines, split, parse), the parser alone, the whole opening from text and
/// from the cache. Wall and processor time; bytes a second beside what the machine can read from memory.
/// </summary>
internal static class ReadingBenchmarks
{
    private const int Repeats = 21;

    /// <summary>Prints a table.</summary>
    /// <param name="folder">A dataset; null for made-up data of the size of Gowalla.</param>
    public static void Run(string? folder)
    {
        var temporary = Directory.CreateTempSubdirectory("metaembed-bench-").FullName;
        try
        {
            if (folder is null)
            {
                folder = Path.Combine(temporary, "data");
                SyntheticDataset.WritePowerLaw(folder, new PowerLawOptions { Users = 29_858, Items = 40_981, MeanDegree = 34.4 });
            }

            Run(folder, Path.Combine(temporary, "cache"));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Run(string folder, string cache)
    {
        var files = new[] { Path.Combine(folder, DatasetFolder.TrainFile), Path.Combine(folder, DatasetFolder.TestFile) };
        var megabytes = files.Sum(file => new FileInfo(file).Length) / 1e6;
        var text = new DatasetOptions { Cache = DatasetCache.Off };
        var cached = new DatasetOptions { Cache = cache, CacheFrom = 0 };
        var size = DatasetFolder.Open(folder, cached);
        Console.WriteLine($"{folder}: {megabytes:F2} MB, {size.UserCount} x {size.ItemCount}, {size.Train.Count} + {size.Test.Count} pairs; memory is read at {MachineLimits.ReadGigabytes:F1} GB/s");
        Print("lines, split, parse", megabytes, () => Array.ForEach(files, Plain));
        Print("parser alone", megabytes, () => Array.ForEach(files, file => InteractionTextReader.Read(file, text)));
        Print("open from text", megabytes, () => DatasetFolder.Open(folder, text));
        Print("open from cache", megabytes, () => DatasetFolder.Open(folder, cached));
    }

    private static void Print(string what, double megabytes, Action action)
    {
        var (wall, processor) = MachineLimits.MedianTimes(Repeats, action);
        Console.WriteLine($"{what,-20} {wall * 1e3,7:F2} ms, processor {processor * 1e3,7:F2} ms, {megabytes / wall,6:F0} MB/s, {megabytes / 1e3 / wall / MachineLimits.ReadGigabytes:P1} of the limit");
    }

    private static void Plain(string file)
    {
        var rows = new List<int[]>();
        foreach (var line in File.ReadLines(file))
            rows.Add(Array.ConvertAll(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), int.Parse));
        GC.KeepAlive(rows);
    }
}
