using System.Runtime.CompilerServices;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>
/// Scores sums of codewords without decoding them: the product of the user with each codeword is computed once, and an item's
/// score is the sum of P numbers looked up, by ascending part, plus its bias. No row is ever decoded for it, so it takes neither
/// the time nor the memory.
/// </summary>
/// <param name="rows">The codes.</param>
/// <param name="bias">A bias for each item, or empty.</param>
internal sealed unsafe class LookupScan(AdditiveCode rows, float[] bias) : ItemScan
{
    public override float Largest => rows.Largest;

    public override void Best(RankingScratch scratch)
    {
        var table = Table(scratch);
        for (var first = 0; first < rows.Rows; first += RankingScratch.Block)
        {
            var count = Sums(table, first, scratch.Scores);
            if (bias.Length > 0)
            {
                for (var j = 0; j < count; j++)
                    scratch.Scores[j] += bias[first + j];
            }

            Offer(first, count, scratch);
        }
    }

    public override void Best(ReadOnlySpan<RankingScratch> users)
    {
        foreach (var user in users)
            Best(user);
    }

    public override void Nearest(float[] inverseNorms, RankingScratch scratch)
    {
        var table = Table(scratch);
        for (var first = 0; first < rows.Rows; first += RankingScratch.Block)
        {
            var count = Sums(table, first, scratch.Scores);
            for (var j = 0; j < count; j++)
                scratch.Scores[j] *= inverseNorms[first + j];
            Offer(first, count, scratch);
        }
    }

    public override float Product(ReadOnlySpan<float> user, int item, Span<float> row)
    {
        var sum = 0f;
        for (var part = 0; part < rows.PartCount; part++)
            sum += rows.Product(part, rows.Codes(part)[item], user);
        return sum;
    }

    public override void Dispose()
    {
        // The codes belong to the file.
    }

    private float[] Table(RankingScratch scratch)
    {
        var table = scratch.Table(rows.PartCount * AdditiveCode.Codewords);
        for (var part = 0; part < rows.PartCount; part++)
        {
            for (var code = 0; code < AdditiveCode.Codewords; code++)
                table[part * AdditiveCode.Codewords + code] = rows.Product(part, code, scratch.User);
        }

        return table;
    }

    /// <summary>The sums of a block of items; returns their number.</summary>
    /// <remarks>
    /// Eight items at a time: their codes of a part come in one load, their sums stay in registers over all parts, so what is
    /// left is a look-up and an addition for each part of an item. The order of each sum is that of the parts.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Sums(float[] table, int first, float* sums)
    {
        const int n = AdditiveCode.Codewords;
        var count = Math.Min(RankingScratch.Block, rows.Rows - first);
        var parts = rows.PartCount;
        nint stride = rows.Rows;
        fixed (float* own = table)
        fixed (byte* codes = rows.Codes(0))
        {
            var j = 0;
            for (; j + 8 <= count; j += 8)
            {
                float a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
                var x = own;
                var at = codes + first + j;
                for (var part = 0; part < parts; part++)
                {
                    var eight = Unsafe.ReadUnaligned<ulong>(at);
                    a += x[(byte)eight];
                    b += x[(byte)(eight >> 8)];
                    c += x[(byte)(eight >> 16)];
                    d += x[(byte)(eight >> 24)];
                    e += x[(byte)(eight >> 32)];
                    f += x[(byte)(eight >> 40)];
                    g += x[(byte)(eight >> 48)];
                    h += x[(byte)(eight >> 56)];
                    x += n;
                    at += stride;
                }

                (sums[j], sums[j + 1], sums[j + 2], sums[j + 3]) = (a, b, c, d);
                (sums[j + 4], sums[j + 5], sums[j + 6], sums[j + 7]) = (e, f, g, h);
            }

            for (; j < count; j++)
            {
                var sum = 0f;
                for (var part = 0; part < parts; part++)
                    sum += own[part * n + codes[part * stride + first + j]];
                sums[j] = sum;
            }
        }

        return count;
    }

    private static void Offer(int first, int count, RankingScratch scratch)
    {
        for (; count % ItemPanels.Width != 0; count++)
            scratch.Scores[count] = float.NegativeInfinity;
        for (var j = 0; j < count; j += ItemPanels.Width)
            Admit(first + j, scratch.Scores + j, scratch);
    }
}
