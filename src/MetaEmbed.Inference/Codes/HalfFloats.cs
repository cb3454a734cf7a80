using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Inference.Codes;

/// <summary>Widens 16-bit floats.</summary>
internal static class HalfFloats
{
    /// <summary>
    /// Exact for every finite number: the 15 bits of exponent and fraction, moved up by 13, are the number times 2^-112 as a
    /// 32-bit float, subnormal ones included. Infinities and NaN become numbers beyond the range of 16 bits, from 65,536 on.
    /// </summary>
    /// <param name="source">The numbers.</param>
    /// <param name="target">Gets as many floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<Half> source, Span<float> target)
    {
        var bits = MemoryMarshal.Cast<Half, ushort>(source);
        target = target[..bits.Length];
        var i = 0;
        var magnitude = Vector256.Create(0x7FFFu);
        var sign = Vector256.Create(0x8000u);
        var scale = Vector256.Create(Scale);
        for (; i + 8 <= bits.Length; i += 8)
        {
            var word = Vector256.WidenLower(Vector128.Create<ushort>(bits.Slice(i, 8)).ToVector256Unsafe());
            var value = ((word & magnitude) << 13).AsSingle() * scale;
            (value.AsUInt32() | ((word & sign) << 16)).AsSingle().CopyTo(target[i..]);
        }

        for (; i < bits.Length; i++)
            target[i] = Widen(bits[i]);
    }

    /// <summary>One number.</summary>
    public static float Widen(ushort bits)
    {
        var value = BitConverter.UInt32BitsToSingle((bits & 0x7FFFu) << 13) * Scale;
        return BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) | ((bits & 0x8000u) << 16));
    }

    // 2^112.
    private static float Scale => BitConverter.UInt32BitsToSingle((112u + 127u) << 23);
}
