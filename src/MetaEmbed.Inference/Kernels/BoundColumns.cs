using System.Runtime.InteropServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// What the bound of one kind of score takes of the items besides their bytes: a factor and a bias for each item, and for each
/// panel what its slack is made of (<see cref="ScoreBound"/>). The panels hold those of the scores; others may stand beside them.
/// </summary>
internal sealed unsafe class BoundColumns : IDisposable
{
    private const int Width = ItemPanels.Width;

    private readonly float[] _error;
    private readonly float[] _norm;
    private readonly float[] _rest;
    private float* _columns;

    /// <summary>Makes columns to be filled.</summary>
    /// <param name="panels">Number of panels.</param>
    public BoundColumns(int panels)
    {
        _error = new float[panels];
        _norm = new float[panels];
        _rest = new float[panels];
        _columns = (float*)NativeMemory.AlignedAlloc(Math.Max((nuint)panels * (2 * Width * sizeof(float)), 64), 64);
    }

    /// <summary>Returns the memory if <see cref="Dispose"/> was not called.</summary>
    ~BoundColumns() => Free();

    /// <summary>For each item of a panel s, the factor of its bytes.</summary>
    public float* Scales(int panel) => _columns + (long)panel * 2 * Width;

    /// <summary>For each item of a panel its bias; minus infinity where there is no item.</summary>
    public float* Biases(int panel) => _columns + (long)panel * 2 * Width + Width;

    /// <summary>Largest bound of |e| of a panel's items.</summary>
    public float Error(int panel) => _error[panel];

    /// <summary>Largest bound of |x| of a panel's items.</summary>
    public float Norm(int panel) => _norm[panel];

    /// <summary>The part of a panel's slack that does not depend on the user.</summary>
    public float Rest(int panel) => _rest[panel];

    /// <summary>Sets the numbers of a panel.</summary>
    public void Set(int panel, float error, float norm, float rest) => (_error[panel], _norm[panel], _rest[panel]) = (error, norm, rest);

    /// <summary>The columns of cosines: products, biases left out, times a number n of each item, about 1 / |x| or 0.</summary>
    /// <remarks>
    /// n x is a row like others: its bytes are q, its scale n s, its error n e, its norm at most 1 and a little. So the bound of
    /// <see cref="ScoreBound"/> holds with these, items being as tight as if all had the length 1. Two roundings more, of n s and of
    /// the sum times n, and one less, as there is no bias, stay within its (d + 32) eps; the sums' numbers below the smallest
    /// normal one grow by n.
    /// </remarks>
    /// <param name="panels">The items.</param>
    /// <param name="inverseNorms">n of each item, finite.</param>
    public static BoundColumns Cosines(QuantizedPanels panels, ReadOnlySpan<float> inverseNorms)
    {
        const float above = 1.0001f;
        var columns = new BoundColumns(panels.PanelCount);
        for (var panel = 0; panel < panels.PanelCount; panel++)
        {
            float* from = panels.Scores.Scales(panel), scales = columns.Scales(panel), biases = columns.Biases(panel);
            float error = 0, largest = 1;
            for (var j = 0; j < Width; j++)
            {
                var place = panel * Width + j;
                if (place >= panels.ItemCount)
                {
                    (scales[j], biases[j]) = (0, float.NegativeInfinity);
                    continue;
                }

                var factor = inverseNorms[panels.Item(place)];
                (scales[j], biases[j]) = (factor * from[j], 0);
                error = MathF.Max(error, factor * panels.ErrorNorm(place) * above);
                largest = MathF.Max(largest, factor);
            }

            columns.Set(panel, error, above, ScoreBound.Fixed(0) * largest);
        }

        return columns;
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_columns);
        _columns = null;
    }
}
