namespace MetaEmbed.Numerics;

/// <summary>
/// Minimises 0.5 |Y - W D|^2 + alpha sum |W| over the weights W (samples x atoms) and the atoms D (atoms x length) of
/// norm &lt;= 1 by turns: W exactly, sample by sample; then the atoms one after the other (block coordinate descent of
/// Mairal, Bach, Ponce and Sapiro 2009), as scikit-learn's dict_learning does. Starts from the singular vectors of Y,
/// each times its singular value. One thread, the same bits everywhere.
/// </summary>
internal sealed class DictionaryLearning
{
    /// <summary>An atom whose weights have a smaller sum of squares is replaced by a sample.</summary>
    private const double Unused = 1e-6;

    private readonly double[] _samples;
    private readonly int _count;
    private readonly int _length;
    private readonly int _atoms;
    private readonly SparsePcaOptions _options;
    private readonly ulong _seed;
    private readonly double _square;
    private readonly double[] _gram; // D D^T
    private readonly double[] _moments; // W^T W
    private readonly double[] _products; // W^T Y
    private readonly List<double> _errors = [];

    /// <summary>Learns from samples given row after row.</summary>
    /// <param name="samples">Y, count x length.</param>
    /// <param name="count">Number of samples.</param>
    /// <param name="length">Length of a sample.</param>
    /// <param name="options">Number of atoms, alpha, when to stop.</param>
    /// <param name="seed">For the samples that replace atoms without use.</param>
    public DictionaryLearning(double[] samples, int count, int length, SparsePcaOptions options, ulong seed)
    {
        _samples = samples;
        _count = count;
        _length = length;
        _atoms = options.Components;
        _options = options;
        _seed = seed;
        _square = DoubleVectors.Dot(samples, samples);
        _gram = new double[_atoms * _atoms];
        _moments = new double[_atoms * _atoms];
        _products = new double[_atoms * length];
        Weights = new double[count * _atoms];
        Dictionary = Start();
        Learn();
    }

    /// <summary>W, samples x atoms.</summary>
    public double[] Weights { get; }

    /// <summary>D, atoms x length.</summary>
    public double[] Dictionary { get; }

    /// <summary>The objective after each iteration.</summary>
    public double[] Errors => [.. _errors];

    private double[] Start()
    {
        var svd = SingularValueDecomposition.Compute(_samples, _count, _length);
        var known = Math.Min(_atoms, svd.Values.Length);
        var vectors = _count < _length ? svd.LongVectors(known) : svd.ShortVectors(known);
        var result = new double[_atoms * _length];
        for (var i = 0; i < vectors.Length; i++)
            result[i] = vectors[i] * svd.Values[i / _length];
        return result;
    }

    private void Learn()
    {
        var solver = new LassoSolver(_atoms);
        var correlations = new double[_atoms];
        SetGram();
        for (var iteration = 0; iteration < _options.MaximumIterations; iteration++)
        {
            for (var j = 0; j < _count; j++)
            {
                var sample = _samples.AsSpan(j * _length, _length);
                for (var k = 0; k < _atoms; k++)
                    correlations[k] = DoubleVectors.Dot(sample, Atom(k));
                solver.Solve(_gram, correlations, _options.Alpha, Weights.AsSpan(j * _atoms, _atoms));
            }

            SetMoments();
            UpdateAtoms(iteration);
            SetGram();
            _errors.Add(Objective());
            if (iteration > 0 && _errors[^2] - _errors[^1] < _options.Tolerance * _errors[^1])
                return;
        }
    }

    private Span<double> Atom(int k) => Dictionary.AsSpan(k * _length, _length);

    private void SetGram()
    {
        for (var k = 0; k < _atoms; k++)
        {
            for (var i = 0; i <= k; i++)
                _gram[k * _atoms + i] = _gram[i * _atoms + k] = DoubleVectors.Dot(Atom(k), Atom(i));
        }
    }

    private void SetMoments()
    {
        Array.Clear(_moments);
        Array.Clear(_products);
        for (var j = 0; j < _count; j++)
        {
            var weights = Weights.AsSpan(j * _atoms, _atoms);
            var sample = _samples.AsSpan(j * _length, _length);
            for (var k = 0; k < _atoms; k++)
            {
                if (weights[k] == 0)
                    continue;
                DoubleVectors.AddScaled(weights[k], weights, _moments.AsSpan(k * _atoms, _atoms));
                DoubleVectors.AddScaled(weights[k], sample, _products.AsSpan(k * _length, _length));
            }
        }
    }

    private void UpdateAtoms(int iteration)
    {
        var change = new double[_length];
        for (var k = 0; k < _atoms; k++)
        {
            var moments = _moments.AsSpan(k * _atoms, _atoms);
            var use = moments[k];
            if (use > Unused)
            {
                _products.AsSpan(k * _length, _length).CopyTo(change);
                for (var i = 0; i < _atoms; i++)
                {
                    if (moments[i] != 0)
                        DoubleVectors.AddScaled(-moments[i], Atom(i), change);
                }

                DoubleVectors.AddScaled(1 / use, change, Atom(k));
            }
            else
            {
                Replace(k, iteration);
            }

            var norm = Math.Sqrt(DoubleVectors.Dot(Atom(k), Atom(k)));
            if (norm > 1)
                Scale(Atom(k), 1 / norm);
        }
    }

    /// <summary>Takes a random sample with a hundredth of its deviation as noise, and drops the atom's weights.</summary>
    private void Replace(int k, int iteration)
    {
        var stream = new RandomStream(_seed, RandomPurpose.FineCodebook, 2 + (ulong)iteration, (ulong)k);
        var atom = Atom(k);
        _samples.AsSpan(stream.NextInt32(_count) * _length, _length).CopyTo(atom);
        var mean = 0.0;
        foreach (var x in atom)
            mean += x / _length;
        var variance = 0.0;
        foreach (var x in atom)
            variance += (x - mean) * (x - mean) / _length;
        var noise = 0.01 * (variance > 0 ? Math.Sqrt(variance) : 1);
        foreach (ref var x in atom)
            x += noise * NormalDistribution.Next(ref stream);
        for (var j = 0; j < _count; j++)
            Weights[j * _atoms + k] = 0;
        _products.AsSpan(k * _length, _length).Clear();
        for (var i = 0; i < _atoms; i++)
            _moments[k * _atoms + i] = _moments[i * _atoms + k] = 0;
    }

    /// <summary>0.5 (|Y|^2 - 2 &lt;W^T Y, D&gt; + &lt;W^T W, D D^T&gt;) + alpha sum |W|.</summary>
    private double Objective()
    {
        var sum = 0.0;
        foreach (var w in Weights)
            sum += Math.Abs(w);
        var square = _square - 2 * DoubleVectors.Dot(_products, Dictionary) + DoubleVectors.Dot(_moments, _gram);
        return 0.5 * Math.Max(square, 0) + _options.Alpha * sum;
    }

    private static void Scale(Span<double> vector, double factor)
    {
        foreach (ref var x in vector)
            x *= factor;
    }
}
