using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// The published update of S2: softmax over the rows of (H pinv(H_C))^T (H pinv(H_F)), of which each row keeps its t_f
/// largest. As (H P)^T (H Q) = P^T (H^T H) Q, only the d x d Gram matrix of the entities is summed over N; everything is
/// in double precision.
/// </summary>
internal static class FineAssignmentUpdate
{
    /// <summary>Runs of entities with a partial Gram matrix each; their number does not depend on the threads.</summary>
    private const int Runs = 32;

    /// <param name="entityRows">H of the entities, N x d.</param>
    /// <param name="metaRows">H of the meta-embeddings, c coarse, then f fine rows.</param>
    /// <param name="coarseCount">c.</param>
    /// <param name="perCoarse">t_f.</param>
    /// <param name="workers">Threads.</param>
    internal static Assignment Attention(Matrix entityRows, Matrix metaRows, int coarseCount, int perCoarse, Workers workers)
    {
        var dimension = entityRows.Columns;
        var fineCount = metaRows.Rows - coarseCount;
        var gram = Gram(entityRows, workers);
        var toCoarse = PseudoInverse.Compute(Doubles(metaRows, 0, coarseCount), coarseCount, dimension, out _);
        var toFine = PseudoInverse.Compute(Doubles(metaRows, coarseCount, fineCount), fineCount, dimension, out _);
        var right = DenseAlgebra.TransposedProduct(gram, toFine, dimension, dimension, fineCount);
        var scores = DenseAlgebra.TransposedProduct(toCoarse, right, dimension, coarseCount, fineCount);
        var picks = new int[coarseCount * perCoarse];
        var weights = new float[picks.Length];
        var row = new float[fineCount];
        for (var k = 0; k < coarseCount; k++)
        {
            var score = scores.AsSpan(k * fineCount, fineCount);
            ElementaryDouble.Softmax(score);
            for (var m = 0; m < fineCount; m++)
                row[m] = (float)score[m];
            Assignment.KeepLargest(row, picks.AsSpan(k * perCoarse, perCoarse), weights.AsSpan(k * perCoarse, perCoarse));
        }

        return new Assignment(fineCount, perCoarse, picks, weights);
    }

    /// <summary>H^T H, d x d: partial sums of runs of rows, added in order.</summary>
    private static double[] Gram(Matrix rows, Workers workers)
    {
        var dimension = rows.Columns;
        var partials = new double[Runs][];
        workers.Run(Runs, run =>
        {
            var sum = new double[dimension * dimension];
            var row = new double[dimension];
            var to = (int)((long)rows.Rows * (run + 1) / Runs);
            for (var e = (int)((long)rows.Rows * run / Runs); e < to; e++)
            {
                var source = rows.Row(e);
                for (var i = 0; i < dimension; i++)
                    row[i] = source[i];
                for (var i = 0; i < dimension; i++)
                    DoubleVectors.AddScaled(row[i], row, sum.AsSpan(i * dimension, dimension));
            }

            partials[run] = sum;
        });
        var gram = partials[0];
        for (var run = 1; run < Runs; run++)
            DoubleVectors.AddScaled(1, partials[run], gram);
        return gram;
    }

    private static double[] Doubles(Matrix rows, int first, int count)
    {
        var source = rows.RowRange(first, count);
        var result = new double[source.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = source[i];
        return result;
    }
}
