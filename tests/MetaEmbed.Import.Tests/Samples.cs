using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace MetaEmbed.Import.Tests;

/// <summary>The same five events in every format: 1-10, 2-20, 1-30, 2-10 and 1-10 again, rated 5 4 3 5 4 less one, a second apart.</summary>
internal static class Samples
{
    private static readonly (long? User, long? Item, double? Rating, long? Time)[] Events =
        [(1, 10, 5, 1_600_000_000), (2, 20, 2, 1_600_000_001), (1, 30, 3, 1_600_000_002), (2, 10, 5, 1_600_000_003), (1, 10, 4, 1_600_000_004)];

    public static string Write(Workplace place, string format)
    {
        string Lines(string line) => string.Concat(Events.Select(one => string.Format(CultureInfo.InvariantCulture, line, one.User, one.Item, one.Rating, one.Time)));
        return format switch
        {
            "csv" => place.Write("e.csv", "user,item,rating,timestamp\n" + Lines("{0},{1},{2},{3}\n")),
            "tsv" => place.Write("e.tsv", "user\titem\trating\ttimestamp\n" + Lines("{0}\t{1}\t{2}\t{3}\n")),
            "inter" => place.Write("e.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + Lines("{0}\t{1}\t{2}\t{3}\n")),
            "jsonl" => place.Write("e.jsonl", Lines("{{\"user\":{0},\"item\":\"{1}\",\"rating\":{2},\"time\":{3}}}\n")),
            "text" => place.Write("e.txt", "1 10 30 10\n2 20 010\n"),
            "parquet" => ParquetOfNumbers(place["e.parquet"], Events),
            "parquet-strings" => ParquetOfTexts(place["e.parquet"]),
            "sqlite" => SqliteFile.Of(place["e.db"], "CREATE TABLE e(\"user id\" INTEGER, item TEXT, rating REAL, ts INTEGER)", Lines("INSERT INTO e VALUES ({0}, '{1}', {2}, {3});")),
            _ => Matrix(place["e.npz"], format),
        };
    }

    public static string ParquetOfNumbers(string file, (long? User, long? Item, double? Rating, long? Time)[] events)
    {
        Task.Run(async () =>
        {
            var fields = new[] { new DataField<long?>("user_id"), new DataField("item_id", typeof(int), isNullable: true), new DataField("rating", typeof(double), isNullable: true), new DataField<long?>("timestamp") };
            await using var stream = File.Create(file);
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), stream);
            foreach (var part in events.Chunk(3))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<long>(fields[0], part.Select(one => one.User).ToArray());
                await group.WriteAsync<int>(fields[1], part.Select(one => (int?)one.Item).ToArray());
                await group.WriteAsync<double>(fields[2], part.Select(one => one.Rating).ToArray());
                await group.WriteAsync<long>(fields[3], part.Select(one => one.Time).ToArray());
                group.CompleteValidate();
            }
        }).GetAwaiter().GetResult();
        return file;
    }

    /// <summary>A matrix with a flaw, by name.</summary>
    public static string FlawedMatrix(string file, string flaw)
    {
        var arrays = Csr();
        switch (flaw)
        {
            case "no format":
                arrays.Remove("format");
                break;
            case "bsr":
                arrays["format"] = Npy("'|S3'", "bsr"u8.ToArray(), 0);
                break;
            case "unequal":
                arrays["format"] = Npy("'|S3'", "coo"u8.ToArray(), 0);
                arrays["row"] = Npy("'<i4'", new byte[20], 5);
                arrays["col"] = Npy("'<i4'", new byte[16], 4);
                arrays["data"] = Npy("'<f8'", new byte[40], 5);
                break;
            case "objects":
                arrays["data"] = Npy("'|O8'", new byte[40], 5);
                break;
            case "falling":
                arrays["indptr"] = Whole(0, 3, 2, 5);
                break;
            case "beyond":
                arrays["indptr"] = Whole(0, 0, 3, 50);
                break;
            case "short":
                arrays["indices"] = Npy("'<i4'", new byte[8], 5);
                break;
            case "no array":
                arrays["data"] = "no array at all"u8.ToArray();
                break;
            default:
                throw new ArgumentException(flaw);
        }

        return Zip(file, arrays);
    }

    private static string ParquetOfTexts(string file)
    {
        Task.Run(async () =>
        {
            DataField[] fields = [new DataField<string>("user_id"), new DataField<string>("item_id"), new DataField<float?>("rating"), new DataField<DateTime?>("timestamp")];
            await using var stream = File.Create(file);
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema([.. fields]), stream);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(fields[0], Events.Select(one => $"{one.User}").ToArray());
            await group.WriteAsync(fields[1], Events.Select(one => $"{one.Item}").ToArray());
            await group.WriteAsync<float>(fields[2], Events.Select(one => (float?)one.Rating).ToArray());
            await group.WriteAsync<DateTime>(fields[3], Events.Select(one => (DateTime?)DateTime.UnixEpoch.AddSeconds(one.Time!.Value)).ToArray());
            group.CompleteValidate();
        }).GetAwaiter().GetResult();
        return file;
    }

    private static string Matrix(string file, string format)
    {
        if (format == "csr")
            return Zip(file, Csr());
        var arrays = new Dictionary<string, byte[]> { ["format"] = Npy("'|S3'", Encoding.ASCII.GetBytes(format), 0) };
        if (format == "coo")
        {
            arrays["row"] = Whole([.. Events.Select(one => (int)one.User!)]);
            arrays["col"] = Whole([.. Events.Select(one => (int)one.Item!)]);
            arrays["data"] = Numbers([.. Events.Select(one => one.Rating!.Value)]);
            return Zip(file, arrays);
        }

        // By columns: 10 has users 1, 1, 2; 20 has 2; 30 has 1.
        arrays["indptr"] = Whole([.. Enumerable.Range(0, 32).Select(column => column > 30 ? 5 : column > 20 ? 4 : column > 10 ? 3 : 0)]);
        arrays["indices"] = Whole(1, 1, 2, 2, 1);
        arrays["data"] = Numbers(5, 4, 5, 2, 3);
        return Zip(file, arrays);
    }

    private static Dictionary<string, byte[]> Csr() => new()
    {
        ["indptr"] = Whole(0, 0, 3, 5),
        ["indices"] = Whole(10, 30, 10, 20, 10),
        ["data"] = Numbers(5, 3, 4, 2, 5),
        ["format"] = Npy("'|S3'", "csr"u8.ToArray(), 0),
    };

    private static byte[] Whole(params int[] values) => Npy("'<i4'", MemoryMarshal.AsBytes<int>(values).ToArray(), values.Length);

    private static byte[] Numbers(params double[] values) => Npy("'<f8'", MemoryMarshal.AsBytes<double>(values).ToArray(), values.Length);

    // NumPy's format 1.0; a length of 0 stands for an array without dimensions, of one element.
    private static byte[] Npy(string type, byte[] data, int length)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': {type}, 'fortran_order': False, 'shape': ({(length == 0 ? "" : $"{length},")}), }}\n");
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. size, .. header, .. data];
    }

    private static string Zip(string file, Dictionary<string, byte[]> arrays)
    {
        using var archive = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var (name, bytes) in arrays)
        {
            using var entry = archive.CreateEntry(name + ".npy").Open();
            entry.Write(bytes);
        }

        return file;
    }
}
