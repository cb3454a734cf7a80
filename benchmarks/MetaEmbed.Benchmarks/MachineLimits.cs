using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Benchmarks;

/// <summary>
/// What this machine can do at most, measured once a process: results are stated as a share of it. One thread; a limit
/// for n threads is n times the arithmetic and, at best, n times the bandwidth.
/// </summary>
internal static unsafe class MachineLimits
{
    private const int Repeats = 15;

    /// <summary>32-bit multiply-adds in registers, in GFLOP/s (two operations each).</summary>
    public static double MultiplyAddGflops { get; } = MeasureMultiplyAdd();

    /// <summary>Bytes read in order from memory, in GB/s.</summary>
    public static double ReadGigabytes { get; } = MeasureRead();

    /// <summary>Bytes copied, read plus written, in GB/s.</summary>
    public static double CopyGigabytes { get; } = MeasureCopy();

    /// <summary>Widest vector that the runtime uses, in bits.</summary>
    public static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>Median of the seconds that an action takes, after one call to warm up.</summary>
    public static double MedianSeconds(int repeats, Action action) => MedianTimes(repeats, action).Wall;

    /// <summary>
    /// Medians of the wall time and of the processor time, all threads together, that an action takes, after one call
    /// to warm up. On a machine that others use too, the processor time is the steadier figure.
    /// </summary>
    public static (double Wall, double Processor) MedianTimes(int repeats, Action action)
    {
        action();
        var wall = new double[repeats];
        var processor = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            action();
            wall[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            processor[i] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }

        Array.Sort(wall);
        Array.Sort(processor);
        return (wall[repeats / 2], processor[repeats / 2]);
    }

    /// <summary>The least processor time of many calls: what a limit is, also on a machine that others use.</summary>
    private static double LeastSeconds(Action action)
    {
        var least = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            action();
            least = Math.Min(least, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return least;
    }

    private static double MeasureMultiplyAdd()
    {
        const int rounds = 10_000_000;
        double operations = rounds * 12.0 * 2;
        if (Vector512.IsHardwareAccelerated)
            return operations * 16 / LeastSeconds(() => Twelve512(rounds)) / 1e9;
        return Vector256.IsHardwareAccelerated
            ? operations * 8 / LeastSeconds(() => Twelve256(rounds)) / 1e9
            : operations * 4 / LeastSeconds(() => Twelve128(rounds)) / 1e9;
    }

    // Twelve sums hide the latency of a multiply-add (4 cycles, two a cycle) and fit into sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Twelve512(int rounds)
    {
        Vector512<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var x = Vector512.Create(0.5f);
        var y = Vector512.Create(0.25f);
        for (var round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(x, y, a);
            b = Vector512.FusedMultiplyAdd(x, y, b);
            c = Vector512.FusedMultiplyAdd(x, y, c);
            d = Vector512.FusedMultiplyAdd(x, y, d);
            e = Vector512.FusedMultiplyAdd(x, y, e);
            f = Vector512.FusedMultiplyAdd(x, y, f);
            g = Vector512.FusedMultiplyAdd(x, y, g);
            h = Vector512.FusedMultiplyAdd(x, y, h);
            i = Vector512.FusedMultiplyAdd(x, y, i);
            j = Vector512.FusedMultiplyAdd(x, y, j);
            k = Vector512.FusedMultiplyAdd(x, y, k);
            l = Vector512.FusedMultiplyAdd(x, y, l);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Twelve256(int rounds)
    {
        Vector256<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var x = Vector256.Create(0.5f);
        var y = Vector256.Create(0.25f);
        for (var round = 0; round < rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(x, y, a);
            b = Vector256.FusedMultiplyAdd(x, y, b);
            c = Vector256.FusedMultiplyAdd(x, y, c);
            d = Vector256.FusedMultiplyAdd(x, y, d);
            e = Vector256.FusedMultiplyAdd(x, y, e);
            f = Vector256.FusedMultiplyAdd(x, y, f);
            g = Vector256.FusedMultiplyAdd(x, y, g);
            h = Vector256.FusedMultiplyAdd(x, y, h);
            i = Vector256.FusedMultiplyAdd(x, y, i);
            j = Vector256.FusedMultiplyAdd(x, y, j);
            k = Vector256.FusedMultiplyAdd(x, y, k);
            l = Vector256.FusedMultiplyAdd(x, y, l);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Twelve128(int rounds)
    {
        Vector128<float> a = default, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
        var x = Vector128.Create(0.5f);
        var y = Vector128.Create(0.25f);
        for (var round = 0; round < rounds; round++)
        {
            a = Vector128.FusedMultiplyAdd(x, y, a);
            b = Vector128.FusedMultiplyAdd(x, y, b);
            c = Vector128.FusedMultiplyAdd(x, y, c);
            d = Vector128.FusedMultiplyAdd(x, y, d);
            e = Vector128.FusedMultiplyAdd(x, y, e);
            f = Vector128.FusedMultiplyAdd(x, y, f);
            g = Vector128.FusedMultiplyAdd(x, y, g);
            h = Vector128.FusedMultiplyAdd(x, y, h);
            i = Vector128.FusedMultiplyAdd(x, y, i);
            j = Vector128.FusedMultiplyAdd(x, y, j);
            k = Vector128.FusedMultiplyAdd(x, y, k);
            l = Vector128.FusedMultiplyAdd(x, y, l);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    // 256 MB: more than any cache of a desktop or server core.
    private const int Bytes = 256 << 20;

    private static double MeasureRead()
    {
        var memory = (byte*)NativeMemory.AlignedAlloc(Bytes, 64);
        NativeMemory.Fill(memory, Bytes, 1);
        var seconds = LeastSeconds(() => Sum(memory, Bytes));
        NativeMemory.AlignedFree(memory);
        return Bytes / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Sum(byte* memory, long bytes)
    {
        Vector<int> a = default, b = a, c = a, d = a;
        var step = Vector<byte>.Count;
        for (var end = memory + bytes; memory < end; memory += 4 * step)
        {
            a += Vector.Load((int*)memory);
            b += Vector.Load((int*)(memory + step));
            c += Vector.Load((int*)(memory + 2 * step));
            d += Vector.Load((int*)(memory + 3 * step));
        }

        return Vector.Sum(a + b + c + d);
    }

    private static double MeasureCopy()
    {
        var from = (byte*)NativeMemory.AlignedAlloc(Bytes, 64);
        var to = (byte*)NativeMemory.AlignedAlloc(Bytes, 64);
        NativeMemory.Fill(from, Bytes, 1);
        NativeMemory.Fill(to, Bytes, 2);
        var seconds = LeastSeconds(() => NativeMemory.Copy(from, to, Bytes));
        NativeMemory.AlignedFree(from);
        NativeMemory.AlignedFree(to);
        return 2.0 * Bytes / seconds / 1e9;
    }
}
