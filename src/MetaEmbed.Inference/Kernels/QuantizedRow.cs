using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// A row x as whole numbers q in 8 bits times a scale s, x = s q + e, with upper bounds of the norms of all three.
/// </summary>
/// <remarks>
/// Products of two rows are added up in 16 bits, elements 4 j, 4 j + 1 in one sum and 4 j + 2, 4 j + 3 in another
/// (<see cref="IByteLanes{TSelf}"/>). So the norm of either half of q is bounded: at most 128 for a user and 255 for an
/// item, whose product, 32,640, bounds the inner product of halves (Cauchy-Schwarz) and fits into 16 bits. A user's q is
/// stored as q + 64, without sign; two products of at most 127 * 127 do not saturate the instruction that adds them.
/// </remarks>
internal readonly struct QuantizedRow
{
    /// <summary>
    /// Rows whose largest magnitude lies outside of [1 / this, this] are not quantised: q = 0, e = x. Between them a
    /// product of scales and sums stays in the range of floats.
    /// </summary>
    private const float Range = 1e15f;

    // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits.
    private const float Shift = 12582912f;

    private static readonly float[] FirstHalf = [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0];

    private QuantizedRow(float scale, float quantizedNorm, float errorNorm, float norm, int firstSum, int secondSum)
    {
        Scale = scale;
        FirstSum = firstSum;
        SecondSum = secondSum;
        QuantizedNorm = quantizedNorm;
        ErrorNorm = errorNorm;
        Norm = norm;
    }

    /// <summary>s.</summary>
    public float Scale { get; }

    /// <summary>At least |s q|.</summary>
    public float QuantizedNorm { get; }

    /// <summary>At least |e|; not finite if the row is not.</summary>
    public float ErrorNorm { get; }

    /// <summary>At least |x|; not finite if the row is not.</summary>
    public float Norm { get; }

    /// <summary>Sum of the elements 4 j and 4 j + 1 of q.</summary>
    public int FirstSum { get; }

    /// <summary>Sum of the elements 4 j + 2 and 4 j + 3 of q.</summary>
    public int SecondSum { get; }

    /// <summary>32-bit words of a quantised row of d elements.</summary>
    public static int Words(int dimension) => (dimension + 3) / 4;

    /// <summary>Floats of work space for a row of d elements.</summary>
    public static int WorkLength(int dimension) => (dimension + 15) / 16 * 32;

    /// <summary>Quantises a user's row, to bytes q + 64 in [1, 127].</summary>
    /// <param name="row">d floats.</param>
    /// <param name="dimension">d.</param>
    /// <param name="words">Gets word w at [w stride].</param>
    /// <param name="stride">Distance of words.</param>
    /// <param name="work"><see cref="WorkLength"/> floats.</param>
    public static unsafe QuantizedRow User(float* row, int dimension, uint* words, int stride, float* work) =>
        Quantize(row, dimension, largest: 63, halfNorm: 128, offset: 64, words, stride, work);

    /// <summary>Quantises an item's row, to bytes in [-127, 127].</summary>
    /// <param name="row">d floats.</param>
    /// <param name="dimension">d.</param>
    /// <param name="words">Gets word w at [w stride].</param>
    /// <param name="stride">Distance of words.</param>
    /// <param name="work"><see cref="WorkLength"/> floats.</param>
    public static unsafe QuantizedRow Item(float* row, int dimension, uint* words, int stride, float* work) =>
        Quantize(row, dimension, largest: 127, halfNorm: 255, offset: 0, words, stride, work);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe QuantizedRow Quantize(
        float* row, int dimension, int largest, int halfNorm, int offset, uint* words, int stride, float* work)
    {
        var padded = (dimension + 15) / 16 * 16;
        var q = work + padded;
        new ReadOnlySpan<float>(row, dimension).CopyTo(new Span<float>(work, padded));
        new Span<float>(work + dimension, padded - dimension).Clear();
        var result = Vector512.IsHardwareAccelerated
            ? Round<SixteenLanes512>(work, padded, largest, halfNorm, q)
            : Round<SixteenLanes256>(work, padded, largest, halfNorm, q);
        var offsets = Vector128.Create((byte)offset);
        var count = Words(dimension);
        for (var w = 0; w < count; w += 4)
        {
            // The lowest bytes of sixteen numbers.
            var four = (int*)q + 4 * w;
            var lower = Vector128.Narrow(Vector128.Load(four), Vector128.Load(four + 4));
            var upper = Vector128.Narrow(Vector128.Load(four + 8), Vector128.Load(four + 12));
            var bytes = (Vector128.Narrow(lower, upper).AsByte() + offsets).AsUInt32();
            for (var i = 0; i < Math.Min(4, count - w); i++)
                words[(long)(w + i) * stride] = bytes[i];
        }

        return result;
    }

    /// <summary>Writes q + <see cref="Shift"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe QuantizedRow Round<T>(float* x, int length, int largest, int halfNorm, float* q)
        where T : struct, ISixteenLanes<T>
    {
        T most = T.Zero, finite = T.Zero;
        for (var i = 0; i < length; i += 16)
        {
            var value = T.Load(x + i);
            most = T.Max(most, T.Abs(value));
            finite = T.MultiplyAdd(value, T.Zero, finite);
        }

        var max = Largest(most);
        if (!float.IsFinite(T.Sum(finite)) || max > Range || max < 1 / Range)
        {
            new Span<float>(q, length).Fill(Shift);
            var norm = float.IsFinite(T.Sum(finite)) ? max * MathF.Sqrt(length) * 1.001f : float.NaN;
            return new(1, 0, norm, norm, 0, 0);
        }

        // Squares are taken of x / max, so that they neither overflow nor vanish.
        var inverse = T.All(1 / max);
        T first, half = T.Zero, all = T.Zero;
        fixed (float* ones = FirstHalf)
            first = T.Load(ones);
        for (var i = 0; i < length; i += 16)
        {
            var y = T.Load(x + i) * inverse;
            all = T.MultiplyAdd(y, y, all);
            half = T.MultiplyAdd(y * first, y, half);
        }

        // Sums of n squares and what else is rounded here are wrong by less than this.
        var above = 1 + 1e-5f + length * 1.2e-7f;
        var square = T.Sum(all);
        var larger = MathF.Max(T.Sum(half), square - T.Sum(half));
        var scale = MathF.Max(max / largest, max * MathF.Sqrt(larger) / halfNorm * 1.004f);
        while (true)
        {
            T total = T.Zero, firsts = T.Zero, error = T.Zero, sum = T.Zero, firstSum = T.Zero;
            T up = T.All(1 / scale), down = T.All(-scale), shift = T.All(Shift);
            for (var i = 0; i < length; i += 16)
            {
                var value = T.Load(x + i);
                var shifted = T.MultiplyAdd(value, up, shift);
                T.Store(q + i, shifted);
                var whole = shifted - shift;
                var rest = T.MultiplyAdd(down, whole, value) * inverse;
                total = T.MultiplyAdd(whole, whole, total);
                firsts = T.MultiplyAdd(whole * first, whole, firsts);
                error = T.MultiplyAdd(rest, rest, error);
                sum += whole;
                firstSum = T.MultiplyAdd(whole, first, firstSum);
            }

            // Whole numbers below 2^24: exact. Rounding may have lifted a norm above its bound.
            var squares = T.Sum(total);
            if (MathF.Max(T.Sum(firsts), squares - T.Sum(firsts)) <= halfNorm * halfNorm)
            {
                var ofFirst = (int)T.Sum(firstSum);
                return new(
                    scale,
                    scale * MathF.Sqrt(squares) * above,
                    max * MathF.Sqrt(T.Sum(error)) * above,
                    max * MathF.Sqrt(square) * above,
                    ofFirst,
                    (int)T.Sum(sum) - ofFirst);
            }

            scale *= 1.01f;
        }
    }

    private static unsafe float Largest<T>(T value)
        where T : struct, ISixteenLanes<T>
    {
        var lanes = stackalloc float[16];
        T.Store(lanes, value);
        var largest = 0f;
        for (var lane = 0; lane < 16; lane++)
            largest = MathF.Max(largest, lanes[lane]);
        return largest;
    }
}
