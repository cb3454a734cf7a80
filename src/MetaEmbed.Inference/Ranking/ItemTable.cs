using MetaEmbed.Inference.Codes;
using MetaEmbed.Inference.Kernels;

namespace MetaEmbed.Inference.Ranking;

/// <summary>
/// The items of a model: rows, biases, and, from the first ranking on, the rows decoded into panels, which all threads
/// share.
/// </summary>
internal sealed unsafe class ItemTable : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RowCode _rows;
    private readonly float[] _bias;
    private readonly Func<string, Exception> _damaged;
    private volatile ItemPanels? _panels;
    private volatile float[]? _inverseNorms;
    private float _largest;
    private readonly float _largestBias;

    /// <param name="rows">Rows.</param>
    /// <param name="bias">A finite bias for each item; null for none.</param>
    /// <param name="damaged">Makes the mistake of a damaged file.</param>
    public ItemTable(RowCode rows, float[]? bias, Func<string, Exception> damaged)
    {
        _rows = rows;
        _bias = bias ?? [];
        _damaged = damaged;
        foreach (var value in _bias)
            _largestBias = Math.Max(_largestBias, Math.Abs(value));
    }

    public RowCode Rows => _rows;

    public int Count => _rows.Rows;

    public float Bias(int item) => _bias.Length == 0 ? 0 : _bias[item];

    /// <summary>The panels; decoded by the first caller, while others wait.</summary>
    public ItemPanels Panels => _panels ?? Decode();

    /// <summary>1 / |h_i| of each item, 0 for a zero row; padded to whole panels.</summary>
    public float[] InverseNorms => _inverseNorms ?? Norms();

    /// <summary>Refuses a user's row with which a score might not be finite.</summary>
    public void Check(ReadOnlySpan<float> user)
    {
        _ = Panels;
        var largest = 0f;
        foreach (var value in user)
            largest = float.IsFinite(value) ? Math.Max(largest, Math.Abs(value)) : float.PositiveInfinity;
        if (!((double)largest * _largest * user.Length + _largestBias <= 1e38))
            throw _damaged($"holds rows so large that a score would leave the range of 32-bit floats (items reach {_largest}, a user {largest}, biases {_largestBias})");
    }

    public void Dispose() => _panels?.Dispose();

    private ItemPanels Decode()
    {
        lock (_gate)
        {
            if (_panels is { } ready)
                return ready;
            var d = _rows.Dimension;
            var panels = new ItemPanels(Count, d);
            var block = new float[ItemPanels.Width * d];
            var largest = 0f;
            for (var panel = 0; panel < panels.PanelCount; panel++)
            {
                var first = panel * ItemPanels.Width;
                var count = Math.Min(ItemPanels.Width, Count - first);
                for (var j = 0; j < count; j++)
                    _rows.Decode(first + j, block.AsSpan(j * d, d));
                var rows = block.AsSpan(0, count * d);
                largest = Math.Max(largest, Largest(rows));
                if (!float.IsFinite(largest))
                {
                    panels.Dispose();
                    throw _damaged($"holds a row with a number that is not finite, among items {first} to {first + count - 1}");
                }

                panels.Pack(panel, rows, _bias.Length == 0 ? default : _bias.AsSpan(first, count));
            }

            _largest = largest;
            _panels = panels;
            return panels;
        }
    }

    private float[] Norms()
    {
        var panels = Panels;
        var norms = new float[panels.PanelCount * ItemPanels.Width];
        for (var i = 0; i < norms.Length; i++)
        {
            var at = panels.Rows(i / ItemPanels.Width) + i % ItemPanels.Width;
            var sum = 0.0;
            for (var k = 0; k < panels.Dimension; k++)
                sum += (double)at[k * ItemPanels.Width] * at[k * ItemPanels.Width];
            norms[i] = sum > 0 ? (float)(1 / Math.Sqrt(sum)) : 0;
        }

        _inverseNorms = norms;
        return norms;
    }

    // Not finite if any number is not: as whole numbers, the bits of infinity and NaN are the largest.
    private static float Largest(ReadOnlySpan<float> values)
    {
        var largest = 0;
        foreach (var value in values)
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(value) & int.MaxValue);
        return BitConverter.Int32BitsToSingle(largest);
    }
}
