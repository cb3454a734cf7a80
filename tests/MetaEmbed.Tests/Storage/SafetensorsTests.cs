using System.Text;
using CsCheck;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Storage;

namespace MetaEmbed.Tests.Storage;

public class SafetensorsTests
{
    [Fact]
    public void Every_element_type_comes_back_mapped_and_from_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder["t.safetensors"];
        SafetensorsWriter.Write(path, Every(), new Dictionary<string, string> { ["b"] = "2", ["a"] = "ä\n\"" });
        using var mapped = Safetensors.Open(path);
        using var held = Safetensors.Read(File.ReadAllBytes(path), "held");
        foreach (var file in new[] { mapped, held })
        {
            Assert.Equal([1.5, -2], file.Values<double>("f64", 2));
            Assert.Equal([1f, 2, 3, 4, 5, 6], file.Values<float>("f32", 2, 3));
            Assert.Equal([(Half)0.5f], file.Values<Half>("f16", -1));
            Assert.Equal([0x3f80, 0x4000], file.Values<ushort>("bf16").ToArray());
            Assert.Equal([long.MinValue], file.Values<long>("i64"));
            Assert.Equal([int.MaxValue], file.Values<int>("i32"));
            Assert.Equal([-3], file.Values<short>("i16").ToArray());
            Assert.Equal([-4, 4], file.Values<sbyte>("i8").ToArray());
            Assert.Equal([ulong.MaxValue], file.Values<ulong>("u64"));
            Assert.Equal([7u], file.Values<uint>("u32"));
            Assert.Equal([65535], file.Values<ushort>("u16").ToArray());
            Assert.Equal([1, 2, 3], file.Values<byte>("u8").ToArray());
            Assert.Equal(0, file.Values<float>("empty", 0, 128).Length);
            Assert.Equal(9f, file.Values<float>("number")[0]);
            Assert.Empty(file.Find("number").Shape);
            Assert.Equal("ä\n\"", file.Metadata["a"]);
            Assert.Equal(["f64", "f32", "f16", "bf16", "i64", "i32", "i16", "i8", "u64", "u32", "u16", "u8", "empty", "number"], file.Tensors.Select(t => t.Name));
            Assert.All(file.Tensors, t => Assert.Equal(0, t.Offset % 64));
            Checksum.Verify(file);
        }
    }

    [Fact]
    public void Random_tensors_come_back_with_equal_bytes_for_equal_input()
    {
        var tensor = Gen.Select(Gen.String[1, 12].Where(Writable), Gen.Int[0, 11], Gen.Long[0, 5].Array[0, 4], Gen.Int);
        Gen.Select(tensor.List[0, 6], Gen.Dictionary(Gen.String.Where(Writable), Gen.String.Where(Whole))[0, 4]).Sample((tensors, metadata) =>
        {
            var entries = new List<TensorEntry>();
            var contents = new List<byte[]>();
            foreach (var (name, type, shape, seed) in tensors.DistinctBy(t => t.Item1))
            {
                var bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * ((TensorType)type).Size()];
                new Random(seed).NextBytes(bytes);
                contents.Add(bytes);
                entries.Add(TensorEntry.Streamed(name, (TensorType)type, shape, s => s.Write(bytes)));
            }

            var written = Bytes(entries, metadata);
            Assert.Equal(written, Bytes(entries, metadata.Reverse().ToDictionary()));
            using var file = Safetensors.Read(written, "random");
            Checksum.Verify(file);
            Assert.Equal(entries.Select(e => (e.Name, e.Type, e.Length)), file.Tensors.OrderBy(t => entries.FindIndex(e => e.Name == t.Name)).Select(t => (t.Name, t.Type, t.Length)));
            Assert.Equal(metadata.OrderBy(p => p.Key), file.Metadata.Where(p => p.Key != "checksum.xxh128").OrderBy(p => p.Key));
            for (var i = 0; i < entries.Count; i++)
            {
                var info = file.Find(entries[i].Name);
                Assert.Equal(entries[i].Shape, info.Shape);
                Assert.Equal(0, info.Offset % 64);
                Assert.Equal(contents[i], file.Bytes(info.Offset, (int)info.Length));
            }
        }, iter: 300);
    }

    [Fact]
    public void A_checksum_is_what_xxhsum_prints()
    {
        Assert.Equal("06b05ab6733a618578af5f94892f3950", Checksum.Of("abc"u8));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["abc"], "abc");
        Assert.Equal(Checksum.Of("abc"u8), Checksum.OfFile(folder["abc"]));
        Assert.Contains("cannot be read", Assert.Throws<UserMistakeException>(() => Checksum.OfFile(folder["no"])).Message);
        var bytes = Bytes(Every(), null);
        var digits = Encoding.ASCII.GetString(bytes, 44, 32);
        Encoding.ASCII.GetBytes(new string('0', 32)).CopyTo(bytes, 44);
        Assert.Equal(digits, Checksum.Of(bytes));
    }

    [Fact]
    public void Any_flipped_bit_is_refused_by_the_reader_or_the_checksum()
    {
        var good = Bytes(Every(), new Dictionary<string, string> { ["k"] = "v" });
        for (var at = 0; at < good.Length; at++)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= (byte)(1 << (at % 8));
            Assert.Throws<UserMistakeException>(() =>
            {
                using var file = Safetensors.Read(bad, "flipped");
                Checksum.Verify(file);
            });
        }
    }

    [Fact]
    public void Any_cut_or_lengthened_file_is_refused()
    {
        var good = Bytes(Every(), null);
        for (var length = 0; length < good.Length; length++)
            Assert.Throws<UserMistakeException>(() => Safetensors.Read(good.AsSpan(0, length), "cut"));
        Assert.Throws<UserMistakeException>(() => Safetensors.Read([.. good, 0], "longer"));
    }

    [Fact]
    public void Random_damage_to_the_header_never_ends_in_another_exception()
    {
        var good = Bytes(Every(), new Dictionary<string, string> { ["k"] = "v" });
        var header = BitConverter.ToInt32(good) + 8;
        Gen.Select(Gen.Int[0, header - 1], Gen.Byte).Array[1, 8].Sample(edits =>
        {
            var bad = (byte[])good.Clone();
            foreach (var (at, value) in edits)
                bad[at] = value;
            try
            {
                using var file = Safetensors.Read(bad, "damaged");
                foreach (var tensor in file.Tensors)
                    file.Bytes(tensor.Offset, (int)tensor.Length);
            }
            catch (UserMistakeException)
            {
            }
        }, iter: 5000);
    }

    [Fact]
    public void A_missing_tensor_a_wrong_type_and_a_wrong_shape_name_file_found_and_needed()
    {
        using var file = Safetensors.Read(Bytes([TensorEntry.Of("C", new float[6], 2, 3)], null), "x.safetensors");
        Assert.Equal("x.safetensors: has no tensor 'D'; name a file that holds it.", Message(() => file.Find("D")));
        Assert.Equal("x.safetensors: tensor 'C' is of type F32; Double is needed here.", Message(() => file.Values<double>("C")));
        Assert.Equal("x.safetensors: tensor 'C' has the shape [2, 3]; [any, 4] is needed here.", Message(() => file.Values<float>("C", -1, 4)));
        Assert.Equal("x.safetensors: tensor 'C' has the shape [2, 3]; [6] is needed here.", Message(() => file.Values<float>("C", 6)));
    }

    [Fact]
    public void The_writer_refuses_names_that_are_reserved_or_given_twice_and_tensors_of_another_length()
    {
        var x = TensorEntry.Of("x", new float[2]);
        Assert.Throws<ArgumentException>(() => Bytes([x, x], null));
        Assert.Throws<ArgumentException>(() => Bytes([TensorEntry.Of("__metadata__", new float[2])], null));
        Assert.Throws<ArgumentException>(() => Bytes([TensorEntry.Of(".pad.0", new float[2])], null));
        Assert.Throws<ArgumentException>(() => Bytes([x], new Dictionary<string, string> { ["checksum.xxh128"] = "" }));
        Assert.Throws<ArgumentException>(() => TensorEntry.Of("x", new float[2], 3));
        Assert.Throws<InvalidOperationException>(() => Bytes([TensorEntry.Streamed("x", TensorType.F32, [2], s => s.WriteByte(0))], null));
        Assert.Throws<ObjectDisposedException>(() =>
        {
            var file = Safetensors.Read(Bytes([x], null), "closed");
            file.Dispose();
            file.Values<float>("x");
        });
    }

    internal static byte[] Bytes(IReadOnlyList<TensorEntry> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static string Message(Action action) => Assert.Throws<UserMistakeException>(action).Message;

    private static bool Whole(string text) => text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    private static bool Writable(string text) => Whole(text) && text != "__metadata__" && text != "checksum.xxh128" && !text.StartsWith(".pad.", StringComparison.Ordinal);

    private static List<TensorEntry> Every() =>
    [
        TensorEntry.Of("f64", new[] { 1.5, -2 }),
        TensorEntry.Of("f32", new[] { 1f, 2, 3, 4, 5, 6 }, 2, 3),
        TensorEntry.Of("f16", new[] { (Half)0.5f }),
        TensorEntry.Streamed("bf16", TensorType.BF16, [2], s => s.Write([0x80, 0x3f, 0x00, 0x40])),
        TensorEntry.Of("i64", new[] { long.MinValue }),
        TensorEntry.Of("i32", new[] { int.MaxValue }),
        TensorEntry.Of("i16", new short[] { -3 }),
        TensorEntry.Of("i8", new sbyte[] { -4, 4 }),
        TensorEntry.Of("u64", new[] { ulong.MaxValue }),
        TensorEntry.Of("u32", new[] { 7u }),
        TensorEntry.Of("u16", new ushort[] { 65535 }),
        TensorEntry.Of("u8", new byte[] { 1, 2, 3 }),
        TensorEntry.Of("empty", Array.Empty<float>(), 0, 128),
        TensorEntry.Streamed("number", TensorType.F32, [], s => s.Write(BitConverter.GetBytes(9f))),
    ];
}
