using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Models;
using MetaEmbed.Numerics;

namespace MetaEmbed.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) with bias correction, beta 0.9 and 0.999, epsilon 1e-8, dense: every element and its
/// moments move at every step, also where the gradient is zero. The gradient is first clipped element by element to
/// [-clip, clip]; weight decay is then added to it.
/// <code>
/// m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2
/// p = p - lr / (1 - beta1^n) m / (sqrt(v) / sqrt(1 - beta2^n) + epsilon)
/// </code>
/// </summary>
internal sealed class Adam(Workers workers)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const float Epsilon = 1e-8f;

    /// <summary>Elements of a task.</summary>
    private const int Run = 1 << 15;

    private double _power1 = 1;
    private double _power2 = 1;

    /// <summary>Steps taken.</summary>
    internal long Steps { get; private set; }

    /// <summary>Goes on after a number of steps; the powers are multiplied up so that they have the bits of a run.</summary>
    internal void Restore(long steps)
    {
        Steps = 0;
        _power1 = 1;
        _power2 = 1;
        for (long i = 0; i < steps; i++)
            Advance();
    }

    /// <summary>Begins a step; then comes <see cref="Update"/> for each parameter.</summary>
    internal void Advance()
    {
        Steps++;
        _power1 *= Beta1;
        _power2 *= Beta2;
    }

    /// <summary>Moves one parameter by its gradient.</summary>
    internal void Update(Parameter parameter, double learningRate, double clip, double weightDecay)
    {
        if (Vector512.IsHardwareAccelerated)
            Update<SixteenLanes512>(parameter, learningRate, clip, weightDecay);
        else
            Update<SixteenLanes256>(parameter, learningRate, clip, weightDecay);
    }

    private unsafe void Update<T>(Parameter parameter, double learningRate, double clip, double weightDecay)
        where T : struct, ISixteenLanes<T>
    {
        var step = (float)(learningRate / (1 - _power1));
        var root = (float)(1 / Math.Sqrt(1 - _power2));
        var bound = clip > 0 ? (float)clip : float.PositiveInfinity;
        workers.Run((int)((parameter.PaddedLength + Run - 1) / Run), run =>
        {
            var from = (long)run * Run;
            Move<T>(parameter, from, Math.Min(from + Run, parameter.PaddedLength), step, root, bound, (float)weightDecay);
        });
    }

    private static unsafe void Move<T>(Parameter parameter, long from, long to, float rate, float root, float clip, float weightDecay)
        where T : struct, ISixteenLanes<T>
    {
        var step = T.All(rate);
        var correction = T.All(root);
        var beta1 = T.All((float)Beta1);
        var beta2 = T.All((float)Beta2);
        var rest1 = T.All((float)(1 - Beta1));
        var rest2 = T.All((float)(1 - Beta2));
        var epsilon = T.All(Epsilon);
        var bound = T.All(clip);
        var decay = T.All(weightDecay);
        var values = parameter.Value.Pointer;
        var gradients = parameter.Gradient.Pointer;
        var firsts = parameter.FirstMoment.Pointer;
        var seconds = parameter.SecondMoment.Pointer;
        for (var i = from; i < to; i += 16)
        {
            var p = T.Load(values + i);
            var g = T.Max(T.Min(T.Load(gradients + i), bound), T.Zero - bound);
            g = T.MultiplyAdd(decay, p, g);
            var m = T.MultiplyAdd(beta1, T.Load(firsts + i), rest1 * g);
            var v = T.MultiplyAdd(beta2, T.Load(seconds + i), rest2 * (g * g));
            T.Store(firsts + i, m);
            T.Store(seconds + i, v);
            T.Store(values + i, p - step * m / T.MultiplyAdd(T.Sqrt(v), correction, epsilon));
        }
    }
}
