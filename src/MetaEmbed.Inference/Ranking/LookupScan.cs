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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Sums(float[] table, int first, float* sums)
    {
        const int n = AdditiveCode.Codewords;
        var count = Math.Min(RankingScratch.Block, rows.Rows - first);
        new Span<float>(sums, count).Clear();
        var parts = rows.PartCount;
        fixed (float* own = table)
        {
            var part = 0;
            for (; part + 4 <= parts; part += 4)
            {
                fixed (byte* a = rows.Codes(part), b = rows.Codes(part + 1), c = rows.Codes(part + 2), d = rows.Codes(part + 3))
                {
                    float* x = own + part * n, y = x + n, z = y + n, w = z + n;
                    for (var j = 0; j < count; j++)
                        sums[j] = sums[j] + x[a[first + j]] + y[b[first + j]] + z[c[first + j]] + w[d[first + j]];
                }
            }

            for (; part < parts; part++)
            {
                fixed (byte* a = rows.Codes(part))
                {
                    var x = own + part * n;
                    for (var j = 0; j < count; j++)
                        sums[j] += x[a[first + j]];
                }
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
