using System.Runtime.CompilerServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// Elementary functions on sixteen lanes, from +, -, *, /, fused multiply-add and powers of two only, so that their
/// bits do not depend on the C library, the operating system or the vector width. Errors are relative, at most a few
/// units in the last place of a 32-bit float.
/// </summary>
internal static class Elementary
{
    /// <summary>
    /// e^x for x in [-87, 88], clamped outside: x = n ln 2 + r with |r| at most ln 2 / 2, then Taylor's series of
    /// e^r to r^7 (the rest is below 6e-9) times 2^n.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x)
        where T : struct, ISixteenLanes<T>
    {
        // Adding and taking away 1.5 * 2^23 rounds to a whole number, ties to even.
        var shift = T.All(12582912f);
        x = T.Min(T.Max(x, T.All(-87f)), T.All(88f));
        var n = T.MultiplyAdd(x, T.All(1.44269504f), shift) - shift;
        var r = T.MultiplyAdd(n, T.All(-0.693145752f), x);
        r = T.MultiplyAdd(n, T.All(-1.42860677e-6f), r);
        var p = T.All(1f / 5040);
        p = T.MultiplyAdd(p, r, T.All(1f / 720));
        p = T.MultiplyAdd(p, r, T.All(1f / 120));
        p = T.MultiplyAdd(p, r, T.All(1f / 24));
        p = T.MultiplyAdd(p, r, T.All(1f / 6));
        p = T.MultiplyAdd(p, r, T.All(0.5f));
        p = T.MultiplyAdd(p, r, T.All(1f));
        p = T.MultiplyAdd(p, r, T.All(1f));
        return p * T.PowerOfTwo(n);
    }

    /// <summary>
    /// tanh x: below 0.35 its Taylor series to x^11 (the rest is below 2e-8 of x), else (1 - e) / (1 + e) with
    /// e = exp(-2 |x|), and the sign of x.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x)
        where T : struct, ISixteenLanes<T>
    {
        var a = T.Abs(x);
        var e = Exp(a * T.All(-2f));
        var large = (T.All(1f) - e) / (T.All(1f) + e);
        var s = a * a;
        var p = T.All(-1382f / 155925);
        p = T.MultiplyAdd(p, s, T.All(62f / 2835));
        p = T.MultiplyAdd(p, s, T.All(-17f / 315));
        p = T.MultiplyAdd(p, s, T.All(2f / 15));
        p = T.MultiplyAdd(p, s, T.All(-1f / 3));
        var small = T.MultiplyAdd(p * s, a, a);
        return T.CopySign(T.SelectLess(a, T.All(0.35f), small, large), x);
    }

    /// <summary>
    /// scale tanh x of each value in place, sixteen at a time. A call of its own: where several are expanded in one method,
    /// they have more values than the compiler keeps in registers, and each goes through memory.
    /// </summary>
    /// <param name="scale">The factor.</param>
    /// <param name="values">The values.</param>
    /// <param name="count">Their number, a multiple of sixteen.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static unsafe void ScaledTanh<T>(float scale, float* values, int count)
        where T : struct, ISixteenLanes<T>
    {
        for (var i = 0; i < count; i += 16)
            T.Store(values + i, Tanh(T.Load(values + i)) * T.All(scale));
    }

    /// <summary>tanh of each element; any length.</summary>
    internal static unsafe void Tanh(ReadOnlySpan<float> source, Span<float> target)
    {
        var block = stackalloc float[16];
        for (var i = 0; i < source.Length; i += 16)
        {
            var count = Math.Min(16, source.Length - i);
            source.Slice(i, count).CopyTo(new Span<float>(block, count));
            SixteenLanes256.Store(block, Tanh(SixteenLanes256.Load(block)));
            new ReadOnlySpan<float>(block, count).CopyTo(target[i..]);
        }
    }

    /// <summary>
    /// softplus x = ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), and its derivative, the logistic function. With y = e^-|x|
    /// in (0, 1], ln(1 + y) = 2 artanh(y / (2 + y)), a series in (y / (2 + y))^2, at most 1/9, to the power 17.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Softplus<T>(T x, out T derivative)
        where T : struct, ISixteenLanes<T>
    {
        var y = Exp(T.Zero - T.Abs(x));
        var z = y / (T.All(2f) + y);
        var s = z * z;
        var p = T.All(2f / 17);
        p = T.MultiplyAdd(p, s, T.All(2f / 15));
        p = T.MultiplyAdd(p, s, T.All(2f / 13));
        p = T.MultiplyAdd(p, s, T.All(2f / 11));
        p = T.MultiplyAdd(p, s, T.All(2f / 9));
        p = T.MultiplyAdd(p, s, T.All(2f / 7));
        p = T.MultiplyAdd(p, s, T.All(2f / 5));
        p = T.MultiplyAdd(p, s, T.All(2f / 3));
        p = T.MultiplyAdd(p, s, T.All(2f));
        var one = T.All(1f);
        derivative = T.SelectLess(x, T.Zero, y, one) / (one + y);
        return T.MultiplyAdd(p, z, T.Max(x, T.Zero));
    }
}
