using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// The published update of S: M = H pinv(H_C), of which each row keeps its t largest signed values, negative ones
/// clipped at 0. The inverse is taken in double precision, the product in 32 bits.
/// </summary>
internal static class AssignmentUpdate
{
    /// <summary>Entities of a task.</summary>
    private const int RowRun = 512;

    /// <param name="entityRows">H of the entities, N x d.</param>
    /// <param name="coarseRows">H_C, c x d.</param>
    /// <param name="perEntity">t.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="into">An assignment of the same shape that nobody needs any more, whose arrays are taken over; null for new ones.</param>
    internal static Assignment PseudoInverseUpdate(Matrix entityRows, Matrix coarseRows, int perEntity, Workers workers, Assignment? into = null)
    {
        var entities = entityRows.Rows;
        var coarse = coarseRows.Rows;
        var dimension = coarseRows.Columns;
        var inverse = PseudoInverse.Compute(coarseRows);
        var stride = (coarse + 31) / 32 * 32;
        using var padded = new Matrix(dimension, stride);
        for (var k = 0; k < dimension; k++)
        {
            for (var column = 0; column < coarse; column++)
                padded[k, column] = (float)inverse[k * coarse + column];
        }

        var (picks, weights) = Assignment.Room(entities, perEntity, into);
        workers.Run((entities + RowRun - 1) / RowRun, run =>
        {
            var from = run * RowRun;
            var to = Math.Min(from + RowRun, entities);
            using var scores = new Matrix(DenseTile.Rows, stride);
            for (var row = from; row < to; row += DenseTile.Rows)
            {
                // Tiles must not overlap: picks and weights are worked on in place, by their one owner.
                var rows = Math.Min(DenseTile.Rows, to - row);
                DenseTile.Multiply(entityRows, row, rows, padded, scores);
                for (var i = 0; i < rows; i++)
                {
                    var at = (row + i) * perEntity;
                    Assignment.KeepLargest(scores.Row(i)[..coarse], picks.AsSpan(at, perEntity), weights.AsSpan(at, perEntity));
                }
            }
        });
        return new Assignment(coarse, perEntity, picks, weights);
    }
}
