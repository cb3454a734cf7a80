using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>
/// Orthogonal matching pursuit of one row at a time, with coefficients of either sign: takes the entry whose direction has the largest product with what is left,
/// then solves for all coefficients anew. Works on products with the dictionary only, in double precision.
/// </summary>
internal sealed unsafe class SignedPursuit(QuantisedDictionary dictionary, int picks)
{
    private readonly float[] _scores = new float[ItemPanels.Width];
    private readonly double[] _products = new double[dictionary.Count];
    private readonly double[] _left = new double[dictionary.Count];
    private readonly double[] _factor = new double[picks * picks];
    private readonly double[] _solution = new double[picks];

    /// <summary>Finds the picks and their coefficients; places that nothing is left for get entries with coefficient 0.</summary>
    public void Solve(ReadOnlySpan<float> row, Span<int> chosen, Span<float> coefficients)
    {
        Multiply(row);
        _products.CopyTo(_left, 0);
        coefficients.Clear();
        var count = 0;
        for (; count < picks; count++)
        {
            chosen[count] = Best(chosen[..count]);
            if (!TrySolve(chosen[..(count + 1)]))
                break;
            _products.CopyTo(_left, 0);
            for (var i = 0; i <= count; i++)
                DoubleVectors.AddScaled(-_solution[i], dictionary.Products.AsSpan(chosen[i] * dictionary.Count, dictionary.Count), _left);
            for (var i = 0; i <= count; i++)
                coefficients[i] = (float)_solution[i];
        }

        // A dependent entry ends the pursuit: the remaining places keep coefficient 0.
        for (var i = count; i < picks; i++)
            chosen[i] = 0;
    }

    private void Multiply(ReadOnlySpan<float> row)
    {
        var panels = dictionary.Panels;
        fixed (float* user = row, scores = _scores)
        {
            for (var panel = 0; panel < panels.PanelCount; panel++)
            {
                ScoreTile.ScoreOne(user, panels.Rows(panel), panels.Bias(panel), panels.Dimension, scores);
                var first = panel * ItemPanels.Width;
                for (var j = 0; j < Math.Min(ItemPanels.Width, dictionary.Count - first); j++)
                    _products[first + j] = scores[j];
            }
        }
    }

    private int Best(ReadOnlySpan<int> chosen)
    {
        var best = 0;
        var most = -1.0;
        for (var c = 0; c < _left.Length; c++)
        {
            var square = dictionary.Products[c * dictionary.Count + c];
            var gain = square > 0 ? _left[c] * _left[c] / square : 0;
            if (gain > most && !chosen.Contains(c))
            {
                most = gain;
                best = c;
            }
        }

        return best;
    }

    private bool TrySolve(ReadOnlySpan<int> chosen)
    {
        var n = chosen.Length;
        var largest = 0.0;
        for (var i = 0; i < n; i++)
        {
            _solution[i] = _products[chosen[i]];
            for (var j = 0; j <= i; j++)
                _factor[i * n + j] = dictionary.Products[chosen[i] * dictionary.Count + chosen[j]];
            largest = Math.Max(largest, _factor[i * n + i]);
        }

        // Cholesky by hand: a pivot near zero means that the last entry adds no direction.
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = _factor[i * n + j];
                for (var k = 0; k < j; k++)
                    sum -= _factor[i * n + k] * _factor[j * n + k];
                if (i == j && !(sum > 1e-9 * largest))
                    return false;
                _factor[i * n + j] = i == j ? 1 / Math.Sqrt(sum) : sum * _factor[j * n + j];
            }
        }

        DenseAlgebra.SolveFactorised(_factor.AsSpan(0, n * n), n, _solution.AsSpan(0, n));
        return true;
    }
}
