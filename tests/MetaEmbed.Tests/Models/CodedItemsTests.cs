using MetaEmbed.Inference.Codes;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Tests.Models;

public sealed class CodedItemsTests
{
    private const int Items = 700;
    private const int Dimension = 40;
    private const int Padded = 64;

    // Two full levels, one of which is a multiple of no vector, and five parts of eight columns.
    private static readonly AdditiveParts Parts = new([1, 5, 1], Dimension);

    [Fact]
    public void The_table_is_the_sum_of_its_codewords()
    {
        using var workers = new Workers(2);
        using var coded = Filled(out var codes);
        using var table = new NativeBuffer<float>(Items * Padded);
        table.Span.Fill(7);
        coded.Decode(table, workers);
        for (var item = 0; item < Items; item++)
        {
            var expected = new float[Padded];
            for (var p = 0; p < Parts.Count; p++)
            {
                var word = coded.Codeword(p, codes[p * Items + item]);
                for (var k = 0; k < word.Length; k++)
                    expected[Parts.From(p) + k] += word[k];
            }

            Assert.Equal(expected, table.Span.Slice(item * Padded, Padded).ToArray());
        }
    }

    [Fact]
    public void Gathering_is_the_adjoint_of_decoding()
    {
        using var workers = new Workers(2);
        using var coded = Filled(out _);
        using var table = new NativeBuffer<float>(Items * Padded);
        using var gradient = new NativeBuffer<float>(Items * Padded);
        Fill(gradient.Span, 3);
        coded.Decode(table, workers);
        coded.Gather(gradient, workers);
        // The padding is no part of a codeword, and its gradient goes nowhere.
        var (left, right) = (0.0, 0.0);
        for (var item = 0; item < Items; item++)
        {
            for (var k = 0; k < Dimension; k++)
                left += (double)table.Span[item * Padded + k] * gradient.Span[item * Padded + k];
        }

        for (var i = 0; i < coded.Codewords.Length; i++)
            right += (double)coded.Codewords.Value.Span[i] * coded.Codewords.Gradient.Span[i];
        Assert.NotEqual(0, left);
        Assert.Equal(left, right, Math.Abs(left) * 1e-5);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        float[][] both = [Gathered(1), Gathered(2)];
        Assert.Equal(both[0], both[1]);

        static float[] Gathered(int threads)
        {
            using var workers = new Workers(threads);
            using var coded = Filled(out _);
            using var gradient = new NativeBuffer<float>(Items * Padded);
            Fill(gradient.Span, 3);
            coded.Gather(gradient, workers);
            return coded.Codewords.Gradient.Span.ToArray();
        }
    }

    private static CodedItems Filled(out byte[] codes)
    {
        codes = new byte[Parts.Count * Items];
        var stream = new RandomStream(5, RandomPurpose.Test);
        foreach (ref var code in codes.AsSpan())
            code = (byte)(stream.NextDouble() * AdditiveCode.Codewords);
        var coded = new CodedItems(Parts, codes, Padded);
        for (var p = 0; p < Parts.Count; p++)
        {
            for (var code = 0; code < AdditiveCode.Codewords; code++)
                Fill(coded.Codeword(p, code), (ulong)(1000 * p + code + 10));
        }

        return coded;
    }

    private static void Fill(Span<float> target, ulong seed)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        foreach (ref var value in target)
            value = (float)(stream.NextDouble() - 0.5);
    }
}
