using MetaEmbed.Numerics;

namespace MetaEmbed.Export.Compression;

/// <summary>
/// Weighted k-means (Lloyd 1982): codewords that make the sum over rows of weight |x - c|^2 small. They start as rows drawn by
/// weight; a codeword without rows moves to the row that is worst off. Sums go by ascending row, so the same seed gives the
/// same bits at any number of threads.
/// </summary>
internal static class KMeans
{
    private const int Iterations = 15;

    /// <param name="rows">n x w.</param>
    /// <param name="weights">A positive weight for each row.</param>
    /// <param name="count">Number of codewords.</param>
    /// <param name="stream">Draws the start.</param>
    /// <param name="nearest">Gets the codeword of each row.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>count x w; owned by the caller.</returns>
    public static Matrix Fit(Matrix rows, float[] weights, int count, RandomStream stream, int[] nearest, Workers workers)
    {
        var codewords = Draw(rows, weights, count, stream);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            NearestCodeword.Find(rows, codewords, nearest, workers);
            Center(rows, weights, nearest, codewords);
        }

        NearestCodeword.Find(rows, codewords, nearest, workers);
        return codewords;
    }

    /// <summary>Moves each codeword to the weighted mean of its rows; one without rows to the row with the largest error.</summary>
    public static void Center(Matrix rows, float[] weights, int[] nearest, Matrix codewords)
    {
        var width = rows.Columns;
        var sums = new double[codewords.Rows * width];
        var totals = new double[codewords.Rows];
        for (var row = 0; row < rows.Rows; row++)
        {
            double weight = weights[row];
            totals[nearest[row]] += weight;
            var sum = sums.AsSpan(nearest[row] * width, width);
            var source = rows.Row(row);
            for (var k = 0; k < sum.Length; k++)
                sum[k] += weight * source[k];
        }

        Queue<int>? worst = null;
        for (var c = 0; c < totals.Length; c++)
        {
            var target = codewords.Row(c);
            if (totals[c] > 0)
            {
                for (var k = 0; k < width; k++)
                    target[k] = (float)(sums[c * width + k] / totals[c]);
                continue;
            }

            worst ??= Worst(rows, weights, nearest, codewords, totals.Count(total => total == 0));
            if (worst.TryDequeue(out var row))
                rows.Row(row).CopyTo(target);
        }
    }

    private static Queue<int> Worst(Matrix rows, float[] weights, int[] nearest, Matrix codewords, int count)
    {
        var errors = new double[rows.Rows];
        for (var row = 0; row < errors.Length; row++)
        {
            var source = rows.Row(row);
            var codeword = codewords.Row(nearest[row]);
            var sum = 0.0;
            for (var k = 0; k < source.Length; k++)
                sum += (double)(source[k] - codeword[k]) * (source[k] - codeword[k]);
            errors[row] = sum * weights[row];
        }

        return new Queue<int>(Enumerable.Range(0, errors.Length).OrderByDescending(row => errors[row]).ThenBy(row => row).Take(count));
    }

    /// <summary>Rows drawn by weight, distinct as long as there are enough of them.</summary>
    private static Matrix Draw(Matrix rows, float[] weights, int count, RandomStream stream)
    {
        var sums = new double[rows.Rows];
        var total = 0.0;
        for (var row = 0; row < sums.Length; row++)
            sums[row] = total += weights[row];
        var drawn = new HashSet<int>();
        var codewords = new Matrix(count, rows.Columns);
        for (var c = 0; c < count; c++)
        {
            var found = Array.BinarySearch(sums, stream.NextDouble() * total);
            var at = Math.Min(found >= 0 ? found : ~found, sums.Length - 1);
            if (count <= rows.Rows)
            {
                // The next one that is free: a few heavy rows must not end the draw.
                while (!drawn.Add(at))
                    at = (at + 1) % sums.Length;
            }

            rows.Row(at).CopyTo(codewords.Row(c));
        }

        return codewords;
    }
}
