using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Models;

/// <summary>Sums of rows, sixteen lanes at a time; lengths are multiples of sixteen.</summary>
internal static unsafe class RowSums
{
    /// <summary>target += weight source.</summary>
    internal static void Add(float weight, ReadOnlySpan<float> source, Span<float> target)
    {
        if (Vector512.IsHardwareAccelerated)
            Add<SixteenLanes512>(weight, source, target);
        else
            Add<SixteenLanes256>(weight, source, target);
    }

    /// <summary>target *= weight.</summary>
    internal static void Scale(float weight, Span<float> target)
    {
        if (Vector512.IsHardwareAccelerated)
            Scale<SixteenLanes512>(weight, target);
        else
            Scale<SixteenLanes256>(weight, target);
    }

    /// <summary>Inner product.</summary>
    internal static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        Vector512.IsHardwareAccelerated ? Dot<SixteenLanes512>(left, right) : Dot<SixteenLanes256>(left, right);

    private static void Add<T>(float weight, ReadOnlySpan<float> source, Span<float> target)
        where T : struct, ISixteenLanes<T>
    {
        var scale = T.All(weight);
        fixed (float* from = source, to = target)
        {
            for (var k = 0; k < target.Length; k += 16)
                T.Store(to + k, T.MultiplyAdd(scale, T.Load(from + k), T.Load(to + k)));
        }
    }

    private static void Scale<T>(float weight, Span<float> target)
        where T : struct, ISixteenLanes<T>
    {
        var scale = T.All(weight);
        fixed (float* to = target)
        {
            for (var k = 0; k < target.Length; k += 16)
                T.Store(to + k, T.Load(to + k) * scale);
        }
    }

    private static float Dot<T>(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
        where T : struct, ISixteenLanes<T>
    {
        var sum = T.Zero;
        fixed (float* a = left, b = right)
        {
            for (var k = 0; k < left.Length; k += 16)
                sum = T.MultiplyAdd(T.Load(a + k), T.Load(b + k), sum);
        }

        return T.Sum(sum);
    }
}
