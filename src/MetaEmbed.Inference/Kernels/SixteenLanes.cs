using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Sixteen logical lanes of 32-bit floats, whatever the width of the machine's vectors. A kernel is written once over
/// this interface; as each lane does the same operations in the same order at every width, the bits are the same, also
/// where lanes are added up.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ISixteenLanes<TSelf> : ILanes<TSelf>
    where TSelf : struct, ISixteenLanes<TSelf>
{
    /// <summary>Widens the lower halves of sixteen 32-bit words, read as bfloat16.</summary>
    static abstract TSelf LoadLow(uint* words);

    /// <summary>Widens the upper halves of sixteen 32-bit words, read as bfloat16.</summary>
    static abstract TSelf LoadHigh(uint* words);

    /// <summary>Rounds both to bfloat16 (ties to even) and packs them into the halves of sixteen 32-bit words.</summary>
    static abstract void StoreHalves(uint* words, TSelf low, TSelf high);

    /// <summary>The larger of each pair.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller of each pair.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Without the sign.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>Square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>The magnitude of one, the sign of the other.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>Where a is below b, x, else y.</summary>
    static abstract TSelf SelectLess(TSelf a, TSelf b, TSelf x, TSelf y);

    /// <summary>2^n for whole numbers n in [-126, 127].</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    /// <summary>The sum of the lanes: halves are folded on each other four times (8, 4, 2, 1).</summary>
    static abstract float Sum(TSelf a);

    /// <summary>Difference.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>Product.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>Quotient.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);
}

