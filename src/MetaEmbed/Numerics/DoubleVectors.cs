using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MetaEmbed.Numerics;

/// <summary>
/// Loops over vectors of doubles for the small dense algebra. Products and sums are rounded apart (no fused
/// multiply-add) and a sum has eight logical lanes, so the bits are the same at every vector width.
/// </summary>
internal static class DoubleVectors
{
    /// <summary>Sum of x[i] y[i].</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var length = x.Length;
        if (y.Length < length)
            throw new ArgumentException($"{y.Length} elements for {length}", nameof(y));
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var i = 0;
        double sum;
        // Lanes 0-3 and 4-7, or 0-1, 2-3, 4-5 and 6-7: element i of the vectors goes to lane i mod 8.
        if (Vector256.IsHardwareAccelerated)
        {
            var low = Vector256<double>.Zero;
            var high = Vector256<double>.Zero;
            for (; i <= length - 8; i += 8)
            {
                low += Vector256.LoadUnsafe(ref a, (nuint)i) * Vector256.LoadUnsafe(ref b, (nuint)i);
                high += Vector256.LoadUnsafe(ref a, (nuint)i + 4) * Vector256.LoadUnsafe(ref b, (nuint)i + 4);
            }

            var lanes = low + high;
            var pairs = lanes.GetLower() + lanes.GetUpper();
            sum = pairs.ToScalar() + pairs.GetElement(1);
        }
        else
        {
            var first = Vector128<double>.Zero;
            var second = Vector128<double>.Zero;
            var third = Vector128<double>.Zero;
            var fourth = Vector128<double>.Zero;
            for (; i <= length - 8; i += 8)
            {
                first += Vector128.LoadUnsafe(ref a, (nuint)i) * Vector128.LoadUnsafe(ref b, (nuint)i);
                second += Vector128.LoadUnsafe(ref a, (nuint)i + 2) * Vector128.LoadUnsafe(ref b, (nuint)i + 2);
                third += Vector128.LoadUnsafe(ref a, (nuint)i + 4) * Vector128.LoadUnsafe(ref b, (nuint)i + 4);
                fourth += Vector128.LoadUnsafe(ref a, (nuint)i + 6) * Vector128.LoadUnsafe(ref b, (nuint)i + 6);
            }

            var pairs = first + third + (second + fourth);
            sum = pairs.ToScalar() + pairs.GetElement(1);
        }

        for (; i < length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>y[i] += factor x[i].</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        var length = x.Length;
        if (y.Length < length)
            throw new ArgumentException($"{y.Length} elements for {length}", nameof(y));
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var factors = new Vector<double>(factor);
        var i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
            (Vector.LoadUnsafe(ref b, (nuint)i) + factors * Vector.LoadUnsafe(ref a, (nuint)i)).StoreUnsafe(ref b, (nuint)i);
        for (; i < length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>x[i], y[i] become cosine x[i] - sine y[i], sine x[i] + cosine y[i].</summary>
    public static void Rotate(Span<double> x, Span<double> y, double cosine, double sine)
    {
        var length = x.Length;
        if (y.Length < length)
            throw new ArgumentException($"{y.Length} elements for {length}", nameof(y));
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var c = new Vector<double>(cosine);
        var s = new Vector<double>(sine);
        var i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var u = Vector.LoadUnsafe(ref a, (nuint)i);
            var v = Vector.LoadUnsafe(ref b, (nuint)i);
            (c * u - s * v).StoreUnsafe(ref a, (nuint)i);
            (s * u + c * v).StoreUnsafe(ref b, (nuint)i);
        }

        for (; i < length; i++)
        {
            var u = x[i];
            x[i] = cosine * u - sine * y[i];
            y[i] = sine * u + cosine * y[i];
        }
    }
}
