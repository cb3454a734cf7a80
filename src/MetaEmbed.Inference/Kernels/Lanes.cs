using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// The few operations that a kernel needs of a vector of floats, so that one generic kernel serves every width. Lanes
/// never mix: a result depends on the operands of its own lane only, hence not on the width.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>The vector at an address, aligned or not.</summary>
    static abstract TVector Load(float* from);

    /// <summary>One value in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>Writes the vector.</summary>
    static abstract void Store(float* to, TVector value);

    /// <summary>A bit for each lane whose value is not at most the limit: larger, or not a number.</summary>
    static abstract uint AboveOrNaN(TVector value, TVector limit);

    /// <summary>Whether any lane of three vectors is not at most the limit.</summary>
    static abstract bool AnyAboveOrNaN(TVector x, TVector y, TVector z, TVector limit);
}

/// <summary>Sixteen lanes (AVX-512).</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector512<float> value) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(Vector512<float> value, Vector512<float> limit) =>
        ~(uint)Vector512.LessThanOrEqual(value, limit).ExtractMostSignificantBits() & 0xFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(Vector512<float> x, Vector512<float> y, Vector512<float> z, Vector512<float> limit) =>
        (Vector512.LessThanOrEqual(x, limit) & Vector512.LessThanOrEqual(y, limit) & Vector512.LessThanOrEqual(z, limit)).ExtractMostSignificantBits() != 0xFFFF;
}

/// <summary>Eight lanes (AVX2).</summary>
internal readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector256<float> value) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(Vector256<float> value, Vector256<float> limit) =>
        ~Vector256.LessThanOrEqual(value, limit).ExtractMostSignificantBits() & 0xFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(Vector256<float> x, Vector256<float> y, Vector256<float> z, Vector256<float> limit) =>
        (Vector256.LessThanOrEqual(x, limit) & Vector256.LessThanOrEqual(y, limit) & Vector256.LessThanOrEqual(z, limit)).ExtractMostSignificantBits() != 0xFF;
}

/// <summary>
/// Four lanes (SSE, NEON, WebAssembly). Where the processor has no fused multiply-add the runtime computes it in
/// software: the same bits, tens of times slower.
/// </summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector128<float> value) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(Vector128<float> value, Vector128<float> limit) =>
        ~Vector128.LessThanOrEqual(value, limit).ExtractMostSignificantBits() & 0xF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(Vector128<float> x, Vector128<float> y, Vector128<float> z, Vector128<float> limit) =>
        (Vector128.LessThanOrEqual(x, limit) & Vector128.LessThanOrEqual(y, limit) & Vector128.LessThanOrEqual(z, limit)).ExtractMostSignificantBits() != 0xF;
}