/// <summary>Sixteen lanes in one 512-bit vector.</summary>
internal readonly unsafe struct SixteenLanes512(Vector512<float> v) : ISixteenLanes<SixteenLanes512>
{
    private readonly Vector512<float> _v = v;

    public static int Count => 16;

    public static SixteenLanes512 Zero => new(Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 Broadcast(float* source) => All(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 LoadLow(uint* words) => new((Vector512.Load(words) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 LoadHigh(uint* words) => new((Vector512.Load(words) & Vector512.Create(0xFFFF0000u)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(uint* words, SixteenLanes512 low, SixteenLanes512 high)
    {
        var l = low._v.AsUInt32();
        var h = high._v.AsUInt32();
        l += Vector512.Create(0x7FFFu) + ((l >>> 16) & Vector512.Create(1u));
        h += Vector512.Create(0x7FFFu) + ((h >>> 16) & Vector512.Create(1u));
        ((l >>> 16) | (h & Vector512.Create(0xFFFF0000u))).Store(words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, SixteenLanes512 value) => value._v.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 MultiplyAdd(SixteenLanes512 a, SixteenLanes512 b, SixteenLanes512 c) => new(Vector512.FusedMultiplyAdd(a._v, b._v, c._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(SixteenLanes512 value, SixteenLanes512 limit) =>
        ~(uint)Vector512.LessThanOrEqual(value._v, limit._v).ExtractMostSignificantBits() & 0xFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(SixteenLanes512 x, SixteenLanes512 y, SixteenLanes512 z, SixteenLanes512 limit) =>
        (Vector512.LessThanOrEqual(x._v, limit._v) & Vector512.LessThanOrEqual(y._v, limit._v) & Vector512.LessThanOrEqual(z._v, limit._v))
            .ExtractMostSignificantBits() != 0xFFFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 Max(SixteenLanes512 a, SixteenLanes512 b) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(a._v, b._v), a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 Min(SixteenLanes512 a, SixteenLanes512 b) => new(Vector512.ConditionalSelect(Vector512.LessThan(a._v, b._v), a._v, b._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 Abs(SixteenLanes512 a) => new(Vector512.Abs(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 Sqrt(SixteenLanes512 a) => new(Vector512.Sqrt(a._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 CopySign(SixteenLanes512 magnitude, SixteenLanes512 sign) =>
        new(Vector512.ConditionalSelect(Vector512.Create(0x80000000u).AsSingle(), sign._v, magnitude._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 SelectLess(SixteenLanes512 a, SixteenLanes512 b, SixteenLanes512 x, SixteenLanes512 y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a._v, b._v), x._v, y._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 PowerOfTwo(SixteenLanes512 n) =>
        new(((Vector512.ConvertToInt32(n._v) + Vector512.Create(127)) << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(SixteenLanes512 a) => SixteenLanes256.SumHalves(a._v.GetLower(), a._v.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 operator +(SixteenLanes512 a, SixteenLanes512 b) => new(a._v + b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 operator -(SixteenLanes512 a, SixteenLanes512 b) => new(a._v - b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 operator *(SixteenLanes512 a, SixteenLanes512 b) => new(a._v * b._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes512 operator /(SixteenLanes512 a, SixteenLanes512 b) => new(a._v / b._v);
}

/// <summary>
/// Sixteen lanes in two 256-bit vectors; the fallback of .NET makes each of them two 128-bit ones where the machine has
/// no wider (Arm64, WebAssembly).
/// </summary>
internal readonly unsafe struct SixteenLanes256(Vector256<float> lower, Vector256<float> upper) : ISixteenLanes<SixteenLanes256>
{
    private readonly Vector256<float> _l = lower;
    private readonly Vector256<float> _u = upper;

    public static int Count => 16;

    public static SixteenLanes256 Zero => new(Vector256<float>.Zero, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 All(float value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 Broadcast(float* source) => All(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 LoadLow(uint* words) =>
        new((Vector256.Load(words) << 16).AsSingle(), (Vector256.Load(words + 8) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 LoadHigh(uint* words)
    {
        var mask = Vector256.Create(0xFFFF0000u);
        return new((Vector256.Load(words) & mask).AsSingle(), (Vector256.Load(words + 8) & mask).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreHalves(uint* words, SixteenLanes256 low, SixteenLanes256 high)
    {
        Pack(low._l.AsUInt32(), high._l.AsUInt32()).Store(words);
        Pack(low._u.AsUInt32(), high._u.AsUInt32()).Store(words + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, SixteenLanes256 value)
    {
        value._l.Store(target);
        value._u.Store(target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 MultiplyAdd(SixteenLanes256 a, SixteenLanes256 b, SixteenLanes256 c) =>
        new(Vector256.FusedMultiplyAdd(a._l, b._l, c._l), Vector256.FusedMultiplyAdd(a._u, b._u, c._u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint AboveOrNaN(SixteenLanes256 value, SixteenLanes256 limit) =>
        EightLanes.AboveOrNaN(new(value._l), new(limit._l)) | EightLanes.AboveOrNaN(new(value._u), new(limit._u)) << 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAboveOrNaN(SixteenLanes256 x, SixteenLanes256 y, SixteenLanes256 z, SixteenLanes256 limit) =>
        (AboveOrNaN(x, limit) | AboveOrNaN(y, limit) | AboveOrNaN(z, limit)) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 Max(SixteenLanes256 a, SixteenLanes256 b) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(a._l, b._l), a._l, b._l), Vector256.ConditionalSelect(Vector256.GreaterThan(a._u, b._u), a._u, b._u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 Min(SixteenLanes256 a, SixteenLanes256 b) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._l, b._l), a._l, b._l), Vector256.ConditionalSelect(Vector256.LessThan(a._u, b._u), a._u, b._u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 Abs(SixteenLanes256 a) => new(Vector256.Abs(a._l), Vector256.Abs(a._u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 Sqrt(SixteenLanes256 a) => new(Vector256.Sqrt(a._l), Vector256.Sqrt(a._u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 CopySign(SixteenLanes256 magnitude, SixteenLanes256 sign)
    {
        var mask = Vector256.Create(0x80000000u).AsSingle();
        return new(Vector256.ConditionalSelect(mask, sign._l, magnitude._l), Vector256.ConditionalSelect(mask, sign._u, magnitude._u));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 SelectLess(SixteenLanes256 a, SixteenLanes256 b, SixteenLanes256 x, SixteenLanes256 y) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(a._l, b._l), x._l, y._l), Vector256.ConditionalSelect(Vector256.LessThan(a._u, b._u), x._u, y._u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 PowerOfTwo(SixteenLanes256 n)
    {
        var bias = Vector256.Create(127);
        return new(((Vector256.ConvertToInt32(n._l) + bias) << 23).AsSingle(), ((Vector256.ConvertToInt32(n._u) + bias) << 23).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(SixteenLanes256 a) => SumHalves(a._l, a._u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 operator +(SixteenLanes256 a, SixteenLanes256 b) => new(a._l + b._l, a._u + b._u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 operator -(SixteenLanes256 a, SixteenLanes256 b) => new(a._l - b._l, a._u - b._u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 operator *(SixteenLanes256 a, SixteenLanes256 b) => new(a._l * b._l, a._u * b._u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SixteenLanes256 operator /(SixteenLanes256 a, SixteenLanes256 b) => new(a._l / b._l, a._u / b._u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float SumHalves(Vector256<float> lower, Vector256<float> upper)
    {
        var eight = lower + upper;
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Pack(Vector256<uint> l, Vector256<uint> h)
    {
        var half = Vector256.Create(0x7FFFu);
        var one = Vector256.Create(1u);
        l += half + ((l >>> 16) & one);
        h += half + ((h >>> 16) & one);
        return (l >>> 16) | (h & Vector256.Create(0xFFFF0000u));
    }
}
