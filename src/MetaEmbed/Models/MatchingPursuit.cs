using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// Orthogonal matching pursuit (Pati, Rezaiifar and Krishnaprasad 1993) of each entity's row h over the rows of H_C:
/// t times, the row with the largest cosine to the residual is added, and the weights of all chosen rows are fitted anew
/// by least squares; negative weights become 0. Where no row has a positive cosine the remaining picks weigh nothing.
/// </summary>
/// <remarks>
/// Residuals are never formed: with b = H_C h and the Gram matrix G = H_C H_C^T, the products of the rows with the
/// residual are b - G_S w, and the fit is G_SS w = b_S.
/// </remarks>
internal static unsafe class MatchingPursuit
{
    /// <summary>Entities of a task.</summary>
    private const int RowRun = 512;

    /// <summary>A Cholesky pivot below this share of the diagonal makes a row one of the rows chosen before: it weighs nothing.</summary>
    private const double SmallestPivot = 1e-6;

    /// <param name="entityRows">H of the entities, N x d.</param>
    /// <param name="coarseRows">H_C, c x d.</param>
    /// <param name="perEntity">t, at most c.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="mean">Picks an entity on the mean, at least 1 each; null for t each. See <see cref="PickAllotment"/>.</param>
    /// <param name="into">An assignment of the same shape that nobody needs any more, whose arrays are taken over; null for new ones.</param>
    /// <exception cref="ArgumentException">A row of H_C holds what is no finite number.</exception>
    /// <exception cref="AggregateException">So does a row of H.</exception>
    internal static Assignment Update(Matrix entityRows, Matrix coarseRows, int perEntity, Workers workers, double? mean = null, Assignment? into = null)
    {
        using var dictionary = new PursuitDictionary(coarseRows);
        var entities = entityRows.Rows;
        var (picks, weights) = Assignment.Room(entities, perEntity, into);
        var limits = new byte[entities];
        limits.AsSpan().Fill((byte)perEntity);
        if (mean < perEntity)
        {
            // The gains stand where the weights will.
            Run(measure: true);
            PickAllotment.Allot(weights, perEntity, (long)Math.Ceiling(mean.Value * entities), limits);
        }

        Run(measure: false);
        return new Assignment(coarseRows.Rows, perEntity, picks, weights);

        void Run(bool measure) => workers.Run((entities + RowRun - 1) / RowRun, run =>
        {
            var from = run * RowRun;
            var to = Math.Min(from + RowRun, entities);
            using var products = new Matrix(DenseTile.Rows, dictionary.Stride);
            using var scores = new Matrix(1, dictionary.Stride);
            for (var row = from; row < to; row += DenseTile.Rows)
            {
                // Tiles must not overlap: picks and weights are worked on in place, by their one owner.
                var count = Math.Min(DenseTile.Rows, to - row);
                DenseTile.Multiply(entityRows, row, count, dictionary.Transposed, products);
                for (var i = 0; i < count; i++)
                {
                    // Whatever is not finite in a row is in each of its products.
                    if (!float.IsFinite(products[i, 0]))
                        throw new ArgumentException($"row {row + i} is not finite", nameof(entityRows));
                    var at = (row + i) * perEntity;
                    var rowPicks = picks.AsSpan(at, perEntity);
                    var rowWeights = weights.AsSpan(at, perEntity);
                    if (Vector512.IsHardwareAccelerated)
                        Pursue<SixteenLanes512>(dictionary, products.Row(i), scores, rowPicks, rowWeights, limits[row + i], measure);
                    else
                        Pursue<SixteenLanes256>(dictionary, products.Row(i), scores, rowPicks, rowWeights, limits[row + i], measure);
                }
            }
        });
    }

