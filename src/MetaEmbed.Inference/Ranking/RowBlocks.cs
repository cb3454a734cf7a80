using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>Decoding all rows, a panel's at a time.</summary>
internal static class RowBlocks
{
    /// <summary>Takes the rows of a panel.</summary>
    public delegate void Sink(int panel, ReadOnlySpan<float> rows);

    /// <summary>Decodes all rows once and returns the largest magnitude of a number.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="damaged">Makes the mistake of a damaged file.</param>
    /// <param name="sink">Gets the rows of each panel.</param>
    /// <exception cref="Exception">A number is not finite.</exception>
    public static float Decode(RowCode rows, Func<string, Exception> damaged, Sink sink)
    {
        var d = rows.Dimension;
        var block = new float[ItemPanels.Width * d];
        var largest = 0f;
        for (var first = 0; first < rows.Rows; first += ItemPanels.Width)
        {
            var count = Math.Min(ItemPanels.Width, rows.Rows - first);
            for (var j = 0; j < count; j++)
                rows.Decode(first + j, block.AsSpan(j * d, d));
            largest = Math.Max(largest, LargestOf(block.AsSpan(0, count * d)));
            if (!float.IsFinite(largest))
                throw damaged($"holds a row with a number that is not finite, among items {first} to {first + count - 1}");
            sink(first / ItemPanels.Width, block.AsSpan(0, count * d));
        }

        return largest;
    }

    /// <summary>The chain of multiply-adds of the kernels: the same bits.</summary>
    public static float Product(RowCode rows, ReadOnlySpan<float> user, int item, Span<float> row)
    {
        rows.Decode(item, row);
        var sum = 0f;
        for (var k = 0; k < row.Length; k++)
            sum = MathF.FusedMultiplyAdd(user[k], row[k], sum);
        return sum;
    }

    // Not finite if any number is not: as whole numbers, the bits of infinity and NaN are the largest.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float LargestOf(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var most = Vector<int>.Zero;
        var i = 0;
        for (; i + Vector<int>.Count <= bits.Length; i += Vector<int>.Count)
            most = Vector.Max(most, new Vector<int>(bits[i..]) & new Vector<int>(int.MaxValue));
        var largest = 0;
        for (var lane = 0; lane < Vector<int>.Count; lane++)
            largest = Math.Max(largest, most[lane]);
        foreach (var value in values[i..])
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(value) & int.MaxValue);
        return BitConverter.Int32BitsToSingle(largest);
    }
}
