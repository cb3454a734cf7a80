using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// First values of the fine codebook F (f x d). As published: f rows of the trained coarse codebook, their sparse
/// principal components, each row's codes spread over d columns.
/// </summary>
internal static class FineCodebookInitializer
{
    // Streams of RandomPurpose.FineCodebook; SparsePca takes 2 and up.
    private const ulong Draws = 0;
    private const ulong Positions = 1;

    /// <summary>
    /// Draws f rows of C with replacement, finds their n = min(components, d) sparse principal components and spreads
    /// the n codes of each row over d columns.
    /// </summary>
    /// <param name="coarse">C, c x d, finite.</param>
    /// <param name="count">f, positive.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="options">Settings of the components; null for the published ones (80 components).</param>
    /// <returns>F, f x d.</returns>
    /// <exception cref="ArgumentException">C has no row or holds NaN or infinity, or an option is out of range.</exception>
    public static Matrix FromSparseComponents(Matrix coarse, int count, ulong seed, SparsePcaOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var d = coarse.Columns;
        var rows = new double[count * d];
        var drawn = DrawRows(coarse.Rows, count, seed);
        for (var i = 0; i < count; i++)
        {
            var source = coarse.Row(drawn[i]);
            for (var j = 0; j < d; j++)
                rows[i * d + j] = source[j];
        }

        options ??= new SparsePcaOptions();
        options = options with { Components = Math.Min(options.Components, d) };
        var codes = SparsePca.Fit(rows, count, d, options, seed).Transform(rows, count);
        return Spread(codes, count, options.Components, d, seed);
    }

    /// <summary>
    /// N(0, 1) numbers: the published code always starts F from sparse components, and this is the start it gives to C
    /// and the biases. About 68 % of the entries lie within the published threshold of 1, where they stay.
    /// </summary>
    /// <param name="count">f, positive.</param>
    /// <param name="columns">d, positive.</param>
    /// <param name="seed">The run's seed.</param>
    /// <returns>F, f x d.</returns>
    public static Matrix FromNormal(int count, int columns, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var result = new Matrix(count, columns);
        for (var i = 0; i < count; i++)
        {
            var stream = new RandomStream(seed, RandomPurpose.FineCodebook, Draws, (ulong)i);
            foreach (ref var x in result.Row(i))
                x = (float)NormalDistribution.Next(ref stream);
        }

        return result;
    }

    /// <summary>Row indices of C, with replacement.</summary>
    internal static int[] DrawRows(int rows, int count, ulong seed)
    {
        if (rows == 0)
            throw new ArgumentException("the coarse codebook has no row to draw", nameof(rows));
        var stream = new RandomStream(seed, RandomPurpose.FineCodebook, Draws);
        var result = new int[count];
        foreach (ref var row in result.AsSpan())
            row = stream.NextInt32(rows);
        return result;
    }

    /// <summary>
    /// Puts the codes of each row, in order, at as many random columns, each set of columns equally likely; zero
    /// elsewhere. With as many codes as columns nothing moves.
    /// </summary>
    internal static Matrix Spread(ReadOnlySpan<double> codes, int count, int width, int columns, ulong seed)
    {
        var result = new Matrix(count, columns);
        for (var i = 0; i < count; i++)
        {
            // Selection sampling (Knuth, volume 2, 3.4.2, algorithm S).
            var stream = new RandomStream(seed, RandomPurpose.FineCodebook, Positions, (ulong)i);
            var row = result.Row(i);
            var taken = 0;
            for (var j = 0; j < columns; j++)
            {
                if (stream.NextInt32(columns - j) < width - taken)
                    row[j] = (float)codes[i * width + taken++];
            }
        }

        return result;
    }
}
