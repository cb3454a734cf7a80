using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Interchange.Tests;

/// <summary>Checkpoints that another program wrote become model files.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metaembed-").FullName;

    [Fact]
    public void Rows_and_biases_of_named_tensors()
    {
        float[] items = [1, 0, 0, 1, 1, 1], bias = [0, 0.5f, 0];
        var file = Write(
            ("embedding.item", "F32", [3, 2], MemoryMarshal.AsBytes<float>(items).ToArray()),
            ("embedding.user", "BF16", [1, 2], [0x00, 0x40, 0x80, 0xBF]),
            ("b", "F32", [3], MemoryMarshal.AsBytes<float>(bias).ToArray()));
        var names = Path.Combine(_folder, "names.txt");
        File.WriteAllText(names, "one\ntwo\nthree\n");
        CheckpointImport.Execute(new CheckpointRequest(file, Out, ModelFileKind.Table) { Items = "embedding.item", Users = "embedding.user", Bias = "b", Code = "float32", Names = names });
        using var model = Recommender.Open(Out);
        // The user is (2, -1).
        Assert.Equal(2f, model.Score(0, 0));
        Assert.Equal(-0.5f, model.Score(0, 1));
        Assert.Equal(1f, model.Score(0, 2));
        Assert.Equal("three", model.ItemName(2));
        // From a history: the sum of rows over the root of their number.
        Assert.Equal(1 / MathF.Sqrt(2) * 3, model.Score([0, 2], 2), 1e-6f);
    }

    [Fact]
    public void Rows_composed_of_a_codebook()
    {
        double[] codebook = [1, 2, 3, 10, 20, 30];
        long[] picks = [0, 1, 1, 0];
        Half[] weights = [(Half)1, (Half)0.5, (Half)2, (Half)0];
        var file = Write(
            ("items.codebook", "F64", [2, 3], MemoryMarshal.AsBytes<double>(codebook).ToArray()),
            ("items.picks", "I64", [2, 2], MemoryMarshal.AsBytes<long>(picks).ToArray()),
            ("items.weights", "F16", [2, 2], MemoryMarshal.AsBytes<Half>(weights).ToArray()));
        CheckpointImport.Execute(new CheckpointRequest(file, Out, ModelFileKind.Device) { Code = "float32" });
        using var model = Recommender.Open(Out);
        var row = new float[3];
        model.CopyItemRow(0, row);
        Assert.Equal([6f, 12f, 18f], row);
        model.CopyItemRow(1, row);
        Assert.Equal([20f, 40f, 60f], row);
    }

    [Fact]
    public void A_checkpoint_that_does_not_fit_is_one_line()
    {
        float[] rows = [1, float.NaN];
        var file = Write(("items", "F32", [1, 2], MemoryMarshal.AsBytes<float>(rows).ToArray()), ("ids", "I64", [1, 1], new byte[8]));
        Assert.Contains("holds NaN at 1", Refused(new CheckpointRequest(file, Out, ModelFileKind.Device)), StringComparison.Ordinal);
        Assert.Contains("is of type I64", Refused(new CheckpointRequest(file, Out, ModelFileKind.Device) { Items = "ids" }), StringComparison.Ordinal);
        Assert.Contains("it holds items, ids; name the rows", Refused(new CheckpointRequest(file, Out, ModelFileKind.Device) { Items = "rows" }), StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Out => Path.Combine(_folder, "out.metaembed");

    private static string Refused(CheckpointRequest request) => Assert.Throws<UserMistakeException>(() => CheckpointImport.Execute(request)).Message;

    // As Python's package writes it: no alignment, no padding.
    private string Write(params (string Name, string Type, long[] Shape, byte[] Data)[] tensors)
    {
        var entries = new List<string>();
        var data = new List<byte>();
        foreach (var (name, type, shape, bytes) in tensors)
        {
            entries.Add($"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{data.Count},{data.Count + bytes.Length}]}}");
            data.AddRange(bytes);
        }

        var header = Encoding.UTF8.GetBytes("{" + string.Join(',', entries) + "}");
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        var path = Path.Combine(_folder, "checkpoint.safetensors");
        File.WriteAllBytes(path, [.. length, .. header, .. data]);
        return path;
    }
}
