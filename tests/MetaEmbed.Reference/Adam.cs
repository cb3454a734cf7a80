namespace MetaEmbed.Reference;

/// <summary>
/// Adam (Kingma and Ba 2015) with beta 0.9 and 0.999 and epsilon 1e-8, dense: every element and its moments move at
/// every step, whether its gradient is zero or not. One object for each array of parameters.
/// </summary>
public sealed class Adam(int length, double learningRate, double weightDecay = 0)
{
    private readonly double[] _mean = new double[length];
    private readonly double[] _square = new double[length];
    private int _steps;

    /// <summary>Moves the parameters by one step; the gradient is already clipped, weight decay is added here.</summary>
    public void Step(Span<double> parameters, ReadOnlySpan<double> gradient)
    {
        _steps++;
        for (var i = 0; i < parameters.Length; i++)
        {
            var g = gradient[i] + weightDecay * parameters[i];
            _mean[i] = 0.9 * _mean[i] + 0.1 * g;
            _square[i] = 0.999 * _square[i] + 0.001 * g * g;
            var mean = _mean[i] / (1 - Math.Pow(0.9, _steps));
            var square = _square[i] / (1 - Math.Pow(0.999, _steps));
            parameters[i] -= learningRate * mean / (Math.Sqrt(square) + 1e-8);
        }
    }

    /// <summary>Clips each element to [-bound, bound]; 0 for no clipping.</summary>
    public static void Clip(Span<double> gradient, double bound)
    {
        if (bound == 0)
            return;
        for (var i = 0; i < gradient.Length; i++)
            gradient[i] = Math.Max(-bound, Math.Min(bound, gradient[i]));
    }
}
