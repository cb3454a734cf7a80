using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Lanes of 32-bit words that hold four bytes each. <see cref="IProductLanes{TSelf}.MultiplyAdd"/> multiplies the bytes
/// of a, without sign and at most 127, by those of b, with sign, and adds the first two products to the lower half of c,
/// the last two to the upper half. Halves are 16 bits wide and wrap around: a sum that leaves their range on the way
/// and comes back is right at the end.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface IByteLanes<TSelf> : IProductLanes<TSelf>
    where TSelf : struct, IByteLanes<TSelf>
{
    /// <summary>
    /// With s = both halves of a lane, corrected and added up: a bit for each lane of three vectors where
    /// s (userScale itemScale) + itemBias is not at most the limit.
    /// </summary>
    /// <param name="x">The first sums.</param>
    /// <param name="y">The next.</param>
    /// <param name="z">The last.</param>
    /// <param name="correction">Added to the halves, a word a lane.</param>
    /// <param name="userScale">Scale of the user.</param>
    /// <param name="itemScale">Scales of the items.</param>
    /// <param name="itemBias">Biases of the items.</param>
    /// <param name="limit">The limit.</param>
    static abstract ulong AboveOrNaN(TSelf x, TSelf y, TSelf z, short* correction, float userScale, float* itemScale, float* itemBias, float limit);
}

/// <summary>Sixteen lanes of bytes (AVX-512).</summary>
internal readonly unsafe struct SixteenByteLanes(Vector512<short> v) : IByteLanes<SixteenByteLanes>
{
    private readonly Vector512<short> _v = v;

    public static int Count => 16;

    public static SixteenByteLanes Zero => new(Vector512<short>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenByteLanes Load(float* source) => new(Vector512.Load((short*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenByteLanes Broadcast(float* source) => new(Vector512.Create(*(int*)source).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenByteLanes MultiplyAdd(SixteenByteLanes a, SixteenByteLanes b, SixteenByteLanes c) =>
        new(c._v + Avx512BW.MultiplyAddAdjacent(a._v.AsByte(), b._v.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AboveOrNaN(SixteenByteLanes x, SixteenByteLanes y, SixteenByteLanes z, short* correction, float userScale, float* itemScale, float* itemBias, float limit)
    {
        var scale = Vector512.Create(userScale);
        var limits = Vector512.Create(limit);
        var a = Vector512.LessThanOrEqual(Value(x, correction, scale, itemScale, itemBias), limits);
        var b = Vector512.LessThanOrEqual(Value(y, correction + 2 * Count, scale, itemScale + Count, itemBias + Count), limits);
        var c = Vector512.LessThanOrEqual(Value(z, correction + 4 * Count, scale, itemScale + 2 * Count, itemBias + 2 * Count), limits);

        // No branch on whether there is any: it would be guessed wrong as often as there is one.
        return (~a.ExtractMostSignificantBits() & 0xFFFF)
            | (ulong)(~b.ExtractMostSignificantBits() & 0xFFFF) << Count
            | (ulong)(~c.ExtractMostSignificantBits() & 0xFFFF) << (2 * Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Value(SixteenByteLanes sum, short* correction, Vector512<float> userScale, float* itemScale, float* itemBias)
    {
        var whole = Avx512BW.MultiplyAddAdjacent(sum._v + Vector512.Load(correction), Vector512<short>.One);
        return Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(whole), Vector512.Load(itemScale) * userScale, Vector512.Load(itemBias));
    }
}

/// <summary>Eight lanes of bytes (AVX2).</summary>
internal readonly unsafe struct EightByteLanes(Vector256<short> v) : IByteLanes<EightByteLanes>
{
    private readonly Vector256<short> _v = v;

    public static int Count => 8;

    public static EightByteLanes Zero => new(Vector256<short>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightByteLanes Load(float* source) => new(Vector256.Load((short*)source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightByteLanes Broadcast(float* source) => new(Vector256.Create(*(int*)source).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightByteLanes MultiplyAdd(EightByteLanes a, EightByteLanes b, EightByteLanes c) =>
        new(c._v + Avx2.MultiplyAddAdjacent(a._v.AsByte(), b._v.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AboveOrNaN(EightByteLanes x, EightByteLanes y, EightByteLanes z, short* correction, float userScale, float* itemScale, float* itemBias, float limit)
    {
        var scale = Vector256.Create(userScale);
        var limits = Vector256.Create(limit);
        var a = Vector256.LessThanOrEqual(Value(x, correction, scale, itemScale, itemBias), limits);
        var b = Vector256.LessThanOrEqual(Value(y, correction + 2 * Count, scale, itemScale + Count, itemBias + Count), limits);
        var c = Vector256.LessThanOrEqual(Value(z, correction + 4 * Count, scale, itemScale + 2 * Count, itemBias + 2 * Count), limits);

        // No branch on whether there is any: it would be guessed wrong as often as there is one.
        return (~a.ExtractMostSignificantBits() & 0xFF)
            | (ulong)(~b.ExtractMostSignificantBits() & 0xFF) << Count
            | (ulong)(~c.ExtractMostSignificantBits() & 0xFF) << (2 * Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Value(EightByteLanes sum, short* correction, Vector256<float> userScale, float* itemScale, float* itemBias)
    {
        var whole = Avx2.MultiplyAddAdjacent(sum._v + Vector256.Load(correction), Vector256<short>.One);
        return Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(whole), Vector256.Load(itemScale) * userScale, Vector256.Load(itemBias));
    }
}
