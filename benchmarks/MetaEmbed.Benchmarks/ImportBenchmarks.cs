using System.Diagnostics;
using System.Globalization;
using MetaEmbed.Data.Events;
using MetaEmbed.Import;
using MetaEmbed.Import.Columns;
using MetaEmbed.Import.Readers;
using MetaEmbed.Numerics;
using nietras.SeparatedValues;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// Importing made-up events from CSV and Parquet, beside the parsers alone, which only look at every field. Each figure is
/// from a process of its own, so that its peak of memory is its own too; times are those of the processor, all threads
/// together, and of the wall.
/// </summary>
internal static class ImportBenchmarks
{
    /// <summary>First argument of a child process.</summary>
    public const string Step = "import-step";

    private static readonly (string Name, string Words, bool IsCsv)[] Steps =
    [
        ("sep", "Sep alone, CSV", true), ("read-csv", "numbered pairs in memory, CSV", true), ("import-csv", "whole import, CSV", true),
        ("parquet", "Parquet.Net alone", false), ("read-parquet", "numbered pairs in memory, Parquet", false), ("import-parquet", "whole import, Parquet", false),
    ];

    /// <summary>Makes the files, runs each step in a process of its own, prints a table.</summary>
    /// <param name="events">Number of events.</param>
    /// <param name="repeats">Runs of each step; the median counts.</param>
    public static void Run(int events, int repeats)
    {
        var folder = Directory.CreateTempSubdirectory("metaembed-bench-").FullName;
        try
        {
            var csv = Path.Combine(folder, "events.csv");
            var parquet = Path.Combine(folder, "events.parquet");
            WriteCsv(csv, events);
            WriteParquet(parquet, events).GetAwaiter().GetResult();
            Console.WriteLine($"{events:N0} events; CSV {new FileInfo(csv).Length / 1e6:F0} MB, Parquet {new FileInfo(parquet).Length / 1e6:F0} MB; medians of {repeats}");
            foreach (var (name, words, isCsv) in Steps)
            {
                var runs = Enumerable.Range(0, repeats).Select(_ => Child(name, isCsv ? csv : parquet, folder)).ToArray();
                double Median(Func<(double Wall, double Processor, double Peak), double> of) => runs.Select(of).Order().ElementAt(repeats / 2);
                var (wall, processor) = (Median(run => run.Wall), Median(run => run.Processor));
                Console.WriteLine($"{words,-34} {events / wall / 1e6,6:F2} M/s, {events / processor / 1e6,6:F2} M/s of a core, peak {Median(run => run.Peak),6:F0} MB");
            }

            Console.WriteLine($"pandas: python3 benchmarks/peers/import_pandas.py FILE, on a file of 'import-events {events} FILE.csv'");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The work of a child: wall and processor seconds and the peak of memory in MB, on one line.</summary>
    public static void RunStep(string name, string file)
    {
        var watch = Stopwatch.StartNew();
        var before = Environment.CpuUsage.TotalTime;
        var seen = name switch
        {
            "sep" => Sep(file),
            "parquet" => Parquet(file).GetAwaiter().GetResult(),
            "read-csv" or "read-parquet" => Collect(file),
            _ => Import(file),
        };
        GC.KeepAlive(seen);
        var processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds} {processor} {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6}"));
    }

    /// <summary>Writes the events as CSV: users and items with few and with many events, times that grow.</summary>
    public static void WriteCsv(string file, int events)
    {
        using var text = new StreamWriter(file) { NewLine = "\n" };
        text.WriteLine("user_id,item_id,timestamp");
        for (var i = 0; i < events; i++)
        {
            var (user, item, time) = Event(i, events);
            text.Write(user);
            text.Write(',');
            text.Write(item);
            text.Write(',');
            text.WriteLine(time);
        }
    }

    private static async Task WriteParquet(string file, int events)
    {
        const int RowGroup = 1 << 20;
        var fields = new[] { "user_id", "item_id", "timestamp" }.Select(name => new DataField<long?>(name)).ToArray();
        await using var stream = File.Create(file);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), stream);
        for (var start = 0; start < events; start += RowGroup)
        {
            var columns = new long?[3][];
            for (var column = 0; column < 3; column++)
                columns[column] = new long?[Math.Min(RowGroup, events - start)];
            for (var i = 0; i < columns[0].Length; i++)
                (columns[0][i], columns[1][i], columns[2][i]) = Event(start + i, events);
            using var group = writer.CreateRowGroup();
            for (var column = 0; column < 3; column++)
                await group.WriteAsync<long>(fields[column], columns[column]);
        }
    }

    private static (long User, long Item, long Time) Event(int index, int events)
    {
        var random = new RandomStream(1, RandomPurpose.Test, 0, (ulong)index);
        var (u, v) = (random.NextDouble(), random.NextDouble());
        return (100_000 + (long)(u * u * (events / 40)), 5_000 + (long)(v * v * v * (events / 200)), 1_600_000_000 + index);
    }

    private static (double Wall, double Processor, double Peak) Child(string name, string file, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Step, name, file]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var parts = process.StandardOutput.ReadToEnd().Trim().Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        process.WaitForExit();
        foreach (var made in Directory.GetDirectories(folder))
            Directory.Delete(made, recursive: true);
        return (parts[0], parts[1], parts[2]);
    }

    private static long Sep(string file)
    {
        var seen = 0L;
        using var reader = nietras.SeparatedValues.Sep.New(',').Reader().FromFile(file);
        foreach (var row in reader)
            seen += row[0].Span.Length + row[1].Span.Length + row[2].Span.Length;
        return seen;
    }

    private static async Task<long> Parquet(string file)
    {
        var seen = 0L;
        await using var reader = await ParquetReader.CreateAsync(file);
        var fields = reader.Schema.DataFields;
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var group = reader.OpenRowGroupReader(index);
            var values = new long?[group.RowCount];
            foreach (var field in fields)
            {
                await group.ReadAsync<long>(field, values);
                seen += values.Length;
            }
        }

        return seen;
    }

    private static object Collect(string file)
    {
        var source = SourceOpening.Open(new Import.Sources.SourceFile(file, () => Stream.Null), new ImportRequest([file], ""));
        source.Needs = new ColumnNeeds(true, false, false);
        var import = new DatasetImport(new SplitOptions(), new EventFilter(), hasTimes: true, hasWeights: false);
        source.Read(batch => import.Take(batch, false), new RejectedRows(true));
        return import;
    }

    private static ImportReport Import(string file) => Importer.Run(new ImportRequest([file], file + ".out"));
}
