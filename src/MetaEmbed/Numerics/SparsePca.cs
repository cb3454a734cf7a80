namespace MetaEmbed.Numerics;

/// <summary>
/// Sparse principal components as scikit-learn 1.2 defines them (SparsePCA, after Jenatton, Obozinski and Bach 2009):
/// with Xc the f x d data centred by column, minimises 0.5 |Xc - U V|^2 + alpha sum |V| over U (f x n, columns of
/// norm &lt;= 1) and V (n x d) by turns, starting from the singular vectors. The problem is not convex: what comes out
/// is a local optimum. One thread, the same bits everywhere.
/// </summary>
internal sealed class SparsePca
{
    private readonly int _columns;
    private readonly SparsePcaOptions _options;

    private SparsePca(ReadOnlySpan<double> source, int rows, int columns, SparsePcaOptions options, ulong seed)
    {
        _columns = columns;
        _options = options;
        Means = new double[columns];
        for (var i = 0; i < rows; i++)
            DoubleVectors.AddScaled(1, source.Slice(i * columns, columns), Means);
        foreach (ref var mean in Means.AsSpan())
            mean /= rows;

        // The columns of Xc are the samples, the columns of U the atoms.
        var samples = DenseAlgebra.Transpose(Centred(source, rows), rows, columns);
        var learning = new DictionaryLearning(samples, columns, rows, options, seed);
        Errors = learning.Errors;
        Loadings = learning.Dictionary;
        Weights = DenseAlgebra.Transpose(learning.Weights, columns, options.Components);
        Components = new double[Weights.Length];
        for (var k = 0; k < options.Components; k++)
            Normalise(Loadings.AsSpan(k * rows, rows), Weights.AsSpan(k * columns, columns), Components.AsSpan(k * columns, columns));
    }

    /// <summary>Means of the columns, d long.</summary>
    public double[] Means { get; }

    /// <summary>Rows of V scaled to norm 1, n x d; the row of a component without use is zero.</summary>
    public double[] Components { get; }

    /// <summary>V as it minimises the objective, n x d.</summary>
    public double[] Weights { get; }

    /// <summary>U^T, n x f; the entry of largest magnitude of each row is positive.</summary>
    public double[] Loadings { get; }

    /// <summary>The objective after each iteration; the last one is that of <see cref="Loadings"/> and <see cref="Weights"/>.</summary>
    public double[] Errors { get; }

    /// <summary>Finds the components of a matrix.</summary>
    /// <param name="source">f x d finite numbers, row after row.</param>
    /// <param name="rows">f, positive.</param>
    /// <param name="columns">d, positive.</param>
    /// <param name="options">Number of components, penalties, when to stop.</param>
    /// <param name="seed">For the samples that replace components without use.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, an option is out of range, or an element is NaN or infinite.</exception>
    public static SparsePca Fit(ReadOnlySpan<double> source, int rows, int columns, SparsePcaOptions options, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (source.Length != rows * columns)
            throw new ArgumentException($"{source.Length} elements for {rows} x {columns}", nameof(source));
        for (var i = 0; i < source.Length; i++)
        {
            if (!double.IsFinite(source[i]))
                throw new ArgumentException($"row {i / columns}, column {i % columns} is {source[i]}", nameof(source));
        }

        options.Check();
        return new SparsePca(source, rows, columns, options, seed);
    }

    /// <summary>Codes of rows: (X - means) V^T (V V^T + ridge I)^-1 with V = <see cref="Components"/>.</summary>
    /// <param name="source">rows x d, row after row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>rows x n, row after row.</returns>
    public double[] Transform(ReadOnlySpan<double> source, int rows)
    {
        if (source.Length != rows * _columns)
            throw new ArgumentException($"{source.Length} elements for {rows} x {_columns}", nameof(source));
        var n = _options.Components;
        var centred = Centred(source, rows);
        var gram = new double[n * n];
        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i <= k; i++)
                gram[k * n + i] = gram[i * n + k] = DoubleVectors.Dot(Component(k), Component(i));
            gram[k * n + k] += _options.RidgeAlpha;
        }

        DenseAlgebra.Factorise(gram, n);
        var codes = new double[rows * n];
        for (var i = 0; i < rows; i++)
        {
            var code = codes.AsSpan(i * n, n);
            for (var k = 0; k < n; k++)
                code[k] = DoubleVectors.Dot(centred.AsSpan(i * _columns, _columns), Component(k));
            DenseAlgebra.SolveFactorised(gram, n, code);
        }

        return codes;
    }

    private Span<double> Component(int k) => Components.AsSpan(k * _columns, _columns);

    private double[] Centred(ReadOnlySpan<double> source, int rows)
    {
        var result = source.ToArray();
        for (var i = 0; i < rows; i++)
            DoubleVectors.AddScaled(-1, Means, result.AsSpan(i * _columns, _columns));
        return result;
    }

    private static void Normalise(Span<double> loadings, Span<double> weights, Span<double> component)
    {
        var largest = 0.0;
        foreach (var x in loadings)
        {
            if (Math.Abs(x) > Math.Abs(largest))
                largest = x;
        }

        if (largest < 0)
        {
            foreach (ref var x in loadings)
                x = -x;
            foreach (ref var x in weights)
                x = 0 - x; // no negative zeros
        }

        var norm = Math.Sqrt(DoubleVectors.Dot(weights, weights));
        for (var j = 0; j < weights.Length; j++)
            component[j] = norm == 0 ? 0 : weights[j] / norm;
    }
}
