using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// What a tile of products needs of a vector of 32-bit words, so that one tile serves every width and both kinds of
/// numbers, floats and bytes. Lanes never mix: a lane's result depends on its own operands only, hence not on the width.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface IProductLanes<TSelf>
    where TSelf : struct, IProductLanes<TSelf>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Zeros.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Reads a vector; no alignment needed.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>One word in every lane.</summary>
    static abstract TSelf Broadcast(float* source);

    /// <summary>a * b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);
}

/// <summary>Lanes of 32-bit floats; <see cref="IProductLanes{TSelf}.MultiplyAdd"/> rounds once.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ILanes<TSelf> : IProductLanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>One number in every lane.</summary>
    static abstract TSelf All(float value);

    /// <summary>Writes the vector.</summary>
    static abstract void Store(float* target, TSelf value);

    /// <summary>A bit for each lane whose value is not at most the limit: larger, or not a number.</summary>
    static abstract uint AboveOrNaN(TSelf value, TSelf limit);

    /// <summary>Whether any lane of three vectors is not at most the limit.</summary>
    static abstract bool AnyAboveOrNaN(TSelf x, TSelf y, TSelf z, TSelf limit);

    /// <summary>Sum.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);
}

/// <summary>Eight lanes in one 256-bit vector (AVX2).</summary>
internal readonly unsafe struct EightLanes(Vector256<float> v) : ILanes<EightLanes>
{
    private readonly Vector256<float> _v = v;

    public static int Count => 8;

    public static EightLanes Zero => new(Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLanes All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLanes Broadcast(float* source) => All(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLanes Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, EightLanes value) => value._v.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLanes MultiplyAdd(EightLanes a, EightLanes b, EightLanes c) => new(Vector256.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(EightLanes value, EightLanes limit) =>
        ~Vector256.LessThanOrEqual(value._v, limit._v).ExtractMostSignificantBits() & 0xFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(EightLanes x, EightLanes y, EightLanes z, EightLanes limit) =>
        (Vector256.LessThanOrEqual(x._v, limit._v) & Vector256.LessThanOrEqual(y._v, limit._v) & Vector256.LessThanOrEqual(z._v, limit._v))
            .ExtractMostSignificantBits() != 0xFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightLanes operator +(EightLanes a, EightLanes b) => new(a._v + b._v);
}

/// <summary>
/// Four lanes in one 128-bit vector (SSE, NEON, WebAssembly). Where the processor has no fused multiply-add the runtime
/// computes it in software: the same bits, tens of times slower.
/// </summary>
internal readonly unsafe struct FourLanes(Vector128<float> v) : ILanes<FourLanes>
{
    private readonly Vector128<float> _v = v;

    public static int Count => 4;

    public static FourLanes Zero => new(Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLanes All(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLanes Broadcast(float* source) => All(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLanes Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, FourLanes value) => value._v.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLanes MultiplyAdd(FourLanes a, FourLanes b, FourLanes c) => new(Vector128.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(FourLanes value, FourLanes limit) =>
        ~Vector128.LessThanOrEqual(value._v, limit._v).ExtractMostSignificantBits() & 0xF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(FourLanes x, FourLanes y, FourLanes z, FourLanes limit) =>
        (Vector128.LessThanOrEqual(x._v, limit._v) & Vector128.LessThanOrEqual(y._v, limit._v) & Vector128.LessThanOrEqual(z._v, limit._v))
            .ExtractMostSignificantBits() != 0xF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourLanes operator +(FourLanes a, FourLanes b) => new(a._v + b._v);
}
