using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Parquet;

namespace MetaEmbed.Interchange.Tests;

/// <summary>Vectors in NumPy and Parquet files are those of the model, bit for bit.</summary>
public sealed partial class VectorTests
{
    [Theory]
    [InlineData("device")]
    [InlineData("table")]
    [InlineData("exact")]
    public void Arrays_of_numpy(string kind)
    {
        using var sample = new Sample(kind);
        var written = NumpyFiles.Write(sample.Model, sample["npy"]);
        Assert.Equal(kind != "device", written.Contains(sample["npy/users.npy"]));
        var (shape, values) = Numpy(sample["npy/items.npy"]);
        Assert.Equal([sample.Model.ItemCount, sample.Model.Info.Dimension], shape);
        for (var item = 0; item < sample.Model.ItemCount; item++)
            Assert.Equal(sample.ItemRow(item), values.AsSpan(item * shape[1], shape[1]).ToArray());
        var (length, bias) = Numpy(sample["npy/item_bias.npy"]);
        Assert.Equal([sample.Model.ItemCount], length);
        Assert.Equal(Enumerable.Range(0, sample.Model.ItemCount).Select(sample.Model.ItemBias), bias);
        Assert.Equal("item ü1", File.ReadAllLines(sample["npy/items.txt"])[1]);
        if (kind == "device")
            return;
        var (of, users) = Numpy(sample["npy/users.npy"]);
        Assert.Equal([sample.Model.UserCount, sample.Model.Info.Dimension], of);
        Assert.Equal(sample.UserRow(1), users.AsSpan(of[1], of[1]).ToArray());
    }

    [Fact]
    public async Task Columns_of_parquet()
    {
        using var sample = new Sample("table");
        var written = ParquetFiles.Write(sample.Model, sample["parquet"]);
        Assert.Equal([sample["parquet/items.parquet"], sample["parquet/users.parquet"]], written);
        await using var reader = await ParquetReader.CreateAsync(written[0], cancellationToken: TestContext.Current.CancellationToken);
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(["id", "name", "bias", "vector/list/element"], reader.Schema.DataFields.Select(field => field.Path.ToString()));
        Assert.Equal(sample.Model.ItemCount, group.RowCount);
        var d = sample.Model.Info.Dimension;
        var fields = reader.Schema.DataFields;
        var values = new float[sample.Model.ItemCount * d];
        var (definitions, repetitions) = (new int[values.Length], new int[values.Length]);
        await group.ReadRawAsync<float>(fields[3], values, definitions, repetitions, TestContext.Current.CancellationToken);
        for (var item = 0; item < sample.Model.ItemCount; item++)
            Assert.Equal(sample.ItemRow(item), values.AsSpan(item * d, d).ToArray());
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(i % d == 0 ? 0 : 1, repetitions[i]);
    }

    private static (int[] Shape, float[] Values) Numpy(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var header = bytes[8] + (bytes[9] << 8);
        Assert.Equal(0, (10 + header) % 64);
        var text = Encoding.ASCII.GetString(bytes, 10, header);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var match = Header().Match(text);
        Assert.True(match.Success, text);
        var shape = match.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(extent => int.Parse(extent, CultureInfo.InvariantCulture)).ToArray();
        return (shape, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + header)).ToArray());
    }

    [GeneratedRegex(@"^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$")]
    private static partial Regex Header();
}
