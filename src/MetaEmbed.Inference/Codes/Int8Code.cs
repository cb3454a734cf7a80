using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Rows as 8-bit whole numbers with a scale a row, x = scale q: <c>PREFIX.codes</c> I8 [rows, d] and <c>PREFIX.scales</c>
/// F16 [rows].
/// </summary>
internal sealed class Int8Code(Safetensors file, string prefix, int rows, int dimension) : RowCode(rows, dimension)
{
    public const string Name = "int8";

    private readonly MappedTensor<sbyte> _codes = new(file, prefix + ".codes", rows, dimension);
    private readonly MappedTensor<Half> _scales = new(file, prefix + ".scales", rows);

    public override void Decode(int row, Span<float> target)
    {
        var scale = HalfFloats.Widen(BitConverter.HalfToUInt16Bits(_scales.Span[row]));
        Scale(_codes.Slice((long)row * Dimension, Dimension), scale, target);
    }

    /// <summary>scale times each number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(ReadOnlySpan<sbyte> codes, float scale, Span<float> target)
    {
        target = target[..codes.Length];
        var i = 0;
        for (; i + 16 <= codes.Length; i += 16)
            Scale(Vector128.Create(codes.Slice(i, 16)), scale, target[i..]);

        for (; i < codes.Length; i++)
            target[i] = codes[i] * scale;
    }

    /// <summary>scale times each of sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(Vector128<sbyte> codes, float scale, Span<float> target)
    {
        var scales = Vector256.Create(scale);
        var (lower, upper) = Vector128.Widen(codes);
        (Vector256.ConvertToSingle(Widen(lower)) * scales).CopyTo(target);
        (Vector256.ConvertToSingle(Widen(upper)) * scales).CopyTo(target[8..]);
    }

    private static Vector256<int> Widen(Vector128<short> words)
    {
        var (lower, upper) = Vector128.Widen(words);
        return Vector256.Create(lower, upper);
    }
}
