using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Tests.Inference;

/// <summary>The functions on sixteen lanes against those of the system in double precision.</summary>
public sealed unsafe class ElementaryTests
{
    private enum Function
    {
        Exp,
        Tanh,
        Softplus,
        Logistic,
    }

    // Largest relative errors, just above what is found (7.6e-8, 1.6e-7, 4.6e-8, 2.5e-7, 1.8e-7); half a unit in the last
    // place of a 32-bit float is at most 6e-8.
    [Theory]
    [InlineData(nameof(Function.Exp), -87, 88, 8e-8)]
    [InlineData(nameof(Function.Tanh), -12, 12, 1.8e-7)]
    [InlineData(nameof(Function.Tanh), -1e-3, 1e-3, 6e-8)]
    [InlineData(nameof(Function.Softplus), -80, 80, 2.6e-7)]
    [InlineData(nameof(Function.Logistic), -80, 80, 1.9e-7)]
    public void Errors_stay_a_few_units_in_the_last_place(string name, double from, double to, double bound)
    {
        const int Count = 1 << 20;
        var function = Enum.Parse<Function>(name);
        var x = new float[Count];
        for (var i = 0; i < Count; i++)
            x[i] = (float)(from + (to - from) * i / (Count - 1));
        var found = Compute(function, x);
        double worst = 0;
        var at = 0;
        for (var i = 0; i < Count; i++)
        {
            var expected = Exact(function, x[i]);
            var error = expected == found[i] ? 0 : Math.Abs(found[i] - expected) / Math.Abs(expected);
            if (!(error <= worst))
                (worst, at) = (error, i);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: largest relative error {worst:E2}, at {x[at]:R}");
        Assert.True(worst <= bound, $"{name}({x[at]:R}) is {found[at]:R}, expected {Exact(function, x[at]):R}: off by {worst:E2}, {bound:E1} allowed");
    }

    [Fact]
    public void Extremes_are_finite_and_where_they_belong()
    {
        float[] x = [0f, -0f, float.Epsilon, -float.Epsilon, 1e-30f, 100, -100, 1e6f, -1e6f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, 0, 0, 0];
        foreach (var function in Enum.GetValues<Function>())
            Assert.All(Compute(function, x), value => Assert.False(float.IsNaN(value)));
        var exp = Compute(Function.Exp, x);
        Assert.Equal((1f, 1f), (exp[0], exp[1]));
        Assert.True(exp[9] is > 1e38f and < float.PositiveInfinity && exp[11] == exp[9]);
        Assert.True(exp[10] is > 0 and < 1.7e-38f && exp[12] == exp[10]);
        var tanh = Compute(Function.Tanh, x);
        Assert.Equal([0f, -0f, float.Epsilon, -float.Epsilon, 1e-30f, 1, -1, 1, -1, 1, -1, 1, -1], tanh[..13]);
        Assert.True(float.IsNegative(tanh[1]));
        var softplus = Compute(Function.Softplus, x);
        Assert.Equal([100f, 1e6f, float.MaxValue, float.PositiveInfinity], [softplus[5], softplus[7], softplus[9], softplus[11]]);
        Assert.All([softplus[6], softplus[8], softplus[10], softplus[12]], value => Assert.InRange(value, 0, 1.7e-38f));
        Assert.Equal(Math.Log(2), softplus[0], 1e-7);
        var logistic = Compute(Function.Logistic, x);
        Assert.Equal([0.5f, 0.5f, 1f, 1f, 1f, 1f], [logistic[0], logistic[1], logistic[5], logistic[7], logistic[9], logistic[11]]);
        Assert.All([logistic[6], logistic[8], logistic[10], logistic[12]], value => Assert.InRange(value, 0, 1.7e-38f));
    }

    [Fact]
    public void Values_have_the_same_bits_at_every_vector_width() => WidthRunner.AssertSameBits<Probe>();

    private static double Exact(Function function, float x) => function switch
    {
        Function.Exp => Math.Exp(x),
        Function.Tanh => Math.Tanh(x),
        Function.Softplus => Math.Max(x, 0) + Log1P(Math.Exp(-Math.Abs((double)x))),
        _ => 1 / (1 + Math.Exp(-(double)x)),
    };

    /// <summary>ln(1 + y) for y in [0, 1], to the last digits also where 1 + y rounds (Kahan).</summary>
    private static double Log1P(double y)
    {
        var sum = 1 + y;
        return sum == 1 ? y : Math.Log(sum) * y / (sum - 1);
    }

    /// <summary>The function at each x; as many as there are are a multiple of sixteen.</summary>
    private static float[] Compute(Function function, float[] x) =>
        Vector512.IsHardwareAccelerated ? Compute<SixteenLanes512>(function, x) : Compute<SixteenLanes256>(function, x);

    private static float[] Compute<T>(Function function, float[] x)
        where T : struct, ISixteenLanes<T>
    {
        var result = new float[x.Length];
        fixed (float* source = x, target = result)
        {
            for (var i = 0; i < x.Length; i += 16)
            {
                var value = T.Load(source + i);
                var softplus = Elementary.Softplus(value, out var logistic);
                T.Store(target + i, function switch
                {
                    Function.Exp => Elementary.Exp(value),
                    Function.Tanh => Elementary.Tanh(value),
                    Function.Softplus => softplus,
                    _ => logistic,
                });
            }
        }

        return result;
    }

    private sealed class Probe : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            var x = new float[1 << 14];
            for (var i = 0; i < x.Length; i++)
                x[i] = (i - x.Length / 2) * 0.0123f;
            foreach (var function in Enum.GetValues<Function>())
                results.Append(Compute(function, x));
        }
    }
}
