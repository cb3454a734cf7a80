using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Cli.Tests.Malformed;

/// <summary>Two thousand events, well written, in the formats that are then damaged.</summary>
internal static class GoodEvents
{
    private const int Count = 2000;

    private static readonly (long User, long Item, double Rating, long Time)[] Events = Draw();

    /// <summary>user,item,rating,time.</summary>
    public static string Csv { get; } = "user,item,rating,time\n" + Lines("{0},{1},{2},{3}\n");

    /// <summary>An object a line.</summary>
    public static string JsonLines { get; } = Lines("{{\"user\":\"{0}\",\"item\":\"{1}\",\"rating\":{2},\"time\":{3}}}\n");

    public static byte[] Gzip { get; } = Packed(stream => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true));

    public static byte[] Zstd { get; } = Packed(stream =>
    {
        var zstd = new ZstdSharp.CompressionStream(stream, leaveOpen: true);
        zstd.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return zstd;
    });

    public static byte[] Parquet { get; } = WriteParquet();

    public static byte[] Sqlite { get; } = WriteSqlite();

    public static byte[] Npz { get; } = Matrix(2000, 500, [.. Events.Select(one => (int)one.User)], [.. Events.Select(one => (int)one.Item)]);

    /// <summary>A sparse matrix of SciPy's, given by coordinates that need not fit its shape.</summary>
    public static byte[] Matrix(int rows, int columns, int[] row, int[] column)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("row", Npy("'<i4'", $"{row.Length},", MemoryMarshal.AsBytes<int>(row)));
            Add("col", Npy("'<i4'", $"{column.Length},", MemoryMarshal.AsBytes<int>(column)));
            Add("data", Npy("'<f8'", $"{row.Length},", MemoryMarshal.AsBytes<double>([.. row.Select(_ => 1.0)])));
            Add("shape", Npy("'<i8'", "2,", MemoryMarshal.AsBytes<long>([rows, columns])));
            Add("format", Npy("'|S3'", "", "coo"u8));

            void Add(string name, byte[] bytes)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(bytes);
            }
        }

        return file.ToArray();
    }

    private static byte[] Npy(string type, string shape, ReadOnlySpan<byte> data)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': {type}, 'fortran_order': False, 'shape': ({shape}), }}\n");
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. size, .. header, .. data];
    }

    private static (long User, long Item, double Rating, long Time)[] Draw()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Count).Select(i => (random.NextInt64(200), random.NextInt64(100), (double)random.Next(1, 6), 1_600_000_000L + i))];
    }

    private static string Lines(string line) =>
        string.Concat(Events.Select(one => string.Format(CultureInfo.InvariantCulture, line, one.User, one.Item, one.Rating, one.Time)));

    private static byte[] Packed(Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
            stream.Write(Encoding.UTF8.GetBytes(Csv));
        return packed.ToArray();
    }

    private static byte[] WriteParquet()
    {
        var events = Events; // another thread must not ask for it: it would wait for this class to be there
        using var file = new MemoryStream();
        Task.Run(async () =>
        {
            DataField[] fields = [new DataField<long>("user"), new DataField<long>("item"), new DataField<double>("rating")];
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), file);
            foreach (var part in events.Chunk(events.Length / 4))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<long>(fields[0], part.Select(one => one.User).ToArray());
                await group.WriteAsync<long>(fields[1], part.Select(one => one.Item).ToArray());
                await group.WriteAsync<double>(fields[2], part.Select(one => one.Rating).ToArray());
                group.CompleteValidate();
            }
        }).GetAwaiter().GetResult();
        return file.ToArray();
    }

    private static byte[] WriteSqlite()
    {
        using var folder = new TemporaryFolder();
        SqliteFile.Of(folder["good.db"], "CREATE TABLE events(user INTEGER, item INTEGER, rating REAL, time INTEGER)", "BEGIN", Lines("INSERT INTO events VALUES ({0}, {1}, {2}, {3});"), "COMMIT");
        return File.ReadAllBytes(folder["good.db"]);
    }
}
