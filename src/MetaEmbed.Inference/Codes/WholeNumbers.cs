using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Rows of 8-bit whole numbers with floats. Eight lanes at a time on every machine, so the bits do not depend on the width of
/// its vectors.
/// </summary>
internal static class WholeNumbers
{
    /// <summary>target += scale numbers, each rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float scale, ReadOnlySpan<sbyte> numbers, Span<float> target)
    {
        target = target[..numbers.Length];
        ref var source = ref MemoryMarshal.GetReference(numbers);
        ref var sum = ref MemoryMarshal.GetReference(target);
        var scales = Vector256.Create(scale);
        var i = 0;
        for (; i + 16 <= target.Length; i += 16)
        {
            var (lower, upper) = Widen(ref source, i);
            Vector256.FusedMultiplyAdd(scales, lower, Vector256.LoadUnsafe(ref sum, (nuint)i)).StoreUnsafe(ref sum, (nuint)i);
            Vector256.FusedMultiplyAdd(scales, upper, Vector256.LoadUnsafe(ref sum, (nuint)i + 8)).StoreUnsafe(ref sum, (nuint)i + 8);
        }

        for (; i < target.Length; i++)
            target[i] = MathF.FusedMultiplyAdd(scale, numbers[i], target[i]);
    }

    /// <summary>Sum of numbers[k] values[k]: sixteen lanes, their sum in a fixed order, then what is left one by one.</summary>
    public static float Dot(ReadOnlySpan<sbyte> numbers, ReadOnlySpan<float> values)
    {
        values = values[..numbers.Length];
        ref var source = ref MemoryMarshal.GetReference(numbers);
        ref var other = ref MemoryMarshal.GetReference(values);
        var (low, high) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i + 16 <= values.Length; i += 16)
        {
            var (lower, upper) = Widen(ref source, i);
            low = Vector256.FusedMultiplyAdd(lower, Vector256.LoadUnsafe(ref other, (nuint)i), low);
            high = Vector256.FusedMultiplyAdd(upper, Vector256.LoadUnsafe(ref other, (nuint)i + 8), high);
        }

        var sum = SixteenLanes256.SumHalves(low, high);
        for (; i < values.Length; i++)
            sum = MathF.FusedMultiplyAdd(numbers[i], values[i], sum);
        return sum;
    }

    private static (Vector256<float> Lower, Vector256<float> Upper) Widen(ref sbyte source, int at)
    {
        var (lower, upper) = Vector128.Widen(Vector128.LoadUnsafe(ref source, (nuint)at));
        return (Convert(lower), Convert(upper));
    }

    private static Vector256<float> Convert(Vector128<short> words)
    {
        var (lower, upper) = Vector128.Widen(words);
        return Vector256.ConvertToSingle(Vector256.Create(lower, upper));
    }
}
