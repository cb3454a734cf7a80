using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaEmbed.Numerics;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// What random reads of rows of 128 bytes allow: as many reads as the graph has neighbours, twice (for two blocks of 64
/// columns), summed in registers; the limit that a propagation with bfloat16 rows is held against.
/// </summary>
internal static unsafe class RandomReadBenchmark
{
    private const int RowBytes = 128;
    private const int Ahead = 64;

    /// <summary>Prints a line.</summary>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="reads">Reads of a block.</param>
    public static void Run(int rows, int reads)
    {
        var table = (byte*)NativeMemory.AlignedAlloc((nuint)rows * RowBytes, 2 << 20);
        NativeMemory.Clear(table, (nuint)rows * RowBytes);
        var stream = new RandomStream(1, RandomPurpose.Test);
        var indices = new int[reads + Ahead];
        for (var i = 0; i < indices.Length; i++)
            indices[i] = stream.NextInt32(rows);
        var (wall, processor) = MachineLimits.MedianTimes(31, () =>
        {
            fixed (int* first = indices)
            {
                _ = Sum(table, first, reads);
                _ = Sum(table, first, reads);
            }
        });
        NativeMemory.AlignedFree(table);
        Console.WriteLine(
            $"limit: {2L * reads:N0} random reads of 128 bytes out of {rows:N0} rows: {wall * 1e3:F1} ms (processor {processor * 1e3:F1} ms), {2.0 * reads * RowBytes / processor / 1e9:F0} GB/s on one core");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum(byte* table, int* index, int reads)
    {
        var a = Vector256<float>.Zero;
        var b = a;
        var c = a;
        var d = a;
        for (var i = 0; i < reads; i++)
        {
            if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
            {
                var next = table + (long)index[i + Ahead] * RowBytes;
                System.Runtime.Intrinsics.X86.Sse.Prefetch0(next);
                System.Runtime.Intrinsics.X86.Sse.Prefetch0(next + 64);
            }

            var row = (float*)(table + (long)index[i] * RowBytes);
            a += Vector256.Load(row);
            b += Vector256.Load(row + 8);
            c += Vector256.Load(row + 16);
            d += Vector256.Load(row + 24);
        }

        return Vector256.Sum(a + b + c + d);
    }
}