    /// <param name="dictionary">H_C.</param>
    /// <param name="products">H_C h.</param>
    /// <param name="scores">Room for a row of scores.</param>
    /// <param name="picks">Gets the picks, ascending.</param>
    /// <param name="weights">Gets their weights, or what each pick in the order of choice takes from |residual|^2.</param>
    /// <param name="limit">Picks that may weigh something.</param>
    /// <param name="measure">Whether the gains are asked for; picks are of no use then.</param>
    private static void Pursue<T>(
        PursuitDictionary dictionary, ReadOnlySpan<float> products, Matrix scores, Span<int> picks, Span<float> weights, int limit, bool measure)
        where T : struct, ISixteenLanes<T>
    {
        var t = picks.Length;
        var factor = stackalloc double[t * t];
        var right = stackalloc double[t];
        var solution = stackalloc double[t];
        var chosen = 0;
        var explained = 0.0;
        while (chosen < limit)
        {
            Score<T>(dictionary, products, picks[..chosen], solution, scores.Pointer);
            var best = Largest<T>(scores.Pointer, dictionary.Stride, out var score);
            if (!(score > 0))
                break;
            picks[chosen] = best;
            right[chosen] = products[best];
            // One more row of the Cholesky factor of G_SS.
            var pivot = (double)dictionary.Gram[best, best];
            var diagonal = pivot;
            for (var i = 0; i < chosen; i++)
            {
                double sum = dictionary.Gram[best, picks[i]];
                for (var k = 0; k < i; k++)
                    sum -= factor[chosen * t + k] * factor[i * t + k];
                factor[chosen * t + i] = sum / factor[i * t + i];
                pivot -= factor[chosen * t + i] * factor[chosen * t + i];
            }

            if (pivot < SmallestPivot * diagonal)
                break;
            factor[chosen * t + chosen] = Math.Sqrt(pivot);
            chosen++;
            Solve(factor, t, chosen, right, solution);
            if (!measure)
                continue;
            var all = 0.0;
            for (var i = 0; i < chosen; i++)
                all += right[i] * solution[i];
            weights[chosen - 1] = (float)(all - explained);
            explained = all;
        }

        if (measure)
        {
            weights[chosen..].Clear();
            return;
        }

        for (var i = 0; i < chosen; i++)
            weights[i] = Math.Max((float)solution[i], 0);
        Fill(picks, weights, chosen);
        picks.Sort(weights);
    }

    /// <summary>(b - G_S w) / norm of each row, minus infinity for the rows chosen and the padding.</summary>
    private static void Score<T>(PursuitDictionary dictionary, ReadOnlySpan<float> products, ReadOnlySpan<int> chosen, double* solution, float* scores)
        where T : struct, ISixteenLanes<T>
    {
        fixed (float* b = products)
        {
            for (var k = 0; k < dictionary.Stride; k += 16)
            {
                var sum = T.Load(b + k);
                for (var i = 0; i < chosen.Length; i++)
                    sum = T.MultiplyAdd(T.All((float)-solution[i]), T.Load(dictionary.Gram.Pointer + (long)chosen[i] * dictionary.Stride + k), sum);
                T.Store(scores + k, T.MultiplyAdd(sum, T.Load(dictionary.InverseNorms.Pointer + k), T.Load(dictionary.Floor.Pointer + k)));
            }
        }

        foreach (var row in chosen)
            scores[row] = float.NegativeInfinity;
    }

    /// <summary>The index of the largest score, the smaller one of equals.</summary>
    private static int Largest<T>(float* scores, int count, out float value)
        where T : struct, ISixteenLanes<T>
    {
        var lanes = stackalloc float[32];
        for (var lane = 0; lane < 16; lane++)
            lanes[lane] = lane;
        var index = T.Load(lanes);
        var best = T.Load(scores);
        var bestIndex = index;
        for (var k = 16; k < count; k += 16)
        {
            index += T.All(16);
            var score = T.Load(scores + k);
            bestIndex = T.SelectLess(best, score, index, bestIndex);
            best = T.Max(score, best);
        }

        T.Store(lanes, best);
        T.Store(lanes + 16, bestIndex);
        var at = 0;
        for (var lane = 1; lane < 16; lane++)
        {
            if (lanes[lane] > lanes[at] || (lanes[lane] == lanes[at] && lanes[16 + lane] < lanes[16 + at]))
                at = lane;
        }

        value = lanes[at];
        return (int)lanes[16 + at];
    }

    /// <summary>Solves L L^T w = b.</summary>
    private static void Solve(double* factor, int stride, int count, double* right, double* solution)
    {
        for (var i = 0; i < count; i++)
        {
            var sum = right[i];
            for (var k = 0; k < i; k++)
                sum -= factor[i * stride + k] * solution[k];
            solution[i] = sum / factor[i * stride + i];
        }

        for (var i = count - 1; i >= 0; i--)
        {
            var sum = solution[i];
            for (var k = i + 1; k < count; k++)
                sum -= factor[k * stride + i] * solution[k];
            solution[i] = sum / factor[i * stride + i];
        }
    }

    /// <summary>The smallest columns that are not chosen, with weight 0, for the places that are left.</summary>
    private static void Fill(Span<int> picks, Span<float> weights, int chosen)
    {
        for (var column = 0; chosen < picks.Length; column++)
        {
            if (picks[..chosen].Contains(column))
                continue;
            picks[chosen] = column;
            weights[chosen++] = 0;
        }
    }
}
