using MetaEmbed.Export;
using MetaEmbed.Export.Compression;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Export;

/// <summary>Every way to pack items, through the reader of the file.</summary>
public sealed class ItemCompressorTests
{
    private const int Items = 700, Dimension = 20, Atoms = 30;

    // The largest share of the rows' square that may be lost; each code with a better sibling that loses less.
    [Theory]
    [InlineData("float16", 1e-6)]
    [InlineData("int8", 1e-4)]
    [InlineData("int4", 0.02)]
    [InlineData("rq-4", 0.4)]
    [InlineData("rq-12", 0.06)]
    [InlineData("pq-5", 0.15)]
    [InlineData("rq-1+pq-7", 0.06)]
    [InlineData("rq-2+pq-9", 0.02)]
    [InlineData("omp-1", 0.5)]
    [InlineData("omp-4", 0.02)]
    [InlineData("low-rank-10", 0.5)]
    [InlineData("low-rank-20", 1e-3)]
    public void Rows_come_back_with_a_bounded_error(string code, double bound)
    {
        using var input = Input();
        using var one = Pack(code, input, threads: 1, out var bytes);
        var error = 0.0;
        var whole = 0.0;
        var row = new float[Dimension];
        for (var item = 0; item < Items; item++)
        {
            one.CopyItemRow(item, row);
            var expected = input.Rows.Row(item);
            for (var k = 0; k < Dimension; k++)
            {
                error += Math.Pow(expected[k] - row[k], 2);
                whole += Math.Pow(expected[k], 2);
            }
        }

        Assert.InRange(error / whole, 0, bound);
        using var three = Pack(code, input, threads: 3, out var again);
        Assert.Equal(bytes, again);
    }

    [Theory]
    [InlineData("int8")]
    [InlineData("int4")]
    [InlineData("rq-3")]
    [InlineData("rq-2+pq-6")]
    [InlineData("low-rank-3")]
    public void The_bytes_announced_are_the_bytes_taken(string code)
    {
        using var input = Input();
        using var workers = new Workers(1);
        var compressor = ItemCodes.Find(code);
        Assert.Equal(compressor.BytesFor(Items, Dimension), compressor.Compress(input.Content, workers).Bytes);
    }

    [Theory]
    [InlineData("rq")]
    [InlineData("rq-0")]
    [InlineData("rq-64")]
    [InlineData("pq-999")]
    [InlineData("int5")]
    [InlineData("omp-2+pq-3")]
    [InlineData("int8 ")]
    public void A_name_that_is_none_is_refused(string name) =>
        Assert.Contains("choose one of float32", Assert.Throws<UserMistakeException>(() => ItemCodes.Find(name)).Message);

    [Fact]
    public void Fewer_rows_than_codewords_and_zero_rows_do_no_harm()
    {
        using var rows = new Matrix(3, 4);
        rows[1, 2] = 0.5f;
        var content = new CompressionInput(rows, [1, 1, 1], rows, 1);
        foreach (var code in new[] { "int8", "int4", "rq-2", "pq-4", "omp-2", "low-rank-2" })
        {
            using var recommender = Read(code, content, 1, out _);
            var row = new float[4];
            recommender.CopyItemRow(1, row);
            Assert.Equal([0, 0, 0.5f, 0], row.Select(value => MathF.Round(value, 2)));
            recommender.CopyItemRow(0, row);
            Assert.Equal([0, 0, 0, 0], row);
        }
    }

    private static Recommender Pack(string code, CompressorInput input, int threads, out byte[] bytes) => Read(code, input.Content, threads, out bytes);

    private static Recommender Read(string code, CompressionInput content, int threads, out byte[] bytes)
    {
        using var workers = new Workers(threads);
        var builder = new ModelFileBuilder(ModelFileKind.Device, 0, content.Rows.Rows, content.Rows.Columns);
        builder.Add(ItemCodes.Find(code).Compress(content, workers), "items");
        bytes = builder.ToBytes();
        return Recommender.Read(bytes, code);
    }

    /// <summary>Rows that are sums of three rows of a dictionary, and a little noise.</summary>
    private static CompressorInput Input()
    {
        var dictionary = Rows.Random(Atoms, Dimension, 5);
        var rows = Rows.Random(Items, Dimension, 6);
        var stream = new RandomStream(7, RandomPurpose.Test);
        foreach (ref var value in rows.AsSpan())
            value *= 0.05f;
        for (var item = 0; item < Items; item++)
        {
            for (var pick = 0; pick < 3; pick++)
            {
                var atom = dictionary.Row(stream.NextInt32(Atoms));
                var weight = (float)(stream.NextDouble() - 0.3);
                for (var k = 0; k < Dimension; k++)
                    rows[item, k] += weight * atom[k];
            }
        }

        return new CompressorInput(rows, dictionary, [.. Enumerable.Range(0, Items).Select(item => 1f + item % 9)]);
    }

    private sealed class CompressorInput(Matrix rows, Matrix dictionary, float[] weights) : IDisposable
    {
        public Matrix Rows => rows;

        public CompressionInput Content { get; } = new(rows, weights, dictionary, 11);

        public void Dispose()
        {
            rows.Dispose();
            dictionary.Dispose();
        }
    }
}
